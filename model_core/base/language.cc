#include "model_core/base/language.h"

#include <algorithm>
#include <array>
#include <string>

#include "model_core/base/quotations.h"
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

bool IsLatin(char32_t point) {
  return (point >= U'a' && point <= U'z') || (point >= U'A' && point <= U'Z');
}

// A word is a run of letters and apostrophes; one that holds a Hangul syllable counts as Hangul.
class Counter {
 public:
  // Ends with a word's end.
  void Take(std::string_view text) {
    for (const char32_t point : CodePoints(text)) TakePoint(point);
    End();
  }
  Words words() const { return words_; }

 private:
  void TakePoint(char32_t point) {
    if (IsHangulSyllable(point)) {
      hangul_ = true;
    } else if (IsLatin(point)) {
      word_ += static_cast<char>(point | 0x20);
    } else if (point != U'\'') {
      End();
    }
  }
  void End() {
    if (hangul_) {
      ++words_.hangul;
    } else if (!word_.empty()) {
      ++words_.english;
      if (std::find(kGrammar.begin(), kGrammar.end(), word_) != kGrammar.end()) ++words_.grammar;
    }
    word_.clear();
    hangul_ = false;
  }

  Words words_;
  std::string word_;
  bool hangul_ = false;
};

}  // namespace

Language LanguageOf(std::string_view text) {
  Counter counter;
  size_t from = 0;
  for (const Quotation& quotation : Quotations(text)) {
    counter.Take(text.substr(from, quotation.begin - from));
    from = quotation.end;
  }
  counter.Take(text.substr(from));
  const Words words = counter.words();
  if (words.hangul == 0 && words.english == 0) {  // nothing but quotations, or no words at all
    const std::u32string points = CodePoints(text);
    return std::any_of(points.begin(), points.end(), IsHangulSyllable) ? Language::kKorean
                                                                       : Language::kEnglish;
  }
  const bool sentence = words.grammar >= kSentence && words.english > words.hangul;
  return words.hangul == 0 || sentence ? Language::kEnglish : Language::kKorean;
}

}  // namespace base
