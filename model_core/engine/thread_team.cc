#include "model_core/engine/thread_team.h"

#include <immintrin.h>

namespace model_core {
namespace {

// About 50 µs: longer than any share of a token's work, shorter than a sleeper costs to wake twice.
constexpr int kSpins = 1000;

void SpinThenSleep(const std::atomic<int>& value, int old) {
  for (int i = 0; i < kSpins; ++i) {
    if (value.load(std::memory_order_acquire) != old) return;
    _mm_pause();
  }
  value.wait(old, std::memory_order_acquire);
}

}  // namespace

ThreadTeam::ThreadTeam(size_t size) : size_(size) {
  for (size_t member = 1; member < size_; ++member)
    threads_.emplace_back([this, member] { Work(member); });
}

ThreadTeam::~ThreadTeam() {
  stopping_ = true;
  task_.fetch_add(1, std::memory_order_release);
  task_.notify_all();
  for (std::thread& thread : threads_) thread.join();
}

void ThreadTeam::Work(size_t member) {
  for (int task = 0;; ++task) {
    SpinThenSleep(task_, task);
    if (stopping_) return;
    (*body_)(member);
    Wait();
  }
}

void ThreadTeam::Run(const std::function<void(size_t)>& body) {
  body_ = &body;
  task_.fetch_add(1, std::memory_order_release);
  task_.notify_all();
  body(0);
  Wait();
}

void ThreadTeam::Wait() {
  const int phase = phase_.load(std::memory_order_acquire);
  if (arrived_.fetch_add(1, std::memory_order_acq_rel) + 1 < size_)
    return SpinThenSleep(phase_, phase);
  arrived_.store(0, std::memory_order_relaxed);
  phase_.store(phase + 1, std::memory_order_release);
  phase_.notify_all();
}

}  // namespace model_core
