#include "tests/bench/made_vocabulary.h"

#include <set>

#include "model_core/base/check.h"
#include "model_core/base/json.h"
#include "model_core/base/strings.h"
#include "model_core/base/text.h"
#include "model_core/engine/counter_random.h"

namespace bench {
namespace {

using base::Json;
using base::StrCat;

constexpr char32_t kFirstSyllable = 0xAC00, kSyllables = 11'172;
constexpr size_t kCommon = 900;  // syllables that words are made of
constexpr uint64_t kSeed = 1;

class Maker {
 public:
  explicit Maker(size_t size) : size_(size) {}

  std::set<std::string> Make() {
    for (int byte = 0; byte < 256; ++byte) words_.insert(std::string(1, static_cast<char>(byte)));
    for (char32_t i = 0; i < kSyllables; ++i) words_.insert(Syllable(i));
    for (int number = 0; number < 1000; ++number) words_.insert(StrCat(number));
    for (const char* mark : {"\"", "\":", "\",", "{\"", "[{\"", "\"}", "\"}]", "],", "},", "\": \"",
                             "\", \"", "\":\"", "\",\"", ": ", ", "})
      words_.insert(mark);
    for (size_t count = 2; count < 40; ++count) {
      words_.insert(std::string(count, ' '));
      words_.insert(StrCat("\n", std::string(count, ' ')));
    }
    while (words_.size() < size_) AddWord();
    return std::move(words_);
  }

 private:
  size_t Below(size_t bound) {
    return static_cast<size_t>(model_core::CounterUniform(kSeed, count_++) *
                               static_cast<double>(bound));
  }
  static std::string Syllable(char32_t index) {
    std::string text;
    base::AppendUtf8(kFirstSyllable + index, text);
    return text;
  }

  // Two in five of Hangul; half of all with a space before.
  void AddWord() {
    std::string word = Below(2) == 0 ? " " : "";
    word += Below(5) < 2 ? Hangul() : Latin();
    words_.insert(std::move(word));
  }
  std::string Hangul() {
    std::string word;
    for (size_t left = 2 + Below(3); left > 0; --left)
      word += Syllable(static_cast<char32_t>(Below(kCommon) * (kSyllables / kCommon)));
    return word;
  }
  std::string Latin() {
    std::string word;
    for (size_t left = 1 + Below(5); left > 0; --left) {
      word += "bcdfghjklmnprstvwyz"[Below(19)];
      word += "aeiou"[Below(5)];
      if (Below(3) == 0) word += "lnrst"[Below(5)];
    }
    if (Below(4) == 0) word[0] = static_cast<char>(word[0] - 'a' + 'A');
    return word;
  }

  const size_t size_;
  uint64_t count_ = 0;
  std::set<std::string> words_;
};

// GPT-2's characters for bytes: printable ones stand for themselves, the rest lie above U+0100.
std::string Spelled(const std::string& bytes) {
  static const auto* const table = [] {
    auto* made = new std::string[256];
    char32_t moved = 0x100;
    for (int byte = 0; byte < 256; ++byte) {
      const bool printable = (byte >= '!' && byte <= '~') || (byte >= 0xA1 && byte != 0xAD);
      base::AppendUtf8(printable ? static_cast<char32_t>(byte) : moved++, made[byte]);
    }
    return made;
  }();
  std::string spelled;
  for (const char byte : bytes) spelled += table[static_cast<uint8_t>(byte)];
  return spelled;
}

}  // namespace

std::string MadeTokenizerJson(size_t size) {
  CHECK(size > 20'000, "too small for all bytes and syllables");
  std::string text = "{";
  size_t id = 0;
  for (const std::string& word : Maker(size - 1).Make()) {
    text += StrCat(id == 0 ? "" : ",", base::DumpJson(Json(Spelled(word))), ":", id);
    ++id;
  }
  const Json level = {{"type", "ByteLevel"},
                      {"add_prefix_space", false},
                      {"trim_offsets", true},
                      {"use_regex", true}};
  const Json end = {{"id", id},        {"content", kEndToken}, {"single_word", false},
                    {"lstrip", false}, {"rstrip", false},      {"normalized", false},
                    {"special", true}};
  return StrCat(R"({"version":"1.0","added_tokens":[)", base::DumpJson(end),
                R"(],"pre_tokenizer":)", base::DumpJson(level), R"(,"decoder":)",
                base::DumpJson(level), R"(,"model":{"type":"BPE","vocab":)", text,
                R"(},"merges":[]}})");
}

}  // namespace bench
