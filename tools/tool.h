// Tool: the port that connectors implement. One call, one outcome; a failure is a value with a
// typed code.
//
// Implementations are thread-safe, honour deadline and cancellation, and never make a call without
// a permit for exactly that call.
#pragma once

#include <functional>
#include <optional>
#include <string>
#include <variant>
#include <vector>

#include "absl/time/time.h"
#include "model_core/base/json.h"
#include "policies/label.h"
#include "policies/named_record.h"
#include "policies/permit.h"

namespace tools {

// A request to use a tool, with every default bound and every reference resolved. A `result`
// argument holds
// {"step","tool","value","label","origins"} of the earlier step.
struct ToolCall {
  policies::CallBinding binding;  // run, step, tool, arguments, label, plan, policy version
  std::string idempotency_key;  // run id + "/" + step id: names the effect, so that it happens once
  std::string requester;        // principal id
  std::string requester_unit;
  std::string signer;  // of approval line `licensed`: principal id of the licence holder who
                       // approved exactly this call; empty elsewhere
  base::Language language = base::Language::kKorean;
  absl::Time now;  // the run's own now: what 오늘 means in it

  const base::Json& arguments() const { return binding.arguments; }
};

struct CallContext {
  absl::Time deadline;
  std::function<bool()> cancelled;  // polled; may be empty
};

// Codes of the catalogue: unreachable, timeout, auth, rate_limited, not_found, invalid_argument,
// malformed_upstream, stale, partial, in_doubt, and those of the tool itself.
struct ToolError {
  std::string code;
  std::string message_en, message_ko;
  bool retryable = false;  // nothing has happened at the other side, and a repeat may succeed
  bool in_doubt = false;   // the effect may have happened
};

// What a tool returned. `value` has the shape of the catalogue's results.
struct ToolResult {
  base::Json value;
  policies::Label label;  // of the whole; `~` fields are untrusted besides
  std::vector<policies::Origin>
      origins;  // at least one; [i] belongs to items[i] when there are as many
  // What people have to know of an effect that has happened all the same.
  std::optional<ToolError> remark = std::nullopt;
};

class ToolOutcome {
 public:
  ToolOutcome(ToolResult result) : result_(std::move(result)) {}  // NOLINT: a result is an outcome
  ToolOutcome(ToolError error) : error_(std::move(error)) {}      // NOLINT: and so is an error

  bool ok() const { return result_.has_value(); }
  const ToolResult& result() const { return *result_; }
  const ToolError& error() const { return *error_; }

 private:
  std::optional<ToolResult> result_;
  std::optional<ToolError> error_;
};

ToolError MakeToolError(std::string code, std::string message_en, std::string message_ko);

// Records as they were looked up; one that is not there or cannot be read is an error, never
// "none".
using RecordsFound = std::variant<policies::NamedRecords, ToolError>;

class Tool {
 public:
  virtual ~Tool() = default;
  virtual const std::string& name() const = 0;

  // Does the call. `permit` is spent; a permit for another call is a bug (CHECK).
  virtual ToolOutcome Call(const ToolCall& call, policies::Permit permit,
                           const CallContext& context) = 0;

  // For recovery `reconcile`: looks the effect up by its key. The result if it happened, nullopt if
  // it certainly did not, an error if that cannot be told now.
  virtual std::optional<ToolOutcome> Reconcile(const ToolCall& call, const CallContext& context);

  // The records that exist already and that a call with `arguments` would name by their ids, with
  // the labels that they bear now. `arguments` may be those of a plan: what is a reference is not
  // known yet and names nothing. A tool that takes no id of a labelled record says none.
  virtual RecordsFound Records(const base::Json& arguments, const CallContext& context);

  // Whether `requester` stands in the relation that the record's system demands (care relation to
  // the patient). Tools without such a relation say yes.
  virtual absl::StatusOr<bool> Related(const std::string& requester, const base::Json& arguments);
};

// Spends `permit` on `call`: CHECKs that it is for exactly these bytes. Every Tool::Call begins
// with it.
void Spend(policies::Permit permit, const ToolCall& call);

// Connector: one outside system and the tools it gives.
class Connector {
 public:
  enum class State { kConnected, kDown, kNotConfigured };
  struct Health {
    State state;
    std::string detail_en, detail_ko;
  };
  virtual ~Connector() = default;
  virtual const std::string& name() const = 0;  // "legal.drf", "medical.fhir", …
  virtual const std::string& domain() const = 0;
  virtual std::vector<Tool*> tools() = 0;         // owned by the connector
  virtual Health Check(absl::Time deadline) = 0;  // one cheap round trip
};

}  // namespace tools
