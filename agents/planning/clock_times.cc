// Clock times: 오전 9시 30분, 14:00, 3 pm. The day they belong to is joined by the recogniser.
#include "agents/planning/matching.h"
#include "model_core/base/strings.h"

namespace agents {
namespace {

using absl::CivilSecond;
using re2::RE2;

std::optional<Candidate> AtClock(const CivilSecond& now, int64_t hour, int64_t minute) {
  if (hour < 0 || hour > 24 || minute < 0 || minute > 59) return std::nullopt;
  const CivilSecond time(now.year(), now.month(), now.day(), static_cast<int>(hour),
                         static_cast<int>(minute));
  return Dated({time, time, true});
}

// 1시설, 2시험: no hour but the beginning of another word.
bool BeginsWord(std::string_view text, std::string_view hour) {
  static const RE2* const rest = new RE2("^(?:설|스템|행|험|장|민|범)");
  const char* const end = hour.data() + hour.size();
  return RE2::PartialMatch({end, static_cast<size_t>(text.data() + text.size() - end)}, *rest);
}

// 6 in "6 this morning".
std::optional<Candidate> InPart(std::string_view text, const CivilSecond& now,
                                std::string_view hour, std::string_view part) {
  const int64_t half = base::LowerAscii(part) == "morning" ? 0 : 12;
  const int64_t said = *SmallNumeral(hour);
  auto candidate = AtClock(now, said < 12 ? said + half : said, 0);
  if (!candidate) return std::nullopt;
  return At(text, hour, *std::move(candidate));
}

}  // namespace

void FindClockTimes(std::string_view text, CivilSecond now, std::vector<Candidate>& out) {
  static const RE2* const korean =
      new RE2("(오전|오후|새벽|아침|저녁|밤|낮)? ?(\\d{1,2})시(?: ?(\\d{1,2})분|( ?반))?(간)?");
  FindAll(
      text, *korean,
      [&](const Groups& g) -> std::optional<Candidate> {
        if (!g[5].empty() || BeginsWord(text, g[0])) return std::nullopt;  // 2시간 is a length
        int64_t hour = SmallNumeral(g[2]).value_or(99);
        if ((g[1] == "오후" || g[1] == "저녁" || g[1] == "밤" || g[1] == "낮") && hour < 12 &&
            hour > 0)
          hour += 12;
        if ((g[1] == "오전" || g[1] == "새벽") && hour == 12) hour = 0;
        return AtClock(now, hour, g[4].empty() ? SmallNumeral(g[3]).value_or(0) : 30);
      },
      out);
  static const RE2* const digital = new RE2("\\b([01]?\\d|2[0-4]):([0-5]\\d)\\b");
  FindAll(
      text, *digital,
      [&](const Groups& g) { return AtClock(now, *SmallNumeral(g[1]), *SmallNumeral(g[2])); }, out);
  static const RE2* const english =
      new RE2("(?i:\\b(\\d{1,2})(?::([0-5]\\d))? ?([ap])\\.?m\\b\\.?)");
  FindAll(
      text, *english,
      [&](const Groups& g) {
        int64_t hour = *SmallNumeral(g[1]) % 12;
        if (g[3] == "p" || g[3] == "P") hour += 12;
        return AtClock(now, hour, SmallNumeral(g[2]).value_or(0));
      },
      out);
  // from 4 to 7 pm, 10–2 pm: the first hour, which the second one's half of the day is for, too.
  static const RE2* const first = new RE2(
      "(?i:\\b(\\d{1,2})(?: (?:to|and|until|till) | ?[-–] ?)(\\d{1,2})"
      "(?::[0-5]\\d)? ?([ap])\\.?m\\b)");
  FindAll(
      text, *first,
      [&](const Groups& g) -> std::optional<Candidate> {
        int64_t hour = *SmallNumeral(g[1]) % 12;
        if ((g[3] == "p" || g[3] == "P") && hour <= *SmallNumeral(g[2]) % 12) hour += 12;
        auto candidate = AtClock(now, hour, 0);
        if (!candidate) return std::nullopt;
        return At(text, g[1], *std::move(candidate));
      },
      out);
  // between 6 and 9 this morning: both hours are in it.
  static const RE2* const part = new RE2(
      "(?i:\\b(\\d{1,2})(?: (?:to|and|until|till) | ?[-–] ?)(\\d{1,2}) "
      "(?:this|yesterday|tomorrow|in the) (morning|afternoon|evening)\\b)");
  FindAll(
      text, *part, [&](const Groups& g) { return InPart(text, now, g[1], g[3]); }, out);
  static const RE2* const last = new RE2(
      "(?i:\\b(\\d{1,2}) (?:this|yesterday|tomorrow|in the) (morning|afternoon|evening)\\b)");
  FindAll(
      text, *last, [&](const Groups& g) { return InPart(text, now, g[1], g[2]); }, out);
  static const RE2* const named = new RE2("(정오|자정)|(?i:\\b(noon|midnight)\\b)");
  FindAll(
      text, *named,
      [&](const Groups& g) -> std::optional<Candidate> {
        if (FollowsHangul(text, g[0])) return std::nullopt;  // 전자정부
        const bool midday = g[1] == "정오" || base::LowerAscii(g[2]) == "noon";
        return AtClock(now, midday ? 12 : 0, 0);
      },
      out);
}

}  // namespace agents
