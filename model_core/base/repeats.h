// Repeats: when to tell of a failure that comes again and again: at once, then at growing
// intervals, each time with how often it came since. Thread-safe.
#pragma once

#include <chrono>
#include <map>
#include <mutex>
#include <optional>
#include <string>

namespace base {

class Repeats {
 public:
  using Time = std::chrono::steady_clock::time_point;

  // `what` failed at `now`. How often it has since it was last told of, if now is the time to tell
  // of it; 1: it is new.
  std::optional<int> Tell(const std::string& what, Time now);
  // Something went well at `now`: what has not failed for a while is over, and would be new again.
  // Whether anything was. Not at the first success: where one run fails, others may go on.
  bool Works(Time now);

 private:
  struct Failure {
    Time last;  // when it came
    Time next;  // before then it is only counted
    std::chrono::seconds interval;
    int count = 0;  // since it was told
  };
  std::mutex mutex_;
  std::map<std::string, Failure> failures_;  // guarded by mutex_
};

}  // namespace base
