// ToolExecutor: makes one permitted call: bounded, repeated only where the recovery class allows,
// and its result checked against the catalogue and labelled. Thread-safe.
#pragma once

#include <string>

#include "model_core/base/clock.h"
#include "model_core/base/random.h"
#include "tools/call_log.h"
#include "tools/tool_registry.h"

namespace tools {

struct ExecutorOptions {
  absl::Duration call_timeout = absl::Seconds(20);  // of one attempt
  int attempts_max = 3;
  absl::Duration backoff = absl::Milliseconds(200);  // doubled after each attempt, with jitter
};

class ToolExecutor {
 public:
  // Makes the permit for one attempt; a permit is spent by the attempt it allows.
  using PermitMaker = std::function<absl::StatusOr<policies::Permit>()>;

  ToolExecutor(ToolRegistry& registry, base::Clock& clock, base::Random& random,
               ExecutorOptions options);

  // The outcome of `call`. Reads and idempotent calls are repeated while their error is retryable
  // or leaves them in doubt; another write or release is tried once. An effect whose answer was
  // lost, late or unreadable comes back in doubt: error.in_doubt, also when a repeat of it then
  // failed for good. Without a permit nothing is called and the code is `forbidden`. The log has
  // when it began and how it went, but none of its arguments: they may be personal.
  ToolOutcome Execute(const ToolCall& call, const PermitMaker& permit,
                      const std::function<bool()>& cancelled);

  // The records that a call names (Tool::Records), asked for again while the error may pass, until
  // `deadline`. A tool that no connector gives names none: it is not called either.
  RecordsFound Records(const std::string& tool, const base::Json& arguments, absl::Time deadline);

  // Settles an in-doubt call of recovery class `reconcile`: see Tool::Reconcile.
  std::optional<ToolOutcome> Reconcile(const ToolCall& call,
                                       const std::function<bool()>& cancelled);

 private:
  // `attempts`: how many were made.
  ToolOutcome Repeat(const ToolCall& call, const PermitMaker& permit,
                     const std::function<bool()>& cancelled, const CallLog& log, int& attempts);
  std::optional<ToolOutcome> LookUp(const ToolCall& call, const std::function<bool()>& cancelled,
                                    int& attempts);
  ToolOutcome Attempt(Tool& tool, const ToolCall& call, const PermitMaker& permit,
                      const std::function<bool()>& cancelled);
  CallContext Context(const std::function<bool()>& cancelled);
  ToolOutcome Checked(const ToolSpec& spec, const ToolCall& call, ToolOutcome outcome) const;

  ToolRegistry& registry_;
  base::Clock& clock_;
  base::Random& random_;
  const ExecutorOptions options_;
};

// malformed_upstream unless `value` has only fields that the catalogue gives this tool, each of its
// type. A missing list is malformed; an empty one is a success.
std::optional<ToolError> CheckResult(const ToolSpec& spec, const base::Json& value);

// The least label a result of `spec` can have: the catalogue's, `source` at least S (and C once any
// military grade is marked), `columns` by data set, `join` and `doc` as `input` (the join of the
// arguments).
policies::Label FloorLabel(const Catalogue& catalogue, const ToolSpec& spec,
                           const base::Json& arguments, const policies::Label& input);

// `label`, of a result, raised to `floor`; integrity stays as it is. Every label that is recorded
// of a result has gone through here.
policies::Label RaisedToFloor(const ToolSpec& spec, policies::Label label,
                              const policies::Label& floor);

}  // namespace tools
