// ScriptedPlanner: a planner that knows its plans by heart. A request it was not taught is refused
// as out of scope. Thread-safe.
#pragma once

#include <atomic>
#include <map>
#include <mutex>
#include <string>

#include "agents/planner.h"
#include "model_core/base/check.h"

namespace fakes {

class ScriptedPlanner : public agents::Planner {
 public:
  // `plan`: JSON of the plan form.
  void Teach(const std::string& text, const base::Json& plan) {
    auto parsed = agents::ParsePlan(plan);
    CHECK(parsed.ok(), "%s", parsed.status().ToString().c_str());
    const std::lock_guard lock(mutex_);
    plans_[text] = *std::move(parsed);
  }

  // The next request is held until it is cancelled, five seconds at most, and then gets `answer`;
  // its plan, if that is OK.
  void HoldNext(const absl::Status& answer) {
    const std::lock_guard lock(mutex_);
    held_ = answer;
  }
  bool holding() const { return holding_; }
  // The next request is answered so.
  void FailNext(const absl::Status& status) {
    const std::lock_guard lock(mutex_);
    failure_ = status;
  }

  absl::StatusOr<agents::PlanResult> MakePlan(const agents::PlanRequest& request) override {
    RETURN_IF_ERROR(agents::CheckRequestText(request.text));
    RETURN_IF_ERROR(Hold(request));
    agents::PlanResult result;
    result.evidence = {"scripted", "none", "none", "none", "test"};
    const std::lock_guard lock(mutex_);
    RETURN_IF_ERROR(std::exchange(failure_, absl::OkStatus()));
    const auto it = plans_.find(request.text);
    if (it != plans_.end()) result.plan = it->second;
    result.text = base::DumpJson(agents::ToJson(result.plan, /*derived=*/false));
    return result;
  }

 private:
  absl::Status Hold(const agents::PlanRequest& request) {
    std::optional<absl::Status> answer;
    {
      const std::lock_guard lock(mutex_);
      answer.swap(held_);
    }
    if (!answer) return absl::OkStatus();
    holding_ = true;
    for (int i = 0; i < 500 && !request.cancelled(); ++i) absl::SleepFor(absl::Milliseconds(10));
    holding_ = false;
    return *answer;
  }

  std::atomic<bool> holding_{false};
  std::mutex mutex_;
  absl::Status failure_;                       // of the next request; guarded by mutex_
  std::optional<absl::Status> held_;           // guarded by mutex_
  std::map<std::string, agents::Plan> plans_;  // guarded by mutex_
};

}  // namespace fakes
