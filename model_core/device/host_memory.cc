#include <sys/mman.h>

#include <cstring>
#include <limits>

#include "model_core/device/memory.h"

namespace model_core {
namespace {

class Host : public Memory {
 public:
  bool is_host() const override { return true; }
  size_t available() const override { return std::numeric_limits<size_t>::max(); }

  uint8_t* Take(size_t bytes) override {
    void* taken = mmap(nullptr, bytes, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    if (taken == MAP_FAILED) return nullptr;
    madvise(taken, bytes, MADV_HUGEPAGE);  // a wish
    return static_cast<uint8_t*>(taken);
  }
  void Give(uint8_t* taken, size_t bytes) override { munmap(taken, bytes); }

  void Upload(void* to, const void* from, size_t bytes) override { std::memcpy(to, from, bytes); }
  void Download(void* to, const void* from, size_t bytes) override { std::memcpy(to, from, bytes); }
};

}  // namespace

Memory& HostMemory() {
  static Host memory;
  return memory;
}

}  // namespace model_core
