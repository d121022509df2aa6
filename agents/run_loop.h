// RunLoop: advances runs: request → plan → whole-plan check → approvals → steps → answer, one event
// at a time, each durable before the next act. Any worker can take a run over at any point.
//
// A RunLoop is used by any number of worker threads; each call of Advance works on one leased run.
#pragma once

#include <functional>
#include <memory>
#include <string>
#include <string_view>

#include "agents/planner.h"
#include "agents/run_store.h"
#include "model_core/base/clock.h"
#include "policies/approval_seal.h"
#include "policies/authorizer.h"
#include "tools/tool_registry.h"

namespace agents {

struct RunLoopOptions {
  absl::Duration lease = absl::Seconds(15);
  absl::Duration call_timeout = absl::Seconds(20);   // of one tool call
  int attempts_max = 3;                              // of a call that may be repeated
  absl::Duration backoff = absl::Milliseconds(200);  // before the second attempt; doubles
  int parallel_steps_max = 4;
  absl::Duration plan_timeout = absl::Seconds(60);  // of one attempt to plan
  // Of one person, planned at a time; fewer than there are workers, so that one is left for others.
  // 0: any number.
  int plans_each_max = 0;
  absl::Duration plan_patience =
      absl::Minutes(5);  // how long a run waits for a planner that is away
  // A lost call is looked up this long after it was sent, not before: the other side may still be
  // at work on it.
  absl::Duration settle_after = absl::Seconds(5);
  // And again and again until this long after it was sent: later it can hardly arrive.
  absl::Duration late_after = absl::Seconds(40);
  absl::Duration retry_after = absl::Seconds(1);  // a run whose worker met a passing failure
  absl::Duration told_after = absl::Seconds(3);   // a run that stands still says what holds it
};

// Reasons (base::Reason) of RunLoop::Held that come with words of their own.
inline constexpr std::string_view kHeldByPlanner = "RUN_PLANNER_AWAY",
                                  kHeldByCall = "RUN_CALL_UNDER_WAY", kHeldByTurn = "RUN_NO_WORKER";

class RunLoop {
 public:
  virtual ~RunLoop() = default;
  // Takes one run that has work and advances it until it ends, waits, or `stopping` turns true
  // (then a plan or read on its way is given up and made again by whoever takes the run next, an
  // effect is finished and journalled). `stopping` is asked from several threads. False if no run
  // had work.
  virtual absl::StatusOr<bool> Advance(const std::string& worker,
                                       const std::function<bool()>& stopping) = 0;

  // What keeps `run` from going on, where nothing has happened to it for a while. OK: nothing is
  // known to. The store's own error while it is full or away; else words for its requester, with
  // one of the reasons above. It ends by itself.
  virtual absl::Status Held(const Run& run) const {
    (void)run;
    return absl::OkStatus();
  }

  // Things that people do to a run; each appends to its journal and wakes it.
  // `message_id` names the reply to its sender, so that a repeat can be told; empty: none.
  virtual absl::Status Reply(const std::string& run_id, const std::string& principal,
                             const std::string& text, const std::string& message_id) = 0;
  virtual absl::Status Confirm(const std::string& run_id, const std::string& principal,
                               const std::string& approval_id, bool approved) = 0;
  virtual absl::Status Cancel(const std::string& run_id, const std::string& principal) = 0;
  // PermissionDenied unless policy lets `approver` answer; FailedPrecondition if it was answered or
  // is void.
  virtual absl::Status Decide(const std::string& approval_id, const std::string& approver,
                              bool approved, const std::string& reason,
                              const std::string& call_hash) = 0;
  // The third answer to a question whether an effect happened: it did not, and is to be done once
  // more. As Decide; InvalidArgument: the approval asks no such thing.
  virtual absl::Status OnceMore(const std::string& approval_id, const std::string& approver,
                                const std::string& reason, const std::string& call_hash) = 0;
};

// `sealer`: of the answers that people give. Every loop on one store has the same key; an answer
// under another, or without a seal, counts for nothing and is asked for anew.
std::unique_ptr<RunLoop> MakeRunLoop(Planner& planner, policies::Authorizer& authorizer,
                                     const policies::ApprovalSealer& sealer,
                                     tools::ToolRegistry& registry, RunStore& store,
                                     base::Clock& clock, RunLoopOptions options);

}  // namespace agents
