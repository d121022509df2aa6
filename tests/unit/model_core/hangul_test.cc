// Old Hangul: sequences of conjoining jamo stay what they are in VAETKI's tokenizer, with tokens of
// their own or as bytes.
#include <gmock/gmock.h>

#include <fstream>
#include <sstream>

#include "model_core/base/json.h"
#include "model_core/base/text.h"
#include "model_core/tokenizer.h"
#include "tests/unit/model_core/golden.h"

namespace model_core {
namespace {

struct Range {
  char32_t first, last;
};

std::vector<char32_t> In(std::initializer_list<Range> ranges) {
  std::vector<char32_t> all;
  for (const Range& range : ranges) {
    for (char32_t c = range.first; c <= range.last; ++c) all.push_back(c);
  }
  return all;
}

// Hangul Jamo and its two extensions (Unicode 17, chapter 18.6), fillers too.
const std::vector<char32_t> kLeading = In({{0x1100, 0x115F}, {0xA960, 0xA97C}});
const std::vector<char32_t> kVowels = In({{0x1160, 0x11A7}, {0xD7B0, 0xD7C6}});
const std::vector<char32_t> kTrailing = In({{0x11A8, 0x11FF}, {0xD7CB, 0xD7FB}});

std::unique_ptr<Tokenizer> LoadText(const std::string& json) {
  const std::string path = testing::TempDir() + "/hangul_tokenizer.json";
  std::ofstream(path) << json;
  auto loaded = Tokenizer::Load(path);
  EXPECT_TRUE(loaded.ok()) << loaded.status();
  return *std::move(loaded);
}

std::string Golden() {
  std::stringstream text;
  text << std::ifstream(GoldenDirectory("vaetki") + "/tokenizer.json").rdbuf();
  return text.str();
}

// The tokenizer with a token for every jamo, and for what `merges` compose of two tokens.
std::string WithJamo(const std::vector<std::pair<std::string, std::string>>& merges) {
  base::Json json = *base::ParseJson(Golden(), "tokenizer.json");
  base::Json& vocabulary = json["model"]["vocab"];
  size_t next = vocabulary.size();
  for (const auto* jamo : {&kLeading, &kVowels, &kTrailing}) {
    for (char32_t c : *jamo) vocabulary[base::Utf8({&c, 1})] = next++;
  }
  for (const auto& [first, second] : merges) {
    vocabulary[first + second] = next++;
    json["model"]["merges"].push_back({first, second});
  }
  return base::DumpJson(json);
}

// The text comes back, whole and token by token.
void RoundTrip(const Tokenizer& tokenizer, const std::u32string& code_points) {
  const std::string text = base::Utf8(code_points);
  const auto ids = tokenizer.Encode(text);
  ASSERT_TRUE(ids.ok()) << ids.status();
  ASSERT_EQ(*tokenizer.Decode(*ids, false), text);
  ASSERT_EQ(*tokenizer.Bytes(*ids), text);
}

// Every letter of the three blocks, and all 1,638,750 syllables of two or three of them.
void RoundTripAll(const Tokenizer& tokenizer) {
  for (const Range& block : {Range{0x1100, 0x11FF}, {0xA960, 0xA97F}, {0xD7B0, 0xD7FF}}) {
    for (char32_t c = block.first; c <= block.last; ++c) RoundTrip(tokenizer, {c});
  }
  for (char32_t leading : kLeading) {
    for (char32_t vowel : kVowels) {
      std::u32string line = {leading, vowel};
      for (char32_t trailing : kTrailing) line += {leading, vowel, trailing};
      RoundTrip(tokenizer, line);
    }
  }
}

TEST(OldHangul, ComesBackFromBytes) { RoundTripAll(*LoadText(Golden())); }

TEST(OldHangul, ComesBackFromTokensOfItsOwn) { RoundTripAll(*LoadText(WithJamo({}))); }

TEST(OldHangul, ComesBackWhereTheTablesCompose) {
  std::vector<std::pair<std::string, std::string>> merges;
  for (char32_t leading : kLeading) {
    for (char32_t vowel : {U'\u119E', U'\u1161', U'\uD7B0'}) {
      merges.emplace_back(base::Utf8({&leading, 1}), base::Utf8({&vowel, 1}));
    }
  }
  merges.emplace_back("\u1112\u119E", "\u11AB");
  const auto tokenizer = LoadText(WithJamo(merges));
  EXPECT_EQ(tokenizer->Encode("ᄒᆞᆫ")->size(), 1U);
  EXPECT_EQ(tokenizer->Encode("ᄒᆞᆯ")->size(), 2U);
  RoundTripAll(*tokenizer);
}

// A syllable written as jamo is another text than the same syllable in one code point.
TEST(OldHangul, IsNeverNormalised) {
  const auto tokenizer = LoadText(WithJamo({{"\u1112", "\u1161"}}));
  const std::u32string apart = {0x1112, 0x1161, 0x11AB};
  RoundTrip(*tokenizer, apart);
  RoundTrip(*tokenizer, U"한");
  EXPECT_NE(*tokenizer->Encode(base::Utf8(apart)), *tokenizer->Encode("한"));
  RoundTrip(*tokenizer, U"ㅎㆍㄴ\uFFA1");  // compatibility and half-width letters stay too
}

}  // namespace
}  // namespace model_core
