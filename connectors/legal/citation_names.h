// Names of laws as a text writes them: in marks, bare before a number, and named shortly for later
// ("(이하 "법"이라 한다)").
#pragma once

#include <algorithm>
#include <array>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace connectors::legal {

inline constexpr size_t kNameBytesMax = 300;  // of a law's name in a text

template <size_t N>
bool EndsWithAny(std::string_view text, const std::array<std::string_view, N>& ends) {
  return std::any_of(ends.begin(), ends.end(), [&](auto end) { return text.ends_with(end); });
}

// A law as a text calls it; `names` as in Citation.
struct NamedLaw {
  std::string law;
  std::vector<std::string> names;
};

// Whether `name` ends as the names of statutes, rules and ordinances do.
bool IsLawName(std::string_view name);
std::string ActOf(std::string_view name);  // without "시행령" or "시행규칙" at its end

// "「개인정보 보호법」", or with what is written after it "「개인정보 보호법」 시행령", at `at`.
struct MarkedName {
  size_t end = 0;
  std::string name;
};
std::optional<MarkedName> ReadMarkedName(std::string_view text, size_t at);

// The name without marks that ends at `end`, none of it before `floor`, up to where the text reads
// a word before it by another mark.
struct BareName {
  size_t begin = 0;  // of `named.law`
  NamedLaw named;
};
std::optional<BareName> ReadBareName(std::string_view text, size_t floor, size_t end);

// What `parentheses` name a law for later; empty if they do not.
std::string ShortName(std::string_view parentheses);

}  // namespace connectors::legal
