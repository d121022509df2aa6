// What a program takes from the C library's malloc, in whatever language, seen by SeenMalloc, which
// the program defines; it must take nothing itself. To be included by one file of the program. With
// sanitizers, which have a malloc of their own, nothing is seen.
#pragma once

#include <cerrno>
#include <cstddef>
#include <cstdlib>

void SeenMalloc(size_t size);

#if !defined(__SANITIZE_ADDRESS__) && !defined(__SANITIZE_THREAD__)
extern "C" {
void* __libc_malloc(size_t size);
void* __libc_calloc(size_t count, size_t size);
void* __libc_realloc(void* memory, size_t size);
void* __libc_memalign(size_t alignment, size_t size);

void* malloc(size_t size) noexcept {
  SeenMalloc(size);
  return __libc_malloc(size);
}
void* calloc(size_t count, size_t size) noexcept {
  SeenMalloc(count * size);  // one that overflows is refused
  return __libc_calloc(count, size);
}
void* realloc(void* memory, size_t size) noexcept {
  SeenMalloc(size);
  return __libc_realloc(memory, size);
}
void* memalign(size_t alignment, size_t size) noexcept {
  SeenMalloc(size);
  return __libc_memalign(alignment, size);
}
void* aligned_alloc(size_t alignment, size_t size) noexcept { return memalign(alignment, size); }
int posix_memalign(void** memory, size_t alignment, size_t size) noexcept {
  *memory = memalign(alignment, size);
  return *memory == nullptr ? ENOMEM : 0;
}
}
constexpr bool kSeesMalloc = true;
#else
constexpr bool kSeesMalloc = false;
#endif
