// Numerals in words and lengths of time with a name of their own, Korean and English: the one list
// of each, for numbers, lengths and dates alike.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "agents/planning/calendar.h"

namespace agents {

// Parts of patterns; none has a group.
// 열다섯, 스물한, 서른: a ten and its units, or either alone.
inline constexpr char kNativeNumeral[] =
    "(?:(?:열|스물|서른|마흔|쉰|예순|일흔|여든|아흔)(?:하나|한|둘|두|셋|세|석|넷|네|넉|다섯|여섯|"
    "일곱|여덟|아홉)?|스무|"
    "하나|한|둘|두|셋|세|석|넷|네|넉|다섯|여섯|일곱|여덟|아홉)";
// 이백, 천오백, 삼십이.
inline constexpr char kSinoNumeral[] =
    "(?:[이삼사오육칠팔구]?천(?:[이삼사오육칠팔구]?백)?(?:[이삼사오육칠팔구]?십)?["
    "일이삼사오육칠팔구"
    "]?|"
    "[이삼사오육칠팔구]?백(?:[이삼사오육칠팔구]?십)?[일이삼사오육칠팔구]?|"
    "[이삼사오육칠팔구]?십[일이삼사오육칠팔구]?|[일이삼사오육칠팔구])";
// fifteen, twenty-one, forty five; for patterns that ignore case.
inline constexpr char kEnglishNumeral[] =
    "(?:(?:twenty|thirty|forty|fifty|sixty|seventy|eighty|ninety)"
    "(?:[ -](?:one|two|three|four|five|six|seven|eight|nine))?|"
    "ten|eleven|twelve|thirteen|fourteen|fifteen|sixteen|seventeen|eighteen|nineteen|"
    "one|two|three|four|five|six|seven|eight|nine)";

std::string KoreanCount();   // a group: digits, native or Sino-Korean
std::string EnglishCount();  // a group: digits or words

// 한, 두, 스무, 열두, 일, 이십사, 12, a, two, twenty-one …; nullopt if it is no numeral.
std::optional<int64_t> SmallNumeral(std::string_view word);

// Whether the Korean `numeral` (a part of `text`) is a word and not the end of one: 모두, 필요한.
bool IsWord(std::string_view text, std::string_view numeral);

// How many of `unit` the `numeral` before it says; both are parts of `text`, as KoreanCount and a
// unit found them. nullopt if either belongs to another word (두 주소, 오일 압력, 이 주).
std::optional<int64_t> CountOf(std::string_view text, std::string_view numeral,
                               std::string_view unit);

struct Length {
  int64_t count = 0;
  Unit unit = Unit::kDay;

  int64_t Days() const;  // a month has 30; of days, weeks and months
};

// 사흘, 보름, 반년; fortnight, half a year.
std::string NamedLengths();  // a group
std::optional<Length> NamedLength(std::string_view word);

}  // namespace agents
