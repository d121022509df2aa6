#include "connectors/legal/citation_numbers.h"

#include <algorithm>

namespace connectors::legal {
namespace {

constexpr int kRangeMax = 100;  // a wider one gives its ends alone

// ① to ⑳, as "제26조①" writes a paragraph.
std::optional<int> Circled(Cursor& cursor) {
  const std::string_view rest = cursor.rest();
  if (!rest.starts_with("\xE2\x91") || rest.size() < 3) return std::nullopt;
  const int ordinal = static_cast<unsigned char>(rest[2]) - 0xA0 + 1;
  if (ordinal < 1 || ordinal > 20) return std::nullopt;
  cursor.at += 3;
  cursor.Take("항");
  return ordinal;
}

class NumberReader {
 public:
  NumberReader(std::string_view text, size_t at, bool loose) : cursor_{text, at}, loose_(loose) {}

  std::vector<CitedNumber> Run(const CitedNumber* article) {
    std::optional<CitedNumber> one = Element(article);
    while (one) {
      found_.push_back(*one);
      one = Next();
    }
    return std::move(found_);
  }

 private:
  enum class Link { kNone, kList, kRange };

  // "제26조의2제1항제3호", or if `known` is given "제2항제1호" or "제3호" of it.
  std::optional<CitedNumber> Element(const CitedNumber* known) {
    const Cursor start = cursor_;
    CitedNumber one;
    one.begin = start.at;
    if (Article(one.number)) {
      Seal(one);
      Title();
      if (CircledParagraph(one.hang) || Paragraph(one.hang)) Seal(one);
      if (Item(one)) Seal(one);
    } else if (known != nullptr) {
      one.number = known->number;
      const bool paragraph = Paragraph(one.hang);
      if (paragraph) Seal(one);
      if (!paragraph) one.hang = known->hang;
      if (Item(one)) Seal(one);
    }
    cursor_.at = one.end == 0 ? start.at : one.end;
    return one.end == 0 ? std::nullopt : std::optional(one);
  }

  void Seal(CitedNumber& one) const { one.end = cursor_.at; }

  // "제 26 항": the number before `unit`, which is not the beginning of another word.
  std::optional<int> Numbered(std::string_view unit) {
    const Cursor start = cursor_;
    cursor_.Spaces();
    const bool marked = cursor_.Take("제");
    if (marked) cursor_.Spaces();
    const std::optional<int> number = marked || loose_ ? cursor_.Digits() : std::nullopt;
    cursor_.Spaces();
    if (number && *number > 0 && cursor_.Take(unit)) return number;
    cursor_ = start;
    return std::nullopt;
  }

  int Branch() {
    const Cursor start = cursor_;
    if (cursor_.Take("의")) {
      if (const auto branch = cursor_.Digits(); branch && *branch > 0) return *branch;
    }
    cursor_ = start;
    return 0;
  }

  bool Article(ArticleNumber& number) {
    const std::optional<int> main = Numbered("조");
    if (main) number = {*main, Branch()};
    return main.has_value();
  }

  bool Paragraph(int& hang) {
    const std::optional<int> number = Numbered("항");
    if (number) hang = *number;
    return number.has_value();
  }

  bool CircledParagraph(int& hang) {
    const Cursor start = cursor_;
    cursor_.Spaces();
    const std::optional<int> number = Circled(cursor_);
    if (!number) cursor_ = start;
    if (number) hang = *number;
    return number.has_value();
  }

  bool Item(CitedNumber& one) {
    const std::optional<int> number = Numbered("호");
    if (!number) return false;
    one.ho = *number;
    one.ho_branch = Branch();
    return true;
  }

  // "(업무위탁에 따른 개인정보의 처리 제한)" after an article, and a 목 after an item.
  void Title() {
    const Cursor start = cursor_;
    cursor_.Spaces();
    if (!cursor_.Parentheses()) cursor_ = start;
  }
  void Subitem() {
    const Cursor start = cursor_;
    cursor_.Spaces();
    const bool letter = cursor_.TakeAny(
        {"가", "나", "다", "라", "마", "바", "사", "아", "자", "차", "카", "타", "파", "하"});
    if (!letter || !cursor_.Take("목")) cursor_ = start;
  }

  Link ReadLink() {
    cursor_.Spaces();
    if (cursor_.TakeAny({"부터", "내지", "~", "∼", "～", "–", "-"})) {
      cursor_.Spaces();
      return Link::kRange;
    }
    const bool comma = cursor_.TakeAny({",", "，", "、", "ㆍ", "·", "‧", "・", "/"});
    cursor_.Spaces();
    const bool word = cursor_.TakeAny({"및", "또는", "그리고", "이나", "과", "와", "나"});
    cursor_.Spaces();
    return comma || word ? Link::kList : Link::kNone;
  }

  // What a comma, "및" or "부터" joins to the last number.
  std::optional<CitedNumber> Next() {
    const Cursor start = cursor_;
    const CitedNumber last = found_.back();
    Subitem();
    Title();
    const Link link = ReadLink();
    std::optional<CitedNumber> next;
    if (link != Link::kNone) next = Element(&last);
    if (!next) {
      cursor_ = start;
    } else if (link == Link::kRange) {
      Fill(last, *next);
      cursor_.Spaces();
      cursor_.Take("까지");
    }
    return next;
  }

  void Fill(const CitedNumber& first, const CitedNumber& last) {
    CitedNumber one{first.begin, last.end, first.number, first.hang, first.ho, 0, true};
    const auto fill = [&](int& value, int from, int to) {
      if (to - from > kRangeMax) return;
      for (value = from + 1; value < to; ++value) found_.push_back(one);
    };
    if (first.number.main != last.number.main) {
      one.number.branch = one.hang = one.ho = 0;
      fill(one.number.main, first.number.main, last.number.main);
    } else if (first.number.branch != last.number.branch) {
      one.hang = one.ho = 0;
      fill(one.number.branch, std::max(first.number.branch, 1), last.number.branch);
    } else if (first.hang != last.hang) {
      one.ho = 0;
      fill(one.hang, first.hang, last.hang);
    } else {
      fill(one.ho, first.ho, last.ho);
    }
  }

  Cursor cursor_;
  const bool loose_;
  std::vector<CitedNumber> found_;
};

}  // namespace

bool Cursor::Take(std::string_view word) {
  const bool here = rest().starts_with(word);
  if (here) at += word.size();
  return here;
}

bool Cursor::TakeAny(std::initializer_list<std::string_view> words) {
  return std::any_of(words.begin(), words.end(), [&](std::string_view word) { return Take(word); });
}

void Cursor::Spaces() {
  while (TakeAny({" ", "\t", "\u00A0", "\u3000"})) {
  }
}

std::optional<int> Cursor::Digits() {
  int value = 0;
  size_t count = 0;
  for (; count < rest().size() && rest()[count] >= '0' && rest()[count] <= '9'; ++count) {
    if (count == 6) return std::nullopt;
    value = value * 10 + (rest()[count] - '0');
  }
  at += count;
  return count == 0 ? std::nullopt : std::optional(value);
}

bool Cursor::Parentheses() {
  constexpr size_t kBytesMax = 300;
  if (!rest().starts_with("(")) return false;
  int depth = 0;
  for (size_t i = 0; i < std::min(rest().size(), kBytesMax) && rest()[i] != '\n'; ++i) {
    depth += (rest()[i] == '(') - (rest()[i] == ')');
    if (depth > 0) continue;
    at += i + 1;
    return true;
  }
  return false;
}

std::vector<CitedNumber> ReadNumbers(std::string_view text, size_t at, bool loose,
                                     const CitedNumber* article) {
  return NumberReader(text, at, loose).Run(article);
}

}  // namespace connectors::legal
