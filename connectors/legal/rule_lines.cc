#include "connectors/legal/rule_lines.h"

#include "model_core/base/strings.h"
#include "model_core/base/text.h"

namespace connectors::legal {
namespace {

using base::StrCat;

bool Digit(char c) { return c >= '0' && c <= '9'; }

bool Eat(std::string_view& text, std::string_view token) {
  if (!text.starts_with(token)) return false;
  text.remove_prefix(token.size());
  return true;
}

// Takes "제2조의2" from `line`; 0 as main number if it is not there.
ArticleNumber EatArticleNumber(std::string_view& line) {
  ArticleNumber number;
  if (!Eat(line, "제")) return number;
  line = base::Trim(line);
  const int main = EatNumber(line);
  line = base::Trim(line);
  if (main == 0 || !Eat(line, "조")) return number;
  if (Eat(line, "의") && (number.branch = EatNumber(line)) == 0) return number;
  number.main = main;
  return number;
}

// The length of the "(…)" that `text` begins with, brackets inside it included; 0 if there is none.
size_t BracketLength(std::string_view text) {
  int depth = 0;
  for (size_t i = 0; i < text.size(); ++i) {
    depth += (text[i] == '(') - (text[i] == ')');
    if (depth == 0) return i == 0 ? 0 : i + 1;
  }
  return 0;
}

}  // namespace

int EatNumber(std::string_view& text) {
  int value = 0;
  for (int i = 0; i < 4 && !text.empty() && Digit(text[0]); ++i) {
    value = value * 10 + (text[0] - '0');
    text.remove_prefix(1);
  }
  return value;
}

std::optional<ArticleHeading> ReadHeading(std::string_view line, bool first) {
  ArticleHeading heading;
  heading.number = EatArticleNumber(line);
  if (heading.number.main == 0) return std::nullopt;
  heading.rest = base::Trim(line);
  if (const size_t length = BracketLength(heading.rest); length > 0) {
    heading.title = heading.rest.substr(1, length - 2);
    heading.rest = base::Trim(heading.rest.substr(length));
    if (heading.title == "삭제") heading.title.clear();
    return heading;
  }
  const bool apart = line.empty() || line[0] == ' ';
  return heading.rest.starts_with("삭제") || (first && apart) ? std::optional(heading)
                                                              : std::nullopt;
}

bool IsDivision(std::string_view line) {
  if (!Eat(line, "제") || EatNumber(line) == 0) return false;
  return line.starts_with("장") || line.starts_with("절") || line.starts_with("편") ||
         line.starts_with("관");
}

std::string ParagraphMark(std::string_view line) {
  const std::u32string points = base::CodePoints(line.substr(0, 3));
  const bool circled = !points.empty() && ((points[0] >= 0x2460 && points[0] <= 0x2473) ||
                                           (points[0] >= 0x3251 && points[0] <= 0x325F) ||
                                           (points[0] >= 0x32B1 && points[0] <= 0x32BF));
  return circled ? base::Utf8(points.substr(0, 1)) : "";
}

std::string ItemMark(std::string_view line) {
  std::string_view rest = line;
  const int number = EatNumber(rest);
  if (number == 0 || number > 999) return "";
  if (Eat(rest, "의") && EatNumber(rest) == 0) return "";
  if (!Eat(rest, ".") || (!rest.empty() && Digit(rest[0]))) return "";
  return std::string(line.substr(0, line.size() - rest.size()));
}

std::string SubitemMark(std::string_view line) {
  for (std::string_view letter :
       {"가", "나", "다", "라", "마", "바", "사", "아", "자", "차", "카", "타", "파", "하"}) {
    if (line.starts_with(StrCat(letter, ". "))) return StrCat(letter, ".");
  }
  return "";
}

}  // namespace connectors::legal
