#include "agents/running/plan_turns.h"

namespace agents {

std::unique_ptr<PlanTurns::Turn> PlanTurns::Take(const std::string& principal) {
  const std::lock_guard lock(mutex_);
  int& taken = taken_[principal];
  if (each_max_ > 0 && taken >= each_max_) return nullptr;
  ++taken;
  return std::make_unique<Turn>(*this, principal);
}

void PlanTurns::GiveBack(const std::string& principal) {
  const std::lock_guard lock(mutex_);
  const auto it = taken_.find(principal);
  if (--it->second == 0) taken_.erase(it);
}

std::vector<std::string> PlanTurns::Full() const {
  std::vector<std::string> full;
  const std::lock_guard lock(mutex_);
  for (const auto& [principal, taken] : taken_) {
    if (each_max_ > 0 && taken >= each_max_) full.push_back(principal);
  }
  return full;
}

}  // namespace agents
