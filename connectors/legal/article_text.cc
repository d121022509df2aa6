// The text of an article: 항, 호, 목, and the part that a reader asks for.
#include <array>
#include <tuple>

#include "connectors/legal/statute.h"
#include "model_core/base/strings.h"
#include "model_core/base/text.h"

namespace connectors::legal {
namespace {

using base::StrCat;

// ① to ⑳, ㉑ to ㉟, ㊱ to ㊿, or plain digits at the beginning of `text`; 0 if there is none.
int Ordinal(std::string_view text) {
  const std::u32string points = base::CodePoints(base::Trim(text));
  if (points.empty()) return 0;
  const char32_t first = points[0];
  if (first >= 0x2460 && first <= 0x2473) return static_cast<int>(first - 0x2460) + 1;
  if (first >= 0x3251 && first <= 0x325F) return static_cast<int>(first - 0x3251) + 21;
  if (first >= 0x32B1 && first <= 0x32BF) return static_cast<int>(first - 0x32B1) + 36;
  int value = 0;
  for (size_t i = 0; i < points.size() && points[i] >= '0' && points[i] <= '9' && value < 1000;
       ++i) {
    value = value * 10 + static_cast<int>(points[i] - '0');
  }
  return value;
}

// "2의3." is another item than "2.": 3.
int BranchOf(std::string_view number) {
  constexpr std::string_view kOf = "의";
  const size_t at = number.find(kOf);
  return at == std::string_view::npos ? 0 : Ordinal(number.substr(at + kOf.size()));
}

void AppendLine(std::string& out, std::string_view text) {
  const std::string line = OneLine(text);
  if (line.empty()) return;
  if (!out.empty()) out += '\n';
  out += line;
}

// `node` and what stands inside it, in document order.
void AppendAll(std::string& out, pugi::xml_node node) {
  const std::string_view name = node.name();
  const auto content = name == "항"   ? "항내용"
                       : name == "호" ? "호내용"
                       : name == "목" ? "목내용"
                                      : "조문내용";
  AppendLine(out, node.child_value(content));
  for (pugi::xml_node child : node.children()) {
    const std::string_view inner = child.name();
    if (inner == "항" || inner == "호" || inner == "목") AppendAll(out, child);
  }
}

int ParagraphNumber(pugi::xml_node paragraph) {
  const int number = Ordinal(paragraph.child_value("항번호"));
  return number == 0 ? 1 : number;  // an article of one paragraph does not number it
}

std::optional<std::string> Item(pugi::xml_node paragraph, int ho, int branch = 0) {
  for (pugi::xml_node item : paragraph.children("호")) {
    const std::string_view number = item.child_value("호번호");
    if (Ordinal(number) != ho || BranchOf(number) != branch) continue;
    std::string text;
    AppendAll(text, item);
    for (pugi::xml_node next = item.next_sibling(); next && std::string_view(next.name()) != "호";
         next = next.next_sibling()) {
      if (std::string_view(next.name()) == "목") AppendAll(text, next);
    }
    return text;
  }
  return std::nullopt;
}

}  // namespace

std::string OneLine(std::string_view text) {
  std::string out;
  for (char c : base::Trim(text)) {
    const bool blank = c == ' ' || c == '\n' || c == '\t' || c == '\r';
    if (!blank) out += c;
    if (blank && out.back() != ' ') out += ' ';
  }
  return out;
}

std::string NameKey(std::string_view name) {
  std::string key;
  for (char32_t point : base::CodePoints(base::LowerAscii(name))) {
    const bool ascii = (point >= 'a' && point <= 'z') || (point >= '0' && point <= '9');
    // Middle dots are written in several code points, and spaces at will.
    if (ascii || base::IsHangulSyllable(point) || (point >= 0x4E00 && point <= 0x9FFF))
      base::AppendUtf8(point, key);
  }
  return key;
}

std::string Day(std::string_view iso) { return base::ReplaceAll(iso, "-", ""); }

std::string IsoDay(std::string_view day) {
  std::string digits = base::ReplaceAll(base::Trim(day), ".", "");
  int64_t value = 0;
  if (digits.size() != 8 || !base::ParseInt(digits, value)) return "";
  if (value / 10000 > 4000)
    digits = StrCat(value - 23330000);  // old decisions carry years of the Dangi era
  return StrCat(digits.substr(0, 4), "-", digits.substr(4, 2), "-", digits.substr(6, 2));
}

bool Article::deleted() const {
  const std::string text = NameKey(unit.child_value("조문내용"));
  return title.empty() && !unit.child("항") && text.starts_with(NameKey(number.korean()) + "삭제");
}

std::string Article::text() const {
  std::string out;
  AppendAll(out, unit);
  return out;
}

int ParagraphsWithItem(const Article& article, int ho) {
  int count = 0;
  for (pugi::xml_node paragraph : article.unit.children("항"))
    count += Item(paragraph, ho).has_value();
  return count;
}

std::optional<std::string> Part(const Article& article, int hang, int ho, int ho_branch) {
  if (hang == 0 && ho == 0) return article.text();
  for (pugi::xml_node paragraph : article.unit.children("항")) {
    if (hang != 0 && ParagraphNumber(paragraph) != hang) continue;
    if (ho == 0) {
      std::string text;
      AppendAll(text, paragraph);
      return text;
    }
    if (auto item = Item(paragraph, ho, ho_branch)) return item;
  }
  return std::nullopt;
}

}  // namespace connectors::legal
