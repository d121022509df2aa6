#include "agents/planning/conditions.h"

#include <re2/re2.h>

#include <algorithm>
#include <iterator>
#include <string>

#include "model_core/base/quotations.h"
#include "model_core/base/text.h"

namespace agents {
namespace {

using re2::RE2;
using re2::StringPiece;

// Words in 면 that are no condition: nouns, order in time, purpose, politeness, discourse.
constexpr std::string_view kNoCondition[] = {
    "화면",       "표면",       "도면",   "해수면",   "경사면", "마찰면", "준비서면", "비대면",
    "려면",       "끝나면",     "끝내면", "보내면",   "지나면", "마치면", "완료되면", "가능하면",
    "가급적이면", "되도록이면", "그러면", "이를테면", "왜냐면", "말하면", "시간되면", "괜찮으시면"};
// Whole words only: 떨어지면, 넘어서면 and 고장나면 are conditions.
constexpr std::string_view kNouns[] = {"수면", "노면", "내면", "외면",
                                       "후면", "서면", "지면", "대면"};

// 해온면, 측면: behind a consonant other than ㄹ a verb would have 으면.
bool BehindConsonant(std::string_view word) {
  constexpr char32_t kFirst = 0xAC00, kFinals = 28, kRieul = 8;
  const std::u32string points = base::CodePoints(word);
  if (points.size() < 2) return false;
  const char32_t last = (points[points.size() - 2] - kFirst) % kFinals;
  return last != 0 && last != kRieul;
}

bool IsCondition(std::string_view word, std::string_view before) {
  const bool listed = std::any_of(std::begin(kNoCondition), std::end(kNoCondition),
                                  [&](std::string_view end) { return word.ends_with(end); });
  if (BehindConsonant(word)) return false;
  const bool noun = std::find(std::begin(kNouns), std::end(kNouns), word) != std::end(kNouns);
  if (listed || noun || (word == "나면" && before.ends_with("고 "))) return false;
  if (word != "아니면") return true;  // 이상이 아니면, but 전화 아니면 메일
  constexpr std::string_view kSubject[] = {"이 ", "가 ", "은 ", "는 "};
  return std::any_of(std::begin(kSubject), std::end(kSubject),
                     [&](std::string_view end) { return before.ends_with(end); });
}

std::optional<size_t> KoreanCondition(std::string_view text) {
  static const RE2* const ending = new RE2("([가-힣]+면)(?:[^가-힣]|은[^가-힣]|$)");
  static const RE2* const noun = new RE2(
      "((?:ㄴ|는|은|인|한|된|할|될) 경우(?:에만|에는|에|엔)?|[가-힣] 때만|(?:는|은|인|한) "
      "한(?:에서)? |조건으로|조건 ?하에)");
  std::optional<size_t> first;
  StringPiece rest(text.data(), text.size()), found;
  while (RE2::FindAndConsume(&rest, *ending, &found)) {
    const std::string_view word(found.data(), found.size());
    if (!IsCondition(word, text.substr(0, static_cast<size_t>(word.data() - text.data()))))
      continue;
    first = static_cast<size_t>(word.data() + word.size() - text.data());
    break;
  }
  if (RE2::PartialMatch(StringPiece(text.data(), text.size()), *noun, &found)) {
    first = std::min(first.value_or(text.size()),
                     static_cast<size_t>(found.data() + found.size() - text.data()));
  }
  return first;
}

std::optional<size_t> EnglishCondition(std::string_view text) {
  static const RE2* const word = new RE2(
      "(?i:\\b(see|check|checks|tell|ask|know|find "
      "out|verify|confirm|determine|decide|learn|me|us)? ?"
      "\\b(if|unless|provided|as long as|assuming|only when|in case|on condition)\\b( possible| "
      "you can| you could| needed)?)");
  StringPiece rest(text.data(), text.size()), asks, found, polite;
  while (RE2::FindAndConsume(&rest, *word, &asks, &found, &polite)) {
    const bool question = !asks.empty() && found.size() == 2;  // check if it may be released
    if (question || !polite.empty()) continue;
    return static_cast<size_t>(found.data() + found.size() - text.data());
  }
  return std::nullopt;
}

}  // namespace

std::optional<size_t> FirstCondition(std::string_view request) {
  const std::string text = base::WithoutQuotations(request);
  const auto korean = KoreanCondition(text), english = EnglishCondition(text);
  if (korean && english) return std::min(*korean, *english);
  return korean ? korean : english;
}

}  // namespace agents
