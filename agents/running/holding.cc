#include "agents/running/holding.h"

#include <algorithm>

#include "agents/running/wording.h"
#include "model_core/base/clock.h"

namespace agents {
namespace {

absl::Status HeldBy(std::string_view reason, const Wording& why) {
  return base::WithReason(base::Error(absl::StatusCode::kUnavailable, why.english, why.korean),
                          reason);
}

// Whether `time` (RFC 3339) was so long ago.
bool Ago(const std::string& time, absl::Duration duration, absl::Time now) {
  const auto then = base::ParseTimeText(time);
  return then.ok() && now - *then >= duration;
}

}  // namespace

absl::Status WhatHolds(const Run& run, const Hindrance& hindrance, RunStore& store, absl::Time now,
                       const tools::Catalogue& catalogue, const RunLoopOptions& options) {
  if (AtRest(run.state)) return absl::OkStatus();
  if (absl::Status full_or_away = hindrance.Now(); !full_or_away.ok()) return full_or_away;
  if (!Ago(run.updated, options.told_after, now)) return absl::OkStatus();
  if (!run.plan && !hindrance.Planner().ok())
    return HeldBy(kHeldByPlanner, PlannerAwayText(options.plan_patience));
  ASSIGN_OR_RETURN(const bool has_worker, store.HasWorker(run.id));
  if (!has_worker) return HeldBy(kHeldByTurn, NoWorkerText());
  for (const auto& [id, step] : run.steps) {
    if (step.state == StepState::kIntended && Ago(step.started, options.told_after, now)) {
      const bool lost = Ago(step.started, options.call_timeout, now);
      return HeldBy(kHeldByCall, CallUnderWayText(id, run.plan->Find(id)->tool, lost, catalogue));
    }
  }
  return absl::OkStatus();
}

}  // namespace agents
