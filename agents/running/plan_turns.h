// PlanTurns: whose requests are being planned here. A long request takes a worker for seconds; so
// that one is left for everybody else, a person has only so many planned at a time. Thread-safe.
#pragma once

#include <map>
#include <memory>
#include <mutex>
#include <string>
#include <vector>

namespace agents {

class PlanTurns {
 public:
  // each_max: of one person, at a time; 0: any number.
  explicit PlanTurns(int each_max) : each_max_(each_max) {}

  // Held while a plan is made; not longer than the PlanTurns live.
  class Turn {
   public:
    Turn(PlanTurns& turns, std::string principal)
        : turns_(turns), principal_(std::move(principal)) {}
    ~Turn() { turns_.GiveBack(principal_); }
    Turn(const Turn&) = delete;
    Turn& operator=(const Turn&) = delete;

   private:
    PlanTurns& turns_;
    const std::string principal_;
  };

  // Null: as many requests of `principal` are being planned as may be.
  std::unique_ptr<Turn> Take(const std::string& principal);
  // Those who would get none.
  std::vector<std::string> Full() const;

 private:
  void GiveBack(const std::string& principal);

  const int each_max_;
  mutable std::mutex mutex_;
  std::map<std::string, int> taken_;  // by principal; guarded by mutex_
};

}  // namespace agents
