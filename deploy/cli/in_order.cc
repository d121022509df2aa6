#include "deploy/cli/in_order.h"

#include <condition_variable>
#include <map>
#include <mutex>
#include <thread>
#include <vector>

namespace deploy::cli {
namespace {

class Line {
 public:
  Line(const std::function<bool(std::string&)>& next,
       const std::function<void(const std::string&)>& emit)
      : next_(next), emit_(emit) {}

  // The next line and its number; false at the end.
  bool Take(std::string& line, size_t& number) {
    const std::lock_guard lock(in_);
    if (ended_ || !next_(line)) {
      ended_ = true;
      return false;
    }
    number = taken_++;
    return true;
  }

  // Waits while the answer is too far ahead of the slowest one: memory stays bounded.
  void Give(size_t number, std::string answer) {
    std::unique_lock lock(out_);
    room_.wait(lock, [&] { return number < given_ + kAheadMax; });
    waiting_[number] = std::move(answer);
    for (auto it = waiting_.begin(); it != waiting_.end() && it->first == given_;
         it = waiting_.erase(it), ++given_) {
      emit_(it->second);
    }
    room_.notify_all();
  }

 private:
  const std::function<bool(std::string&)>& next_;
  const std::function<void(const std::string&)>& emit_;
  std::mutex in_, out_;
  std::condition_variable room_;
  bool ended_ = false;                     // guarded by in_
  size_t taken_ = 0;                       // guarded by in_
  size_t given_ = 0;                       // guarded by out_
  std::map<size_t, std::string> waiting_;  // by number; guarded by out_
};

}  // namespace

void RunInOrder(int workers, const std::function<bool(std::string&)>& next,
                const std::function<std::string(int, size_t, const std::string&)>& work,
                const std::function<void(const std::string&)>& emit) {
  Line queue(next, emit);
  std::vector<std::jthread> threads;
  for (int worker = 0; worker < workers; ++worker) {
    threads.emplace_back([&, worker] {
      std::string line;
      for (size_t number = 0; queue.Take(line, number);)
        queue.Give(number, work(worker, number, line));
    });
  }
}

}  // namespace deploy::cli
