// Korean words for years and for months near this one, as patterns of dates use them.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "absl/time/civil_time.h"

namespace agents {

// One group. Two digits are a year behind an apostrophe, as offices write ('24년, ’24.11월).
inline constexpr char kKoreanYear[] =
    "(재작년|작년|지난 ?해|전년도?|올해|금년도?|이번 ?해|내년도?|(?:19|20)\\d\\d년도?|"
    "['’‘]\\d\\d(?:년도?|\\. ?)|\\d\\d년도?)";
// One group.
inline constexpr char kNearMonth[] =
    "(지난 ?달|저번 ?달|전월|이번 ?달|이달|금월|당월|다음 ?달|담달|내달|익월)";

// `text` with a double mark where a single one opens a quotation ('10.5 회의록'), which is no
// year's apostrophe; every other byte where it was.
std::string WithoutOpeningApostrophes(std::string_view text);

std::optional<int64_t> KoreanYear(std::string_view word, const absl::CivilSecond& now);
int KoreanWeekday(std::string_view syllable);  // 월 … 일: 0 … 6
absl::CivilMonth NearMonth(std::string_view word, const absl::CivilSecond& now);

}  // namespace agents
