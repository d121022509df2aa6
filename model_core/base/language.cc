#include "model_core/base/language.h"

#include <algorithm>
#include <array>
#include <string>

#include "model_core/base/text.h"

namespace base {
namespace {

constexpr size_t kSentence = 2;  // words of grammar that make one

constexpr std::array<std::string_view, 40> kGrammar = {
    "a",  "about", "an",   "and",  "any",   "are", "as",   "at",   "before", "by",
    "do", "does",  "for",  "from", "has",   "i",   "in",   "into", "is",     "it",
    "me", "my",    "of",   "on",   "or",    "our", "that", "the",  "their",  "then",
    "to", "was",   "what", "when", "which", "who", "with", "you",  "your",   "please"};

struct Words {
  size_t hangul = 0, english = 0, grammar = 0;
};

struct Marks {
  char32_t open, close;
};
constexpr std::array<Marks, 6> kQuotation = {
    {{U'“', U'”'}, {U'‘', U'’'}, {U'「', U'」'}, {U'『', U'』'}, {U'"', U'"'}, {U'\'', U'\''}}};

bool IsLatin(char32_t point) {
  return (point >= U'a' && point <= U'z') || (point >= U'A' && point <= U'Z');
}

// Where the quotation that begins at `at` ends; `at` where none does. An apostrophe inside a word
// is no mark.
size_t EndOfQuotation(std::u32string_view text, size_t at) {
  const auto marks = std::find_if(kQuotation.begin(), kQuotation.end(),
                                  [&](const Marks& pair) { return pair.open == text[at]; });
  if (marks == kQuotation.end() || (at > 0 && IsLatin(text[at - 1]))) return at;
  for (size_t end = at + 1; end < text.size(); ++end) {
    if (text[end] == marks->close && (end + 1 == text.size() || !IsLatin(text[end + 1])))
      return end;
  }
  return at;
}

// A word is a run of letters and apostrophes; one that holds a Hangul syllable counts as Hangul.
class Counter {
 public:
  void Take(char32_t point) {
    if (IsHangulSyllable(point)) {
      hangul_ = true;
    } else if (IsLatin(point)) {
      word_ += static_cast<char>(point | 0x20);
    } else if (point != U'\'') {
      End();
    }
  }
  Words End() {
    if (hangul_) {
      ++words_.hangul;
    } else if (!word_.empty()) {
      ++words_.english;
      if (std::find(kGrammar.begin(), kGrammar.end(), word_) != kGrammar.end()) ++words_.grammar;
    }
    word_.clear();
    hangul_ = false;
    return words_;
  }

 private:
  Words words_;
  std::string word_;
  bool hangul_ = false;
};

}  // namespace

Language LanguageOf(std::string_view text) {
  const std::u32string points = CodePoints(text);
  Counter counter;
  for (size_t i = 0; i < points.size(); ++i) {
    if (const size_t end = EndOfQuotation(points, i); end > i) {
      counter.End();
      i = end;
    } else {
      counter.Take(points[i]);
    }
  }
  const Words words = counter.End();
  if (words.hangul == 0 && words.english == 0) {  // nothing but quotations, or no words at all
    return std::any_of(points.begin(), points.end(), IsHangulSyllable) ? Language::kKorean
                                                                       : Language::kEnglish;
  }
  const bool sentence = words.grammar >= kSentence && words.english > words.hangul;
  return words.hangul == 0 || sentence ? Language::kEnglish : Language::kKorean;
}

}  // namespace base
