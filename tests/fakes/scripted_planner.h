// ScriptedPlanner: a planner that knows its plans by heart. A request it was not taught is refused
// as out of scope. Thread-safe.
#pragma once

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

  absl::StatusOr<agents::PlanResult> MakePlan(const agents::PlanRequest& request) override {
    RETURN_IF_ERROR(agents::CheckRequestText(request.text));
    agents::PlanResult result;
    result.evidence = {"scripted", "none", "none", "none", "test"};
    const std::lock_guard lock(mutex_);
    const auto it = plans_.find(request.text);
    if (it != plans_.end()) result.plan = it->second;
    result.text = base::DumpJson(agents::ToJson(result.plan, /*derived=*/false));
    return result;
  }

 private:
  std::mutex mutex_;
  std::map<std::string, agents::Plan> plans_;  // guarded by mutex_
};

}  // namespace fakes
