#include "model_core/base/text.h"

#include <array>

#include "model_core/base/strings.h"

namespace base {
namespace {

struct Decoded {
  char32_t code_point;
  size_t bytes;  // 0: malformed
};

Decoded Decode(std::string_view text, size_t at) {
  const auto byte = [&](size_t i) { return static_cast<uint8_t>(text[at + i]); };
  const uint8_t lead = byte(0);
  if (lead < 0x80) return {lead, 1};
  const size_t bytes = lead >= 0xF0 ? 4 : lead >= 0xE0 ? 3 : 2;
  if (lead < 0xC2 || lead > 0xF4 || at + bytes > text.size()) return {0, 0};
  char32_t code_point = lead & (0x7F >> bytes);
  for (size_t i = 1; i < bytes; ++i) {
    if (!IsContinuation(text[at + i])) return {0, 0};
    code_point = code_point << 6 | (byte(i) & 0x3F);
  }
  const bool overlong = (bytes == 3 && code_point < 0x800) || (bytes == 4 && code_point < 0x10000);
  const bool surrogate = code_point >= 0xD800 && code_point <= 0xDFFF;
  if (overlong || surrogate || code_point > 0x10FFFF) return {0, 0};
  return {code_point, bytes};
}

// How the last sound of a word ends: in a vowel, in ㄹ, or in another consonant.
enum class Ending { kVowel, kRieul, kConsonant };

Ending EndingOfLatinOrDigit(char32_t c) {
  switch (c) {
    case U'0':
    case U'3':
    case U'6':  // 영, 삼, 육
    case U'm':
    case U'M':
    case U'n':
    case U'N':  // 엠, 엔
      return Ending::kConsonant;
    case U'1':
    case U'7':
    case U'8':  // 일, 칠, 팔
    case U'l':
    case U'L':
    case U'r':
    case U'R':  // 엘, 알
      return Ending::kRieul;
    default:
      return Ending::kVowel;
  }
}

Ending EndingOf(std::string_view word) {
  const std::u32string points = CodePoints(word);
  for (auto it = points.rbegin(); it != points.rend(); ++it) {
    if (IsHangulSyllable(*it)) {
      const int final_sound = static_cast<int>((*it - 0xAC00) % 28);
      return final_sound == 0   ? Ending::kVowel
             : final_sound == 8 ? Ending::kRieul
                                : Ending::kConsonant;
    }
    const bool alphanumeric = (*it >= U'0' && *it <= U'9') || (*it >= U'a' && *it <= U'z') ||
                              (*it >= U'A' && *it <= U'Z');
    if (alphanumeric) return EndingOfLatinOrDigit(*it);
  }
  return Ending::kVowel;
}

struct Forms {
  std::string_view after_consonant;
  std::string_view after_vowel;
};
constexpr std::array<Forms, 9> kForms = {{{"은", "는"},
                                          {"이", "가"},
                                          {"을", "를"},
                                          {"과", "와"},
                                          {"으로", "로"},
                                          {"이라", "라"},
                                          {"이나", "나"},
                                          {"이랑", "랑"},
                                          {"이며", "며"}}};

}  // namespace

size_t FirstInvalidUtf8(std::string_view text) {
  for (size_t at = 0; at < text.size();) {
    const size_t bytes = Decode(text, at).bytes;
    if (bytes == 0) return at;
    at += bytes;
  }
  return std::string_view::npos;
}

std::u32string CodePoints(std::string_view text) {
  std::u32string points;
  points.reserve(text.size());
  for (size_t at = 0; at < text.size();) {
    const Decoded decoded = Decode(text, at);
    points += decoded.bytes == 0 ? U'\uFFFD' : decoded.code_point;
    at += decoded.bytes == 0 ? 1 : decoded.bytes;
  }
  return points;
}

void AppendUtf8(char32_t c, std::string& out) {
  if (c < 0x80) {
    out += static_cast<char>(c);
  } else if (c < 0x800) {
    out += static_cast<char>(0xC0 | c >> 6);
    out += static_cast<char>(0x80 | (c & 0x3F));
  } else if (c < 0x10000) {
    out += static_cast<char>(0xE0 | c >> 12);
    out += static_cast<char>(0x80 | (c >> 6 & 0x3F));
    out += static_cast<char>(0x80 | (c & 0x3F));
  } else {
    out += static_cast<char>(0xF0 | c >> 18);
    out += static_cast<char>(0x80 | (c >> 12 & 0x3F));
    out += static_cast<char>(0x80 | (c >> 6 & 0x3F));
    out += static_cast<char>(0x80 | (c & 0x3F));
  }
}

std::string Utf8(std::u32string_view code_points) {
  std::string out;
  for (char32_t c : code_points) AppendUtf8(c, out);
  return out;
}

std::string WellFormedUtf8(std::string_view text) {
  return FirstInvalidUtf8(text) == std::string_view::npos ? std::string(text)
                                                          : Utf8(CodePoints(text));
}

std::u16string Utf16(std::string_view text) {
  std::u16string out;
  for (char32_t c : CodePoints(text)) {
    if (c < 0x10000) {
      out += static_cast<char16_t>(c);
    } else {
      out += static_cast<char16_t>(0xD800 + ((c - 0x10000) >> 10));
      out += static_cast<char16_t>(0xDC00 + ((c - 0x10000) & 0x3FF));
    }
  }
  return out;
}

std::string FirstPoints(std::string_view text, size_t count) {
  const std::u32string points = CodePoints(text);
  if (points.size() <= count) return std::string(text);
  return StrCat(Utf8(std::u32string_view(points).substr(0, count)), "…");
}

std::string LastPoints(std::string_view text, size_t count) {
  const std::u32string points = CodePoints(text);
  if (points.size() <= count) return std::string(text);
  return StrCat("…", Utf8(std::u32string_view(points).substr(points.size() - count)));
}

bool IsHangulSyllable(char32_t c) { return c >= 0xAC00 && c <= 0xD7A3; }

std::string Particle(std::string_view word, std::string_view particle) {
  for (const Forms& forms : kForms) {
    if (particle != forms.after_consonant && particle != forms.after_vowel) continue;
    const Ending ending = EndingOf(word);
    const bool like_vowel =
        ending == Ending::kVowel || (ending == Ending::kRieul && forms.after_vowel == "로");
    return std::string(like_vowel ? forms.after_vowel : forms.after_consonant);
  }
  return std::string(particle);
}

std::string WithParticle(std::string_view word, std::string_view particle) {
  return StrCat(word, Particle(word, particle));
}

}  // namespace base
