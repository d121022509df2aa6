// Team: the threads that work on one forward pass together. Transformer is written for any number
// of them; who starts them is the engine's affair.
#pragma once

#include <algorithm>
#include <cstddef>
#include <functional>

namespace model_core {

class Team {
 public:
  virtual ~Team() = default;
  virtual size_t size() const = 0;
  // Calls `body(member)` for every member 0 … size() - 1 at once, and returns when all have
  // finished.
  virtual void Run(const std::function<void(size_t)>& body) = 0;
  // Inside `body`: returns once every member has called it.
  virtual void Wait() = 0;
};

// The calling thread alone.
class TeamOfOne : public Team {
 public:
  size_t size() const override { return 1; }
  void Run(const std::function<void(size_t)>& body) override { body(0); }
  void Wait() override {}
};

// What one member does of `count` things, in whole units.
struct Share {
  size_t begin, end;
  Share(size_t count, size_t member, size_t members, size_t unit = 1) {
    const size_t units = (count + unit - 1) / unit;
    begin = std::min(count, units * member / members * unit);
    end = std::min(count, units * (member + 1) / members * unit);
  }
  size_t size() const { return end - begin; }
};

}  // namespace model_core
