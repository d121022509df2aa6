// ThreadTeam: threads that stay for the life of an engine. They spin briefly between shares of
// work, since the next comes within microseconds while a token is computed, and then sleep.
#pragma once

#include <atomic>
#include <thread>
#include <vector>

#include "model_core/device/team.h"

namespace model_core {

// Run is for one caller at a time, which is member 0.
class ThreadTeam : public Team {
 public:
  explicit ThreadTeam(size_t size);
  ~ThreadTeam() override;

  size_t size() const override { return size_; }
  void Run(const std::function<void(size_t)>& body) override;
  void Wait() override;

 private:
  void Work(size_t member);

  const size_t size_;
  const std::function<void(size_t)>* body_ = nullptr;
  bool stopping_ = false;             // written before, read after a change of task_
  std::atomic<int> task_{0};          // counts calls of Run
  std::atomic<size_t> arrived_{0};    // members that wait
  std::atomic<int> phase_{0};         // counts completed waits
  std::vector<std::thread> threads_;  // members 1 …
};

}  // namespace model_core
