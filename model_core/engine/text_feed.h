// TextFeed: an answer's text as its tokens come. Bytes are held back until they cannot be the start
// of a stop string, nor part of a character that is not complete. One thread.
#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace model_core {

class TextFeed {
 public:
  // `stops` outlive this; none is empty.
  explicit TextFeed(const std::vector<std::string>& stops, size_t bytes_expected);

  // Adds a token's bytes. True if a stop string is now complete: the text ends before it. Of
  // several the one that ends first counts, whatever the cut of the tokens; of those the longest.
  bool Add(std::string_view bytes);

  // The answer ends without a stop string: nothing is held back any more.
  void Finish() { safe_ = text_.size(); }

  // What will stay as it is.
  std::string_view text() const { return std::string_view(text_).substr(0, safe_); }

 private:
  bool Stop(size_t from);
  size_t Held() const;

  const std::vector<std::string>& stops_;
  size_t longest_ = 0;  // bytes of the longest stop string
  std::string text_;
  size_t safe_ = 0;  // bytes
};

}  // namespace model_core
