// Status macros, and errors that a person reads in Korean or English.
//
// Every fallible function returns absl::Status or absl::StatusOr; the project throws no exceptions.
// Abseil's codes are gRPC's. A message is lower-case, names the thing and the limit.
#pragma once

#include <string>
#include <string_view>
#include <utility>

#include "absl/status/status.h"
#include "absl/status/statusor.h"

namespace base {

enum class Language { kKorean, kEnglish };

// "ko" or "en", as in configuration and on the wire. What does not begin with "ko" is English.
Language ParseLanguage(std::string_view text);
std::string_view LanguageCode(Language language);

// A status whose text exists in both languages; the English one is the status message.
absl::Status Error(absl::StatusCode code, std::string_view english, std::string_view korean);

// The text of `status` in `language`; falls back to the English message.
std::string Message(const absl::Status& status, Language language);

// A reason for programs ("TOOL_DENIED", "CONNECTOR_DOWN"): ErrorInfo.reason on the wire.
absl::Status WithReason(absl::Status status, std::string_view reason);
std::string Reason(const absl::Status& status);

}  // namespace base

#define MARU_CONCAT_INNER(a, b) a##b
#define MARU_CONCAT(a, b) MARU_CONCAT_INNER(a, b)

#define RETURN_IF_ERROR(expr)                     \
  do {                                            \
    if (absl::Status maru_status = (expr); !maru_status.ok()) { \
      return maru_status;                         \
    }                                             \
  } while (false)

#define ASSIGN_OR_RETURN(lhs, expr) \
  ASSIGN_OR_RETURN_IMPL(MARU_CONCAT(maru_or_, __LINE__), lhs, expr)
#define ASSIGN_OR_RETURN_IMPL(result, lhs, expr) \
  auto result = (expr);                          \
  if (!result.ok()) {                            \
    return std::move(result).status();           \
  }                                              \
  lhs = *std::move(result)
