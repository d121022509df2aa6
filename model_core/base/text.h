// UTF-8 text: validation, code points, and Korean particles.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace base {

// Offset of the first byte that is not part of well-formed UTF-8 (RFC 3629), or npos if all is.
size_t FirstInvalidUtf8(std::string_view text);

// Whether `byte` is within a character, not its first byte.
constexpr bool IsContinuation(char byte) { return (static_cast<uint8_t>(byte) & 0xC0) == 0x80; }

// Code points of well-formed UTF-8; a malformed byte becomes U+FFFD.
std::u32string CodePoints(std::string_view text);
std::string Utf8(std::u32string_view code_points);
// `text` with U+FFFD for every malformed byte: for what others sent and we repeat.
std::string WellFormedUtf8(std::string_view text);
void AppendUtf8(char32_t code_point, std::string& out);
std::u16string Utf16(std::string_view text);

// At most `count` code points of the beginning or the end; "…" where something was left out.
std::string FirstPoints(std::string_view text, size_t count);
std::string LastPoints(std::string_view text, size_t count);

bool IsHangulSyllable(char32_t code_point);  // U+AC00..U+D7A3

// `word` followed by the particle its last sound asks for. `particle` is either form:
// 은/는, 이/가, 을/를, 과/와, 으로/로, 이라/라, 이나/나, 이랑/랑, 이며/며. A word ending in a digit
// or Latin letter is read in Korean.
std::string WithParticle(std::string_view word, std::string_view particle);
// The particle alone, in the form that fits `word`.
std::string Particle(std::string_view word, std::string_view particle);

}  // namespace base
