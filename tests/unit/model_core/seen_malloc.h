// What a program takes from the C library's malloc and gives back, on every thread and in whatever
// language, seen by SeenMalloc and SeenFree, which the program defines; they must take nothing
// themselves. Sizes are those of the pieces that malloc gave. To be included by one file of the
// program. With sanitizers, which have a malloc of their own, nothing is seen.
#pragma once

#include <malloc.h>

#include <cerrno>
#include <cstddef>
#include <cstdlib>

void SeenMalloc(size_t size);
void SeenFree(size_t size);

#if !defined(__SANITIZE_ADDRESS__) && !defined(__SANITIZE_THREAD__)
extern "C" {
void* __libc_malloc(size_t size);
void* __libc_calloc(size_t count, size_t size);
void* __libc_realloc(void* memory, size_t size);
void* __libc_memalign(size_t alignment, size_t size);
void __libc_free(void* memory);
}

inline void* Seen(void* memory) {
  if (memory != nullptr) SeenMalloc(malloc_usable_size(memory));
  return memory;
}

extern "C" {
void* malloc(size_t size) noexcept { return Seen(__libc_malloc(size)); }
void* calloc(size_t count, size_t size) noexcept { return Seen(__libc_calloc(count, size)); }
void* realloc(void* memory, size_t size) noexcept {
  const size_t before = memory == nullptr ? 0 : malloc_usable_size(memory);
  void* moved = __libc_realloc(memory, size);
  if (memory != nullptr && (moved != nullptr || size == 0)) SeenFree(before);
  return Seen(moved);
}
void* memalign(size_t alignment, size_t size) noexcept {
  return Seen(__libc_memalign(alignment, size));
}
void* aligned_alloc(size_t alignment, size_t size) noexcept { return memalign(alignment, size); }
int posix_memalign(void** memory, size_t alignment, size_t size) noexcept {
  *memory = memalign(alignment, size);
  return *memory == nullptr ? ENOMEM : 0;
}
void free(void* memory) noexcept {
  if (memory != nullptr) SeenFree(malloc_usable_size(memory));
  __libc_free(memory);
}
}
constexpr bool kSeesMalloc = true;
#else
constexpr bool kSeesMalloc = false;
#endif
