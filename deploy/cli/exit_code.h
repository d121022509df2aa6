// Exit codes of `maru`: the contract with scripts. Pure functions.
#pragma once

#include <string>
#include <string_view>

#include "model_core/base/json.h"
#include "model_core/base/status.h"

namespace deploy::cli {

enum class ExitCode {
  kOk = 0,
  kOther = 1,  // anything else
  kUsage = 2,  // usage or invalid argument
  kNotFound = 3,
  kVerificationFailed = 4,
  kDenied = 5,  // denied, rejected, refused
  kUnauthenticated = 6,
  kWaiting = 7,      // the run waits for input or approval
  kUnavailable = 8,  // unavailable, deadline, a limit of the server reached, a disk full
  kConflict = 9,     // already exists, or not in a state that allows it
};

ExitCode ExitCodeOf(const absl::Status& status);
// By A2A task state ("TASK_STATE_COMPLETED") or run state ("completed").
ExitCode ExitCodeOfState(std::string_view state);

// One line on what to do about `status`; empty if there is nothing better to say than its message.
std::string Advice(const absl::Status& status, base::Language language);

// An error for programs: {"code": "invalid_argument", "message"}, the message in `language`; and
// "message_en", "message_ko" of one that is known in both, as most are.
base::Json ErrorJson(const absl::Status& status, base::Language language);

// The table of codes for --help and the README.
std::string ExitCodeHelp(base::Language language);

}  // namespace deploy::cli
