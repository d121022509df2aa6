// Memory that is closed to everyone unless it is opened, and the operations that wait for that.
#pragma once

#include <functional>
#include <map>
#include <mutex>
#include <vector>

#include "model_core/device/memory.h"

namespace fakes {

// Thread-safe.
class ApartMemory : public model_core::Memory {
 public:
  // Gives `bytes_max`, and says that it would give `bytes_said`.
  ApartMemory(size_t bytes_max, size_t bytes_said)
      : bytes_max_(bytes_max), bytes_said_(bytes_said) {}

  bool is_host() const override { return false; }
  size_t available() const override;
  uint8_t* Take(size_t bytes) override;
  void Give(uint8_t* taken, size_t bytes) override;
  void Upload(void* to, const void* from, size_t bytes) override;
  void Download(void* to, const void* from, size_t bytes) override;

  void Issue(std::function<void()> operation);
  // Opens, does what has been issued and then `last`, and closes again.
  void Do(const std::function<void()>& last = [] {});

 private:
  void Allow(int protection);

  const size_t bytes_max_, bytes_said_;
  mutable std::mutex mutex_;
  size_t taken_ = 0;
  std::map<uint8_t*, size_t> pieces_;
  std::vector<std::function<void()>> issued_;
};

}  // namespace fakes
