// What connectors are made of: a value or a tool error, a status as a tool error, a tool that is a
// function, an origin, the words of a text.
//
// Header only; no state of its own.
#pragma once

#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "model_core/base/clock.h"
#include "model_core/base/sha256.h"
#include "model_core/base/strings.h"
#include "tools/tool.h"

namespace connectors {

// Fallible: a value, or the typed error that the tool answers with.
template <typename T>
class Fallible {
 public:
  Fallible(T value) : value_(std::move(value)) {}                 // NOLINT: a value is an outcome
  Fallible(tools::ToolError error) : error_(std::move(error)) {}  // NOLINT: and so is an error

  bool ok() const { return value_.has_value(); }
  const T& operator*() const& { return *value_; }
  T& operator*() & { return *value_; }
  T&& operator*() && { return *std::move(value_); }
  const T* operator->() const { return &*value_; }
  const tools::ToolError& error() const { return error_; }

 private:
  std::optional<T> value_;
  tools::ToolError error_;
};

// FunctionTool: a tool whose call is a function. The permit is spent first.
class FunctionTool : public tools::Tool {
 public:
  using Body = std::function<tools::ToolOutcome(const tools::ToolCall&, const tools::CallContext&)>;
  using Relation = std::function<absl::StatusOr<bool>(const std::string&, const base::Json&)>;
  // What Tool::Reconcile does; without one an in-doubt call stays in doubt.
  using Settlement = std::function<std::optional<tools::ToolOutcome>(const tools::ToolCall&,
                                                                     const tools::CallContext&)>;

  FunctionTool(std::string name, Body body, Relation relation = nullptr,
               Settlement settlement = nullptr)
      : name_(std::move(name)),
        body_(std::move(body)),
        relation_(std::move(relation)),
        settlement_(std::move(settlement)) {}

  // What Tool::Records does; without one the tool names none.
  using Naming =
      std::function<tools::RecordsFound(const base::Json& arguments, const tools::CallContext&)>;
  void NamesRecords(Naming naming) { naming_ = std::move(naming); }

  const std::string& name() const override { return name_; }
  tools::RecordsFound Records(const base::Json& arguments,
                              const tools::CallContext& context) override {
    return naming_ ? naming_(arguments, context) : Tool::Records(arguments, context);
  }
  tools::ToolOutcome Call(const tools::ToolCall& call, policies::Permit permit,
                          const tools::CallContext& context) override {
    tools::Spend(std::move(permit), call);
    return body_(call, context);
  }
  std::optional<tools::ToolOutcome> Reconcile(const tools::ToolCall& call,
                                              const tools::CallContext& context) override {
    return settlement_ ? settlement_(call, context) : Tool::Reconcile(call, context);
  }
  absl::StatusOr<bool> Related(const std::string& requester, const base::Json& arguments) override {
    return relation_ ? relation_(requester, arguments) : true;
  }

 private:
  const std::string name_;
  const Body body_;
  const Relation relation_;
  const Settlement settlement_;
  Naming naming_;  // set once, before the first call
};

// What a tool answers with for a failure of `status`'s kind. Retryable is what passes by itself.
inline std::string_view ErrorCodeOf(absl::StatusCode code) {
  switch (code) {
    case absl::StatusCode::kNotFound:
      return "not_found";
    case absl::StatusCode::kUnauthenticated:     // the other side refuses our login or rights
    case absl::StatusCode::kPermissionDenied:    // or lets nobody in
    case absl::StatusCode::kFailedPrecondition:  // or we have no key to show
      return "auth";
    case absl::StatusCode::kDeadlineExceeded:
    case absl::StatusCode::kCancelled:
      return "timeout";
    case absl::StatusCode::kInvalidArgument:
      return "invalid_argument";
    case absl::StatusCode::kAborted:
      return "stale";
    case absl::StatusCode::kResourceExhausted:
      return "partial";
    case absl::StatusCode::kDataLoss:
    case absl::StatusCode::kInternal:
      return "malformed_upstream";
    default:
      return "unreachable";
  }
}

// The tool error for a status of the world outside; `system` says whose it is.
inline tools::ToolError FromStatus(const absl::Status& status, std::string_view system) {
  return tools::MakeToolError(
      std::string(ErrorCodeOf(status.code())),
      base::StrCat(system, ": ", std::string(status.message())),
      base::StrCat(system, ": ", base::Message(status, base::Language::kKorean)));
}

// As FromStatus, of an effect: Unknown says that it may have happened.
inline tools::ToolError FromEffectStatus(const absl::Status& status, std::string_view system) {
  tools::ToolError error = FromStatus(status, system);
  if (status.code() != absl::StatusCode::kUnknown) return error;
  return tools::MakeToolError("in_doubt", error.message_en, error.message_ko);
}

// An effect was sent, and looking at what became of it failed with `error`.
inline tools::ToolError Unconfirmed(const tools::ToolError& error) {
  return tools::MakeToolError(
      "in_doubt", base::StrCat("it was sent and cannot be confirmed: ", error.message_en),
      base::StrCat("보냈지만 처리 여부를 확인할 수 없습니다: ", error.message_ko));
}

// The words of a text that is looked for, split at any white space of ASCII and at no-break spaces.
inline std::vector<std::string> WordsOf(std::string_view text) {
  std::string plain(text);
  for (const char* space : {"\u00A0", "\u3000", "\t", "\r", "\n"})
    plain = base::ReplaceAll(plain, space, " ");
  std::vector<std::string> words;
  for (std::string_view word : base::StrSplit(plain, ' ')) {
    if (!word.empty()) words.emplace_back(word);
  }
  return words;
}

// Where `bytes` were read. A system that keeps no versions (empty) is cited by what it said: the
// first digits of its hash.
inline policies::Origin MakeOrigin(std::string_view system, std::string_view record,
                                   std::string_view version, absl::Time time,
                                   std::string_view bytes) {
  const std::string hash = base::Sha256Hex(bytes);
  return {std::string(system), std::string(record),
          version.empty() ? base::StrCat("sha256:", hash.substr(0, 12)) : std::string(version),
          base::TimeText(time), hash};
}

}  // namespace connectors

// Like ASSIGN_OR_RETURN, for Fallible.
#define ASSIGN_OR_FAIL(lhs, expr) \
  ASSIGN_OR_FAIL_IMPL(MARU_CONCAT(maru_fallible_, __LINE__), lhs, expr)
#define ASSIGN_OR_FAIL_IMPL(result, lhs, expr) \
  auto result = (expr);                        \
  if (!result.ok()) {                          \
    return result.error();                     \
  }                                            \
  lhs = *std::move(result)
