#include "connectors/legal/citations.h"

#include <algorithm>

#include "connectors/legal/citation_names.h"
#include "connectors/legal/citation_numbers.h"
#include "connectors/legal/law_memory.h"
#include "model_core/base/strings.h"
#include "model_core/base/text.h"

namespace connectors::legal {
namespace {

// Whether a word can begin at `at`: no letter, syllable or digit stands before.
bool WordBegins(std::string_view text, size_t at) {
  if (at == 0) return true;
  size_t from = at - 1;
  while (from > 0 && base::IsContinuation(text[from])) --from;
  const char32_t before = base::CodePoints(text.substr(from, at - from)).back();
  const bool ascii = before < 128 && std::isalnum(static_cast<unsigned char>(before)) != 0;
  return !ascii && !base::IsHangulSyllable(before);
}

// Whether "이" or "본" stands before: the text speaks of itself.
bool SpeaksOfItself(std::string_view text, size_t at) {
  const std::string_view before = text.substr(0, at);
  for (std::string_view word : {"이 ", "본 "}) {
    if (before.ends_with(word) && WordBegins(text, at - word.size())) return true;
  }
  return false;
}

class Finder {
 public:
  explicit Finder(std::string_view text) : text_(text) {}

  std::vector<Citation> Run() {
    while (at_ < text_.size()) {
      if (Marked() || Short() || Relative() || SameArticle() || Numbered()) continue;
      Define();
      do ++at_;
      while (at_ < text_.size() && base::IsContinuation(text_[at_]));
    }
    return std::move(found_);
  }

 private:
  // What stands between a name and its number: "의", "상", "(법률 제19234호)"; short names in
  // parentheses are kept.
  size_t AfterName(size_t at, const NamedLaw& law) {
    Cursor cursor{text_, at};
    for (bool more = true; more;) {
      const size_t from = cursor.at;
      Cursor next = cursor;
      next.Spaces();
      more = next.Parentheses();
      if (!more) break;
      if (std::string name = ShortName(text_.substr(from, next.at - from)); !name.empty())
        memory_.CallShortly(std::move(name), law);
      cursor = next;
    }
    const Cursor name_end = cursor;
    cursor.TakeAny({"상의", "의", "상"});
    cursor.Spaces();
    cursor.TakeAny({"중 "});
    return ReadNumbers(text_, cursor.at, true).empty() ? name_end.at : cursor.at;
  }

  // The citations of `law`, whose name ends at `end`, and the numbers after it.
  bool Cite(size_t begin, size_t end, const NamedLaw& law, bool without_number) {
    const size_t after = AfterName(end, law);
    const std::vector<CitedNumber> numbers = ReadNumbers(text_, after, true);
    if (numbers.empty() && !without_number) return false;
    memory_.Mention(law);
    if (numbers.empty()) found_.push_back({begin, end, law.law, law.names, {}});
    Add(begin, law, numbers);
    Move(numbers.empty() ? end : numbers.back().end);
    return true;
  }

  void Add(size_t begin, const NamedLaw& law, const std::vector<CitedNumber>& numbers) {
    for (const CitedNumber& one : numbers) {
      found_.push_back({&one == &numbers.front() ? begin : one.begin, one.end, law.law, law.names,
                        one.number, one.hang, one.ho, one.ho_branch, one.within});
      article_ = one;
      article_law_ = law;
    }
  }

  void Move(size_t to) { floor_ = at_ = to; }

  // 「개인정보 보호법」 제26조. A number inside the marks is read as without them.
  bool Marked() {
    const auto marked = ReadMarkedName(text_, at_);
    if (!marked) return false;
    const NamedLaw law{marked->name, {marked->name}};
    if (Cite(at_, marked->end, law, IsLawName(marked->name))) return true;
    if (marked->name.find("조") != std::string::npos) return false;
    AfterName(marked->end, law);
    Move(marked->end);
    return true;
  }

  // A name that the text gave for later, "정보통신망법 제28조".
  bool Short() {
    if (!WordBegins(text_, at_) || SpeaksOfItself(text_, at_)) return false;
    std::optional<ShortLaw> law = memory_.Short(text_.substr(at_));
    if (!law) return false;
    const size_t end = Suffix(at_ + law->length, law->law);
    return Cite(at_, end, law->law, false);
  }

  // "시행령" after the name of an act: then `law` is that decree. The end of the name.
  size_t Suffix(size_t at, NamedLaw& law) const {
    Cursor cursor{text_, at};
    cursor.Spaces();
    for (std::string_view suffix : {"시행령", "시행규칙"}) {
      if (!cursor.Take(suffix)) continue;
      law = DecreeOf(law, suffix);
      return cursor.at;
    }
    return at;
  }

  // "같은 법", "동법 시행령", "영", "규칙".
  bool Relative() {
    if (!WordBegins(text_, at_) || SpeaksOfItself(text_, at_)) return false;
    Cursor cursor{text_, at_};
    const bool same = cursor.TakeAny({"같은", "동", "위", "그", "해당", "당해", "상기"});
    if (same) cursor.Spaces();
    const size_t from = cursor.at;
    if (same ? !cursor.TakeAny({"법률", "법", "시행령", "시행규칙", "영", "령", "규칙", "규정",
                                "조례", "훈령", "예규", "고시"})
             : !cursor.TakeAny({"법", "시행령", "시행규칙", "영", "규칙"}))
      return false;
    std::optional<NamedLaw> law = memory_.Earlier(text_.substr(from, cursor.at - from));
    if (!law) return false;
    const size_t end = Suffix(cursor.at, *law);
    if (!same && (ReadNumbers(text_, end, true).empty() || ReadBareName(text_, floor_, end)))
      return false;
    return Cite(at_, end, *law, false) || (AfterName(end, *law), false);
  }

  // "같은 조 제2항", "동항 제3호", of the article cited last.
  bool SameArticle() {
    if (!article_ || !WordBegins(text_, at_)) return false;
    Cursor cursor{text_, at_};
    if (!cursor.TakeAny({"같은", "동", "위", "그"})) return false;
    cursor.Spaces();
    CitedNumber known = *article_;
    const bool paragraph = cursor.Take("항");
    if (!paragraph && !cursor.Take("조")) return false;
    if (!paragraph) known.hang = 0;
    known.ho = known.ho_branch = 0;
    cursor.TakeAny({"의"});
    const auto numbers = ReadNumbers(text_, cursor.at, true, &known);
    if (numbers.empty() || numbers.front().number != known.number) return false;
    const NamedLaw law = article_law_;
    Add(at_, law, numbers);
    Move(numbers.back().end);
    return true;
  }

  // "개인정보 보호법 제26조", or an article of the text's own.
  bool Numbered() {
    const bool digit = text_[at_] >= '0' && text_[at_] <= '9';
    const bool digits_begin =
        digit && (at_ == 0 || !std::isalnum(static_cast<unsigned char>(text_[at_ - 1])));
    const auto numbers = ReadNumbers(text_, at_, digits_begin);
    if (numbers.empty()) return false;
    if (const auto bare = ReadBareName(text_, floor_, NameEnd(at_))) {
      memory_.Mention(bare->named);
      Add(bare->begin, bare->named, numbers);
    } else if (digit) {
      return false;
    } else {
      article_.reset();
    }
    Move(numbers.back().end);
    return true;
  }

  // Where the name before the number at `at` ends.
  size_t NameEnd(size_t at) const {
    size_t end = at;
    const auto trim = [&](std::initializer_list<std::string_view> words) {
      for (std::string_view word : words) {
        if (end >= floor_ + word.size() && text_.substr(0, end).ends_with(word)) {
          end -= word.size();
          return true;
        }
      }
      return false;
    };
    const auto spaces = [&] {
      while (trim({" ", "\u00A0", "\u3000"})) {
      }
    };
    spaces();
    if (end > floor_ && text_[end - 1] == ')') {
      const size_t open = Opening(end - 1);
      if (open != std::string_view::npos) end = open;
      spaces();
    }
    if (trim({"중", "상의", "의", "상"})) spaces();
    return end;
  }

  // The parenthesis that the one at `close` closes, in the same line.
  size_t Opening(size_t close) const {
    int depth = 0;
    for (size_t i = close + 1; i-- > floor_ && text_[i] != '\n';) {
      depth += (text_[i] == ')') - (text_[i] == '(');
      if (depth == 0) return i;
    }
    return std::string_view::npos;
  }

  // "의료법(이하 "법"이라 한다)": a short name of one that is cited without a number.
  void Define() {
    Cursor cursor{text_, at_};
    if (text_[at_] != '(' || !cursor.Parentheses()) return;
    const std::string name = ShortName(text_.substr(at_, cursor.at - at_));
    if (name.empty()) return;
    const auto bare = ReadBareName(text_, floor_, NameEnd(at_));
    if (!bare) return;
    memory_.CallShortly(name, bare->named);
    memory_.Mention(bare->named);
  }

  const std::string_view text_;
  size_t at_ = 0, floor_ = 0;  // what is before `floor_` is read
  LawMemory memory_;
  std::optional<CitedNumber> article_;  // the last, unless it was the text's own
  NamedLaw article_law_;
  std::vector<Citation> found_;
};

}  // namespace

std::vector<Citation> FindCitations(std::string_view text) { return Finder(text).Run(); }

}  // namespace connectors::legal
