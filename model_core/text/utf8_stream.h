// Utf8Stream: bytes in any cut, whole characters out. A token may end inside a character; its first
// bytes wait here. One thread.
#pragma once

#include <string>
#include <string_view>

namespace model_core {

class Utf8Stream {
 public:
  // So that Add allocates nothing for up to so many bytes at a time.
  void Reserve(size_t bytes) { held_.reserve(bytes + kHeldMax); }

  // Appends to `out` what is complete. What cannot become a character is U+FFFD, one for as many
  // bytes as could have begun one (the Unicode Standard's "maximal subpart"), as decoders do.
  void Add(std::string_view bytes, std::string& out);

  // Nothing more comes: a character that is not complete is U+FFFD.
  void Finish(std::string& out);

  // The last byte lies inside a character.
  bool open() const { return !held_.empty(); }

 private:
  void Take(bool last, std::string& out);

  static constexpr size_t kHeldMax = 3;
  std::string held_;  // up to kHeldMax bytes between calls
};

}  // namespace model_core
