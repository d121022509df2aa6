#include "agents/planning/korean_calendar.h"

#include <algorithm>
#include <utility>

#include "model_core/base/quotations.h"
#include "model_core/base/strings.h"

namespace agents {

std::string WithoutOpeningApostrophes(std::string_view text) {
  constexpr std::pair<std::string_view, std::string_view> kMarks[] = {{"'", "\""}, {"‘", "“"}};
  std::string out(text);
  for (const base::Quotation& quotation : base::Quotations(text)) {
    if (quotation.In(text).ends_with(' '))
      continue;  // an apostrophe, and a mark that opens another
    for (const auto& [mark, other] : kMarks) {
      if (text.substr(0, quotation.begin).ends_with(mark))
        out.replace(quotation.begin - mark.size(), mark.size(), other);
    }
  }
  return out;
}

std::optional<int64_t> KoreanYear(std::string_view word, const absl::CivilSecond& now) {
  if (word.starts_with("재작년")) return now.year() - 2;
  if (word.starts_with("작년") || word.starts_with("지난") || word.starts_with("전년"))
    return now.year() - 1;
  if (word.starts_with("올해") || word.starts_with("금년") || word.starts_with("이번"))
    return now.year();
  if (word.starts_with("내년")) return now.year() + 1;
  constexpr std::string_view kDigits = "0123456789";
  const size_t begin = std::min(word.find_first_of(kDigits), word.size());
  const size_t end = word.find_first_not_of(kDigits, begin);
  int64_t year = 0;
  if (!base::ParseInt(word.substr(begin, end - begin), year)) return std::nullopt;
  return year < 100 ? 2000 + year : year;
}

int KoreanWeekday(std::string_view syllable) {
  constexpr std::string_view kDays = "월화수목금토일";
  return static_cast<int>(kDays.find(syllable) / 3);
}

absl::CivilMonth NearMonth(std::string_view word, const absl::CivilSecond& now) {
  const bool before =
      word.starts_with("지난") || word.starts_with("저번") || word.starts_with("전");
  const bool same = word.starts_with("이") || word.starts_with("금") || word.starts_with("당");
  return absl::CivilMonth(now) + (before ? -1 : same ? 0 : 1);
}

}  // namespace agents
