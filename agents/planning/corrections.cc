#include "agents/planning/corrections.h"

#include <algorithm>
#include <initializer_list>
#include <optional>
#include <span>
#include <vector>

#include "agents/planning/matching.h"
#include "agents/planning/recogniser.h"
#include "model_core/base/quotations.h"

namespace agents {
namespace {

using re2::RE2;

constexpr size_t kWordsMax = 4;  // of what is put right

// The place of a word of the request.
struct Word {
  size_t begin, end;
};

// The mark of a list behind a word is none of it.
std::string_view Bare(std::string_view word) {
  while (!word.empty() && std::string_view(",.;:!").find(word.back()) != word.npos)
    word.remove_suffix(1);
  return word;
}

bool EndsWithAny(std::string_view word, std::initializer_list<std::string_view> ends) {
  return std::any_of(ends.begin(), ends.end(), [&](std::string_view end) {
    return word.size() > end.size() && word.ends_with(end);
  });
}

// Whom or where it is to go.
constexpr std::string_view kToward[] = {"에게", "한테", "에서", "으로", "께", "에", "로"};
// These join whole clauses as well (임신부가 아니고 알레르기가 없으면).
constexpr std::string_view kOthers[] = {"을", "를", "은", "는", "의", "이", "가"};

// That of the table that ends `word`, if any.
std::string_view Ending(std::string_view word, std::span<const std::string_view> particles) {
  const auto ends = std::ranges::find_if(
      particles, [&](std::string_view particle) { return EndsWithAny(word, {particle}); });
  return ends == particles.end() ? "" : *ends;
}

std::string_view Particle(std::string_view word) { return Ending(word, kToward); }

std::string_view Stem(std::string_view word) {
  const std::string_view toward = Ending(word, kToward);
  const std::string_view particle = toward.empty() ? Ending(word, kOthers) : toward;
  return word.substr(0, word.size() - particle.size());
}

// P-1027 → P-9, 2nd and 3rd → 9th.
std::string Shape(std::string_view word) {
  static const RE2* const ordinal = new RE2("\\d+(?:st|nd|rd|th)$");
  static const RE2* const digits = new RE2("\\d+");
  std::string shape(word);
  RE2::Replace(&shape, *ordinal, "9th");
  RE2::GlobalReplace(&shape, *digits, "9");
  return shape;
}

bool HasDigit(std::string_view word) {
  return word.find_first_of("0123456789") != std::string_view::npos;
}

bool IsDate(std::string_view word, absl::Time now) {
  const Recognition found = Recognise(word, now);
  return found.literals.contains("period") && found.mentions.size() == 1 &&
         found.mentions[0].begin == 0 && found.mentions[0].end == word.size();
}

// What a bare number counts is not said by its form.
bool OnlyDigits(std::string_view word) {
  return word.find_first_not_of("0123456789.") == std::string_view::npos;
}

bool Alike(std::string_view a, std::string_view b, absl::Time now) {
  const std::string_view stem_a = Stem(a), stem_b = Stem(b);
  if (IsDate(stem_a, now) && IsDate(stem_b, now)) return true;
  if (HasDigit(stem_a) || HasDigit(stem_b))
    return !OnlyDigits(stem_a) && Shape(stem_a) == Shape(stem_b);
  return !Particle(a).empty() && Particle(a) == Particle(b);
}

// At most kWordsMax words that end at `end`, or begin at `begin`, in order.
std::vector<Word> WordsBefore(std::string_view text, size_t end) {
  std::vector<Word> words;
  while (words.size() < kWordsMax) {
    const size_t last = text.substr(0, end).find_last_not_of(" \n");
    if (last == text.npos) break;
    const size_t blank = text.substr(0, last).find_last_of(" \n");
    end = blank == text.npos ? 0 : blank + 1;
    words.insert(words.begin(), {end, last + 1});
  }
  return words;
}

std::vector<Word> WordsBehind(std::string_view text, size_t begin) {
  std::vector<Word> words;
  while (words.size() < kWordsMax) {
    const size_t first = text.find_first_not_of(" \n", begin);
    if (first == text.npos) break;
    begin = std::min(text.find_first_of(" \n", first), text.size());
    words.push_back({first, begin});
  }
  return words;
}

class Corrector {
 public:
  Corrector(std::string_view request, absl::Time now)
      : text_(request), bare_(base::WithoutQuotations(request)), now_(now) {}

  std::string Correct() {
    // In Korean the wrong word may carry its particle (3월이 아니라 4월), and a pause stand before.
    static const RE2* const korean = new RE2(
        "(?:,|\\.{2,}|…|이|가)? (?:아+,? ?)?(?:아니(?:지|다|야|라|요)?|아참|아차|말고)[,.!…]* |"
        ", ?정정[,:]? ");
    static const RE2* const english = new RE2(
        "(?i:,? (?:no,? wait|wait,? no|sorry|i mean|or rather|scratch that|make that|correction)"
        "[,:]? )");
    for (const RE2* marker : {korean, english}) {
      Groups groups;
      int left = kMarkersMax;
      for (size_t at = 0; left > 0 && FindFrom(bare_, *marker, at, groups); --left) {
        const auto begin = static_cast<size_t>(groups[0].data() - bare_.data());
        at = Cut(begin, begin + groups[0].size()).value_or(begin + 1);
      }
    }
    return std::move(text_);
  }

 private:
  static constexpr int kMarkersMax = 32;  // looked at: a person puts few words right

  std::string_view At(const Word& word) const {
    return Bare(std::string_view(bare_).substr(word.begin, word.end - word.begin));
  }

  // Word by word the same but for one that is of the same kind.
  bool PutRight(const Word* wrong, const Word* right, size_t count) const {
    size_t other = 0, alike = 0;
    for (size_t i = 0; i < count; ++i) {
      if (Stem(At(wrong[i])) == Stem(At(right[i]))) continue;
      ++other;
      alike += Alike(At(wrong[i]), At(right[i]), now_) ? 1 : 0;
    }
    return other == 1 && alike == 1;
  }

  // Not besides: TI-101 말고 TI-102 값도, P-1뿐만 아니라.
  bool Besides(const Word& wrong, const std::vector<Word>& behind, size_t count) const {
    const size_t near = std::min(behind.size(), count + 1);
    return EndsWithAny(At(wrong), {"뿐", "뿐만"}) ||
           std::any_of(behind.begin(), behind.begin() + static_cast<ptrdiff_t>(near),
                       [&](const Word& word) {
                         return EndsWithAny(At(word), {"도", "까지"});
                       });
  }

  // Cuts the most words before [begin, end) that as many behind it put right, and where the next
  // marker is looked for.
  std::optional<size_t> Cut(size_t begin, size_t end) {
    const std::vector<Word> before = WordsBefore(bare_, begin), behind = WordsBehind(bare_, end);
    if (begin > 0 && std::string_view(".;!?").find(bare_[begin - 1]) != std::string_view::npos)
      return std::nullopt;  // another sentence
    for (size_t count = std::min(before.size(), behind.size()); count > 0; --count) {
      const Word* wrong = &before[before.size() - count];
      if (!PutRight(wrong, behind.data(), count) || Besides(before.back(), behind, count)) continue;
      const size_t first = wrong->begin;
      text_.erase(first, end - first);
      bare_.erase(first, end - first);
      return first;
    }
    return std::nullopt;
  }

  std::string text_, bare_;
  const absl::Time now_;
};

}  // namespace

std::string WithoutCorrected(std::string_view request, absl::Time now) {
  return Corrector(request, now).Correct();
}

}  // namespace agents
