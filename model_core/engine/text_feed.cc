#include "model_core/engine/text_feed.h"

#include <algorithm>

#include "model_core/base/text.h"

namespace model_core {
namespace {

// Bytes at the end of `text` that begin a UTF-8 character and do not complete it: 0 to 3.
size_t OpenCharacter(std::string_view text) {
  for (size_t back = 1; back <= std::min<size_t>(3, text.size()); ++back) {
    const auto byte = static_cast<unsigned char>(text[text.size() - back]);
    if (base::IsContinuation(text[text.size() - back])) continue;  // not its first byte
    const size_t size = byte >= 0xF0 ? 4 : byte >= 0xE0 ? 3 : byte >= 0xC0 ? 2 : 1;
    return size > back ? back : 0;
  }
  return 0;
}

}  // namespace

TextFeed::TextFeed(const std::vector<std::string>& stops, size_t bytes_expected) : stops_(stops) {
  for (const std::string& stop : stops) longest_ = std::max(longest_, stop.size());
  text_.reserve(bytes_expected);
}

bool TextFeed::Add(std::string_view bytes) {
  const size_t before = text_.size();
  text_.append(bytes);
  if (Stop(before)) return true;
  safe_ = std::max(safe_, text_.size() - std::max(Held(), OpenCharacter(text_)));
  return false;
}

// Looks for a stop string that ends after byte `from`.
bool TextFeed::Stop(size_t from) {
  size_t begin = 0, end = std::string::npos;
  for (const std::string& stop : stops_) {
    const size_t at = text_.find(stop, from - std::min(from, stop.size() - 1));
    if (at == std::string::npos || at + stop.size() > end) continue;
    if (at + stop.size() == end && at >= begin) continue;
    begin = at;
    end = at + stop.size();
  }
  if (end == std::string::npos) return false;
  text_.resize(begin);
  safe_ = begin;
  return true;
}

// Bytes at the end that may become a stop string.
size_t TextFeed::Held() const {
  const std::string_view text(text_);
  for (size_t size = std::min(text.size(), longest_ - (longest_ > 0)); size > 0; --size) {
    const std::string_view tail = text.substr(text.size() - size);
    for (const std::string& stop : stops_) {
      if (stop.size() > size && stop.starts_with(tail)) return size;
    }
  }
  return 0;
}

}  // namespace model_core
