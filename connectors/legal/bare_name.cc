// The name of a law that stands without marks before a number.
#include <algorithm>
#include <array>
#include <cctype>

#include "connectors/legal/citation_names.h"
#include "connectors/legal/citation_numbers.h"
#include "connectors/legal/statute.h"
#include "model_core/base/text.h"

namespace connectors::legal {
namespace {

constexpr size_t kWordsMax = 14, kNamesMax = 4;

template <size_t N>
bool IsAny(std::string_view text, const std::array<std::string_view, N>& words) {
  return std::find(words.begin(), words.end(), text) != words.end();
}

// Words of a kind: they name no law alone, nor do the last ones after another word.
constexpr std::array<std::string_view, 23> kKinds{
    "법률",   "규칙",     "규정",   "조례",   "훈령",   "예규", "고시", "특별법",
    "특례법", "기본법",   "법",     "령",     "시행령", "영",   "법령", "동법",
    "같은법", "시행규칙", "관계법", "관련법", "현행법", "동령", "위법"};
constexpr size_t kKindsAfterWord = 10;
constexpr std::array<std::string_view, 4> kJoints{"관한", "위한", "대한", "따른"};

// Words that stand before a name and are never its first.
constexpr std::array<std::string_view, 24> kLeads{
    "및",   "또는", "그리고", "와",     "과",     "현행", "구",   "舊",
    "위",   "이",   "본",     "그",     "동",     "같은", "우리", "관련",
    "근거", "한편", "다만",   "따라서", "그러나", "특히", "즉",   "해당"};
// Ends of words after which a name can only begin, whatever its form.
constexpr std::array<std::string_view, 23> kBreaks{
    "은",   "에서", "에게", "까지", "부터", "하여", "되어", "따라", "하고", "하며", "되며", "한다",
    "된다", "있다", "없다", "니다", "하면", "거나", "지만", "경우", "으며", "이며", "므로"};
// … unless the name says "에 관한", "을 위한", "하는": objects and places can then be part of it.
constexpr std::array<std::string_view, 4> kObjects{"을", "를", "에", "으로"};
constexpr std::array<std::string_view, 4> kAdnominals{"하는", "되는", "있는", "없는"};
constexpr std::array<std::string_view, 5> kSubjects{"이", "가", "도", "만", "라"};
constexpr std::array<std::string_view, 5> kSofts{"의", "을", "를", "에", "로"};
constexpr std::array<std::string_view, 2> kWith{"와", "과"};

struct Word {
  size_t begin, end;
  std::string_view text;
};

bool InName(char32_t point) {
  constexpr std::u32string_view kOthers = U"·ㆍ‧・ \u00A0\u3000";
  const bool ascii = point < 128 && std::isalnum(static_cast<unsigned char>(point)) != 0;
  const bool ideograph = point >= 0x4E00 && point <= 0x9FFF;
  return ascii || ideograph || base::IsHangulSyllable(point) ||
         kOthers.find(point) != std::u32string_view::npos;
}

// Where the sentence part that ends at `end` begins: after the last mark that stands in no name, or
// a dot between two laws.
size_t PartBegin(std::string_view text, size_t floor, size_t end) {
  constexpr std::array<std::string_view, 4> kBetweenLaws{"법·", "법ㆍ", "령·", "령ㆍ"};
  size_t begin = floor;
  for (size_t at = floor; at < end;) {
    size_t next = at + 1;
    while (next < end && base::IsContinuation(text[next])) ++next;
    const std::u32string points = base::CodePoints(text.substr(at, next - at));
    const bool dot = EndsWithAny(text.substr(floor, next - floor), kBetweenLaws);
    if (dot || !InName(points.front())) begin = next;
    at = next;
  }
  return begin;
}

std::vector<Word> Words(std::string_view text, size_t begin, size_t end) {
  std::vector<Word> words;
  Cursor cursor{text.substr(0, end), begin};
  while (cursor.Spaces(), cursor.at < end) {
    const size_t from = cursor.at;
    while (cursor.at < end) {
      Cursor next = cursor;
      next.Spaces();
      if (next.at != cursor.at) break;
      ++cursor.at;
    }
    words.push_back({from, cursor.at, text.substr(from, cursor.at - from)});
  }
  return words;
}

bool Breaks(std::string_view word, bool joined) {
  const auto small = [](char c) { return c >= 'a' && c <= 'z'; };
  if (std::all_of(word.begin(), word.end(), small)) return true;  // an English sentence
  if (EndsWithAny(word, kBreaks)) return true;
  if (word.ends_with("는")) return !joined || !EndsWithAny(word, kAdnominals);
  return !joined && EndsWithAny(word, kObjects);
}

bool IsDecreeWord(std::string_view word) { return word == "시행령" || word == "시행규칙"; }

// Whether the words up to `head` name one law: "의료법", "관한 법률", "보호 조례", not "법", "관련
// 규정".
bool NamesAlone(const std::vector<Word>& words, size_t head) {
  const auto kind = std::find(kKinds.begin(), kKinds.end(), words[head].text);
  if (kind == kKinds.end()) return true;
  if (head == 0) return false;
  const std::string_view before = words[head - 1].text;
  if (IsAny(before, kJoints)) return true;
  return kind - kKinds.begin() < static_cast<ptrdiff_t>(kKindsAfterWord) &&
         !IsAny(before, kLeads) && !Breaks(before, false);
}

// The word that says what the name is of: the last, or before "시행령" the one before.
std::optional<size_t> HeadOf(const std::vector<Word>& words) {
  if (words.empty()) return std::nullopt;
  size_t head = words.size() - 1;
  if (IsDecreeWord(words[head].text)) {
    if (head == 0) return std::nullopt;
    --head;
    if (!EndsWithAny(words[head].text, std::array<std::string_view, 2>{"법", "법률"}))
      return std::nullopt;
  }
  if (!IsLawName(words[head].text)) return std::nullopt;
  return NamesAlone(words, head) ? std::optional(head) : std::nullopt;
}

// Whether words[i] joins a law before it to the name: "의료법 및", "의료법과". Any other "및" may
// be inside the name, and a shorter one is another law.
bool JoinsLaws(const std::vector<Word>& words, size_t i) {
  const std::string_view word = words[i].text;
  if (word == "및" || word == "또는" || IsAny(word, kWith))
    return i > 0 && IsLawName(words[i - 1].text);
  return EndsWithAny(word, kWith) && IsLawName(word.substr(0, word.size() - kWith[0].size()));
}

// Where the name can begin, earliest first, and the one that reads best.
struct Begins {
  std::vector<size_t> words;
  size_t best = 0;
};

// Whether a name can begin with words[i], of which `joined` says whether "관한" or the like ends
// it.
bool CanBegin(const std::vector<Word>& words, size_t i, size_t head, bool joined) {
  return !IsAny(words[i].text, kJoints) && !(joined && i == head) &&
         !EndsWithAny(words[i].text, kAdnominals);
}

Begins BeginsOf(const std::vector<Word>& words, size_t head) {
  const bool joined = head > 0 && IsAny(words[head - 1].text, kJoints);
  Begins begins;
  std::optional<size_t> best;
  size_t first = head;
  for (; first > 0 && head - first < kWordsMax && !Breaks(words[first - 1].text, joined); --first) {
    if (!CanBegin(words, first, head, joined)) continue;
    const std::string_view before = words[first - 1].text;
    const bool ends = EndsWithAny(before, kSubjects) || JoinsLaws(words, first - 1);
    if (ends && !best) best = first;
    if (ends || EndsWithAny(before, kSofts)) begins.words.push_back(first);
  }
  begins.words.push_back(first);
  std::reverse(begins.words.begin(), begins.words.end());
  begins.best = best.value_or(first);
  return begins;
}

size_t SkipLeads(const std::vector<Word>& words, size_t first, size_t head) {
  while (first < head && IsAny(words[first].text, kLeads)) ++first;
  return first;
}

}  // namespace

std::optional<BareName> ReadBareName(std::string_view text, size_t floor, size_t end) {
  const size_t earliest = std::max(floor, end - std::min(end, kNameBytesMax));
  size_t begin = PartBegin(text, earliest, end);
  // What hangs on the words before, as 와 in "제26조와 의료법", is no word of the name.
  if (begin == earliest && earliest > 0)
    while (begin < end && text[begin] != ' ') ++begin;
  const std::vector<Word> words = Words(text, begin, end);
  const std::optional<size_t> head = HeadOf(words);
  if (!head) return std::nullopt;
  const Begins begins = BeginsOf(words, *head);
  BareName bare;
  for (size_t first : begins.words) {
    const size_t from = words[SkipLeads(words, first, *head)].begin;
    std::string name = OneLine(text.substr(from, end - from));
    if (first == begins.best) bare = {from, {name, std::move(bare.named.names)}};
    auto& names = bare.named.names;
    const bool known = std::find(names.begin(), names.end(), name) != names.end();
    if (!known && (names.size() < kNamesMax || first == begins.best))
      names.push_back(std::move(name));
  }
  return bare;
}

}  // namespace connectors::legal
