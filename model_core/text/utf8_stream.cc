#include "model_core/text/utf8_stream.h"

#include <algorithm>
#include <cstdint>

#include "model_core/base/text.h"

namespace model_core {
namespace {

constexpr std::string_view kReplacement = "\xEF\xBF\xBD";

// Bytes at the start of `text` that begin a character of which more is missing (The Unicode
// Standard, table 3-7). `text` does not start with a whole character.
size_t Begun(std::string_view text) {
  const auto byte = [&](size_t at) { return static_cast<uint8_t>(text[at]); };
  const uint8_t lead = byte(0);
  if (lead < 0xC2 || lead > 0xF4) return 0;
  const uint8_t low = lead == 0xE0 ? 0xA0 : lead == 0xF0 ? 0x90 : 0x80;
  const uint8_t high = lead == 0xED ? 0x9F : lead == 0xF4 ? 0x8F : 0xBF;
  const size_t size = lead >= 0xF0 ? 4 : lead >= 0xE0 ? 3 : 2;
  size_t at = 1;
  while (at < size && at < text.size()) {
    const bool fits =
        at == 1 ? byte(at) >= low && byte(at) <= high : base::IsContinuation(text[at]);
    if (!fits) break;
    ++at;
  }
  return at;
}

}  // namespace

void Utf8Stream::Add(std::string_view bytes, std::string& out) {
  held_.append(bytes);
  Take(/*last=*/false, out);
}

void Utf8Stream::Finish(std::string& out) { Take(/*last=*/true, out); }

void Utf8Stream::Take(bool last, std::string& out) {
  std::string_view rest = held_;
  while (!rest.empty()) {
    const size_t valid = std::min(base::FirstInvalidUtf8(rest), rest.size());
    out.append(rest.substr(0, valid));
    rest.remove_prefix(valid);
    if (rest.empty()) break;
    const size_t begun = Begun(rest);
    if (begun == rest.size() && !last) break;
    out.append(kReplacement);
    rest.remove_prefix(std::max<size_t>(begun, 1));
  }
  held_.erase(0, held_.size() - rest.size());
}

}  // namespace model_core
