#include "model_core/base/quotations.h"

#include <algorithm>
#include <optional>
#include <utility>

#include "model_core/base/strings.h"

namespace base {
namespace {

constexpr std::pair<std::string_view, std::string_view> kMarks[] = {
    {"\"", "\""}, {"'", "'"}, {"“", "”"}, {"‘", "’"}, {"「", "」"}, {"『", "』"}, {"《", "》"}};

bool LatinOrDigit(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9');
}

bool Apostrophe(std::string_view text, size_t at, std::string_view mark, bool opening) {
  if (mark != "'" && mark != "’") return false;
  const size_t other = opening ? at - 1 : at + mark.size();
  return other < text.size() && LatinOrDigit(text[other]);
}

std::optional<Quotation> QuotationAt(std::string_view text, size_t at) {
  for (const auto& [open, close] : kMarks) {
    if (!text.substr(at).starts_with(open) || Apostrophe(text, at, open, /*opening=*/true))
      continue;
    const size_t begin = at + open.size();
    size_t end = text.find(close, begin);
    while (end != text.npos && Apostrophe(text, end, close, /*opening=*/false))
      end = text.find(close, end + close.size());
    if (end != text.npos) return Quotation{begin, end};
  }
  return std::nullopt;
}

}  // namespace

std::vector<Quotation> Quotations(std::string_view text) {
  std::vector<Quotation> quotations;
  for (size_t at = 0; at < text.size(); ++at) {
    const auto found = QuotationAt(text, at);
    if (!found) continue;
    quotations.push_back(*found);
    at = found->end;  // in the closing mark, whose further bytes open nothing
  }
  return quotations;
}

std::string Quoted(std::string_view words) {
  constexpr std::string_view kSpace = " \t\r\n";
  std::string line;
  for (size_t at = words.find_first_not_of(kSpace); at < words.size();) {
    const size_t end = std::min(words.find_first_of(kSpace, at), words.size());
    line += StrCat(line.empty() ? "" : " ", words.substr(at, end - at));
    at = words.find_first_not_of(kSpace, end);
  }
  for (const auto& [open, close] : {kMarks[1], kMarks[0]}) {
    if (line.find(close) == std::string::npos) return StrCat(open, line, close);
  }
  return StrCat("“", line, "”");
}

std::string ReplaceQuotations(std::string_view text,
                              const std::function<std::string(std::string_view)>& instead) {
  std::string out;
  size_t from = 0;
  for (const Quotation& quotation : Quotations(text)) {
    out += text.substr(from, quotation.begin - from);
    out += instead(quotation.In(text));
    from = quotation.end;
  }
  return out += text.substr(from);
}

std::string WithoutQuotations(std::string_view text) {
  return ReplaceQuotations(text,
                           [](std::string_view words) { return std::string(words.size(), ' '); });
}

}  // namespace base
