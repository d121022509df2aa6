#include "tests/fakes/device/apart_memory.h"

#include <sys/mman.h>

#include <algorithm>
#include <cstring>

#include "model_core/base/check.h"

namespace fakes {

size_t ApartMemory::available() const {
  const std::lock_guard lock(mutex_);
  return bytes_said_ - std::min(bytes_said_, taken_);
}

uint8_t* ApartMemory::Take(size_t bytes) {
  const std::lock_guard lock(mutex_);
  if (taken_ + bytes > bytes_max_) return nullptr;
  void* taken = mmap(nullptr, bytes, PROT_NONE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
  if (taken == MAP_FAILED) return nullptr;
  taken_ += bytes;
  pieces_[static_cast<uint8_t*>(taken)] = bytes;
  return static_cast<uint8_t*>(taken);
}

void ApartMemory::Give(uint8_t* taken, size_t bytes) {
  const std::lock_guard lock(mutex_);
  CHECK(pieces_.at(taken) == bytes);
  pieces_.erase(taken);
  taken_ -= bytes;
  munmap(taken, bytes);
}

void ApartMemory::Upload(void* to, const void* from, size_t bytes) {
  Do([&] { std::memcpy(to, from, bytes); });
}

void ApartMemory::Download(void* to, const void* from, size_t bytes) {
  Do([&] { std::memcpy(to, from, bytes); });
}

void ApartMemory::Issue(std::function<void()> operation) {
  const std::lock_guard lock(mutex_);
  issued_.push_back(std::move(operation));
}

void ApartMemory::Do(const std::function<void()>& last) {
  const std::lock_guard lock(mutex_);
  Allow(PROT_READ | PROT_WRITE);
  for (const auto& operation : issued_) operation();
  issued_.clear();
  last();
  Allow(PROT_NONE);
}

void ApartMemory::Allow(int protection) {
  for (const auto& [piece, bytes] : pieces_) CHECK(mprotect(piece, bytes, protection) == 0);
}

}  // namespace fakes
