#include "connectors/legal/citation_names.h"

#include <algorithm>
#include <array>

#include "connectors/legal/citation_numbers.h"
#include "connectors/legal/statute.h"
#include "model_core/base/strings.h"

namespace connectors::legal {
namespace {

constexpr std::array<std::string_view, 9> kLawEnds{"법",   "법률", "령",   "규칙", "규정",
                                                   "조례", "훈령", "예규", "고시"};
// Words that end so and are none.
constexpr std::array<std::string_view, 12> kOtherEnds{"방법", "기법",     "문법", "용법",
                                                      "수법", "요법",     "불법", "편법",
                                                      "명령", "취업규칙", "부령", "총리령"};
}  // namespace

bool IsLawName(std::string_view name) {
  return EndsWithAny(name, kLawEnds) && !EndsWithAny(name, kOtherEnds);
}

std::string ActOf(std::string_view name) {
  for (std::string_view end : {"시행령", "시행규칙"}) {
    if (name.ends_with(end))
      return std::string(base::Trim(name.substr(0, name.size() - end.size())));
  }
  return std::string(name);
}

std::optional<MarkedName> ReadMarkedName(std::string_view text, size_t at) {
  constexpr std::array<std::array<std::string_view, 2>, 5> kPairs{
      {{"「", "」"}, {"『", "』"}, {"｢", "｣"}, {"《", "》"}, {"〈", "〉"}}};
  for (const auto& [open, close] : kPairs) {
    Cursor cursor{text, at};
    if (!cursor.Take(open)) continue;
    const std::string_view inside = cursor.rest().substr(0, kNameBytesMax);
    const size_t length = inside.find(close);
    if (length == std::string_view::npos || inside.substr(0, length).find('\n') < length)
      return std::nullopt;
    MarkedName marked{cursor.at + length + close.size(), OneLine(inside.substr(0, length))};
    if (NameKey(marked.name).empty()) return std::nullopt;
    cursor.at = marked.end;
    cursor.Spaces();
    const size_t suffix = cursor.at;
    if (cursor.TakeAny({"시행령", "시행규칙"})) {
      marked.name = base::StrCat(marked.name, " ", text.substr(suffix, cursor.at - suffix));
      marked.end = cursor.at;
    }
    return marked;
  }
  return std::nullopt;
}

std::string ShortName(std::string_view parentheses) {
  size_t at = parentheses.find("이하");
  const size_t official = parentheses.find("약칭");
  if (at == std::string_view::npos && official == std::string_view::npos) return "";
  at = std::min(at, official) + std::string_view("이하").size();
  std::string_view rest = base::Trim(parentheses.substr(at));
  for (std::string_view open : {"\"", "'", "“", "‘", "「", "｢"}) {
    const size_t quote = rest.find(open);
    if (quote != std::string_view::npos) rest = rest.substr(quote + open.size());
    if (quote != std::string_view::npos) break;
  }
  if (rest.starts_with(":")) rest.remove_prefix(1);
  size_t end = rest.size();
  for (std::string_view close : {"\"", "'", "”", "’", "」", "｣", "이라", "라 ", "라고", ")"})
    end = std::min(end, rest.find(close));
  return OneLine(rest.substr(0, end));
}

}  // namespace connectors::legal
