// String helpers over std::string_view. (Debian's Abseil has a string_view of its own, so
// absl::StrCat and its kin do not take std::string_view.)
#pragma once

#include <charconv>
#include <concepts>
#include <string>
#include <string_view>
#include <vector>

namespace base {

namespace internal {
inline void AppendPiece(std::string& out, std::string_view piece) { out.append(piece); }
inline void AppendPiece(std::string& out, char piece) { out += piece; }
inline void AppendPiece(std::string& out, std::same_as<bool> auto piece) {
  out.append(piece ? "true" : "false");
}
template <typename Number>
  requires((std::integral<Number> && !std::same_as<Number, bool>) || std::floating_point<Number>)
void AppendPiece(std::string& out, Number number) {
  char buffer[64];
  out.append(buffer, std::to_chars(buffer, buffer + sizeof(buffer), number).ptr);
}
}  // namespace internal

// The pieces joined: text, characters, numbers (shortest form that reads back), booleans.
template <typename... Pieces>
std::string StrCat(const Pieces&... pieces) {
  std::string out;
  (internal::AppendPiece(out, pieces), ...);
  return out;
}

template <typename Range>
std::string StrJoin(const Range& pieces, std::string_view separator) {
  std::string out;
  bool first = true;
  for (const auto& piece : pieces) {
    if (!first) out.append(separator);
    internal::AppendPiece(out, piece);
    first = false;
  }
  return out;
}

// Pieces between separators; an empty text has one empty piece.
std::vector<std::string_view> StrSplit(std::string_view text, char separator);
std::string_view Trim(std::string_view text);  // without ASCII white space at both ends
std::string LowerAscii(std::string_view text);
std::string ReplaceAll(std::string_view text, std::string_view from, std::string_view to);

std::string HexEncode(std::string_view bytes);   // lower case
std::string HexDecode(std::string_view hex);     // empty if not hex
std::string Base64Encode(std::string_view bytes);
bool Base64Decode(std::string_view text, std::string& bytes);  // standard alphabet, padded

// The whole of `text` as a decimal integer.
bool ParseInt(std::string_view text, int64_t& value);

}  // namespace base
