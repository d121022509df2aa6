// Which records the sequencer has not seen yet.
#pragma once

#include <chrono>
#include <cstdint>
#include <vector>

namespace connectors {

// Which serial numbers were seen. Numbers are drawn in order but committed in any: one that is
// missing may still come, until no transaction can be that old any more.
class SerialWindow {
 public:
  struct Gap {
    int64_t first, last;
    std::chrono::steady_clock::time_point since;
  };

  // All up to `serial` is known, but for `doubtful` numbers before it.
  void Begin(int64_t serial, int64_t doubtful);
  void See(int64_t serial);
  // Forgets numbers that had been missing for longer than any transaction may last when all of them
  // were last asked for.
  void Expire(std::chrono::steady_clock::time_point asked);

  int64_t greatest() const { return greatest_; }          // above it, nothing was seen
  const std::vector<Gap>& gaps() const { return gaps_; }  // below it, what was not

 private:
  int64_t greatest_ = 0;
  std::vector<Gap> gaps_;
};

}  // namespace connectors
