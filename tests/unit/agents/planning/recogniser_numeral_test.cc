// Numbers in digits and words, and lengths of time.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/unit/agents/planning/found.h"

namespace agents {
namespace {

using testing::Contains;
using testing::ElementsAre;
using testing::IsEmpty;
using testing::Not;

TEST(Recogniser, ResolvesNumerals) {
  const std::pair<const char*, const char*> cases[] = {{"3만 원", "30000"},
                                                       {"1억 2천만 원", "120000000"},
                                                       {"스무 개", "20"},
                                                       {"열다섯개", "15"},
                                                       {"스물세 명", "23"},
                                                       {"열두 대", "12"},
                                                       {"영하 5도", "-5"},
                                                       {"75도로", "75"},
                                                       {"1,200개", "1200"},
                                                       {"두 대", "2"},
                                                       {"12만 3천 건", "123000"},
                                                       {"twenty boxes", "20"},
                                                       {"minus 5 degrees", "-5"},
                                                       {"three hundred units", "300"},
                                                       {"2 million won", "2000000"},
                                                       {"영하 20도", "-20"}};
  for (const auto& [words, value] : cases)
    EXPECT_THAT(Found(words, "int"), Contains(value)) << words;
  EXPECT_THAT(Found("2.5도", "number"), Contains("2.5"));
  EXPECT_THAT(Found("2.5도", "int"), Not(Contains("2.5")));
  EXPECT_THAT(Found("3.5만 원", "number"), Contains("35000"));
}

// A number in words, as it stands before a unit.
std::string NativeNumeral(int number) {
  const char* const tens[] = {"",   "열",   "스물", "서른", "마흔",
                              "쉰", "예순", "일흔", "여든", "아흔"};
  const char* const units[] = {"", "한", "두", "세", "네", "다섯", "여섯", "일곱", "여덟", "아홉"};
  return number == 20 ? "스무" : base::StrCat(tens[number / 10], units[number % 10]);
}

std::string SinoNumeral(int number) {
  const char* const digits[] = {"", "일", "이", "삼", "사", "오", "육", "칠", "팔", "구"};
  const std::string tens = number < 20 ? "" : digits[number / 10];
  return base::StrCat(tens, number < 10 ? "" : "십", digits[number % 10]);
}

std::string EnglishNumeral(int number, const char* between) {
  const char* const small[] = {"",        "one",     "two",       "three",    "four",
                               "five",    "six",     "seven",     "eight",    "nine",
                               "ten",     "eleven",  "twelve",    "thirteen", "fourteen",
                               "fifteen", "sixteen", "seventeen", "eighteen", "nineteen"};
  const char* const tens[] = {"",      "",      "twenty",  "thirty", "forty",
                              "fifty", "sixty", "seventy", "eighty", "ninety"};
  if (number < 20) return small[number];
  return base::StrCat(tens[number / 10], number % 10 == 0 ? "" : between, small[number % 10]);
}

class Numerals : public testing::TestWithParam<int> {
 protected:
  void ExpectDays(const std::string& text) {
    EXPECT_THAT(Found(text, "days"), ElementsAre(std::to_string(GetParam()))) << text;
  }
  void ExpectLast(const std::string& text, Unit unit) {
    EXPECT_THAT(Found(text, "period"), ElementsAre(PeriodLiteral(*Recent(GetParam(), unit, now_))))
        << text;
  }
  void ExpectAgo(const std::string& text, Unit unit, bool since) {
    EXPECT_THAT(Found(text, "period"), Contains(PeriodLiteral(*Ago(GetParam(), unit, since, now_))))
        << text;
  }
  void ExpectKoreanDays(const std::string& numeral) {
    ExpectDays(base::StrCat("앞으로 ", numeral, " 일간 부족할 품목"));
    ExpectDays(base::StrCat(numeral, " 일치 소요"));
    ExpectLast(base::StrCat("최근 ", numeral, " 일간 알람"), Unit::kDay);
    ExpectAgo(base::StrCat(numeral, " 일 전 기록"), Unit::kDay, false);
    ExpectAgo(base::StrCat(numeral, " 일 전부터 뜬 알람"), Unit::kDay, true);
  }
  void ExpectKoreanHours(const std::string& numeral) {
    ExpectLast(base::StrCat("최근 ", numeral, " 시간 알람 이력"), Unit::kHour);
    ExpectAgo(base::StrCat(numeral, " 시간 전부터 뜬 알람"), Unit::kHour, true);
  }
  void ExpectKoreanMonths(const std::string& numeral, const std::string& unit) {
    ExpectLast(base::StrCat("최근 ", numeral, unit, " 정비"), Unit::kMonth);
    ExpectAgo(base::StrCat(numeral, unit, " 전 기록"), Unit::kMonth, false);
    EXPECT_THAT(Found(base::StrCat(numeral, unit, "치 소요"), "days"),
                ElementsAre(std::to_string(30 * GetParam())))
        << numeral;
  }

  const absl::CivilSecond now_ = absl::CivilSecond(2026, 11, 24, 10, 0, 0);
};

TEST_P(Numerals, InDigitsAreRead) {
  const std::string digits = std::to_string(GetParam());
  ExpectKoreanDays(digits);
  ExpectKoreanHours(digits);
  ExpectKoreanMonths(digits, "개월");
  ExpectLast(base::StrCat("최근 ", digits, "주 알람"), Unit::kWeek);
}

TEST_P(Numerals, InNativeWordsAreRead) {
  const std::string native = NativeNumeral(GetParam());
  if (GetParam() > 1) ExpectKoreanDays(native);  // 한 일: what was done
  ExpectKoreanHours(native);
  ExpectKoreanMonths(native, " 달");
  ExpectLast(base::StrCat("최근 ", native, " 주 알람"), Unit::kWeek);
}

TEST_P(Numerals, InSinoKoreanWordsAreRead) {
  const std::string sino = SinoNumeral(GetParam());
  if (GetParam() > 2) ExpectKoreanDays(sino);  // 일 일, 이 일: other words
  if (GetParam() >= 10) ExpectKoreanHours(sino);
  ExpectKoreanMonths(sino, " 개월");
  ExpectLast(base::StrCat("최근 ", sino, " 주 알람"), Unit::kWeek);
}

TEST_P(Numerals, InEnglishAreRead) {
  const std::string s = GetParam() == 1 ? "" : "s";
  for (const std::string& words : {std::to_string(GetParam()), EnglishNumeral(GetParam(), "-"),
                                   EnglishNumeral(GetParam(), " ")}) {
    ExpectDays(base::StrCat("what will run short in the next ", words, " day", s));
    ExpectDays(base::StrCat("it is due ", words, " day", s, " from now"));
    ExpectLast(base::StrCat("the last ", words, " day", s), Unit::kDay);
    ExpectLast(base::StrCat("the last ", words, " hour", s), Unit::kHour);
    ExpectLast(base::StrCat("the past ", words, " week", s), Unit::kWeek);
    ExpectLast(base::StrCat("the past ", words, " month", s), Unit::kMonth);
    ExpectAgo(base::StrCat(words, " day", s, " ago"), Unit::kDay, false);
    ExpectAgo(base::StrCat("since ", words, " hour", s, " ago"), Unit::kHour, true);
  }
}

INSTANTIATE_TEST_SUITE_P(Small, Numerals, testing::Range(1, 32));

INSTANTIATE_TEST_SUITE_P(Large, Numerals, testing::Values(40, 45, 60, 90));

TEST(Recogniser, LengthsWithANameOfTheirOwn) {
  const std::pair<const char*, int> names[] = {
      {"하루", 1}, {"이틀", 2},   {"사흘", 3},   {"나흘", 4},  {"닷새", 5},    {"엿새", 6},
      {"이레", 7}, {"여드레", 8}, {"아흐레", 9}, {"열흘", 10}, {"열이틀", 12}, {"보름", 15}};
  const absl::CivilSecond now(2026, 11, 24, 10, 0, 0);
  for (const auto& [name, days] : names) {
    EXPECT_THAT(Found(base::StrCat("앞으로 ", name, "간"), "days"),
                ElementsAre(std::to_string(days)))
        << name;
    EXPECT_THAT(Found(base::StrCat("최근 ", name, " 알람"), "period"),
                ElementsAre(PeriodLiteral(*Recent(days, Unit::kDay, now))))
        << name;
    EXPECT_THAT(Found(base::StrCat(name, " 전부터"), "period"),
                Contains(PeriodLiteral(*Ago(days, Unit::kDay, true, now))))
        << name;
  }
  EXPECT_THAT(Found("반년치, in a fortnight", "days"), ElementsAre("180", "14"));
  for (const char* text : {"반년 전부터", "since half a year ago"})
    EXPECT_THAT(Found(text, "period"), Contains(AsPeriod("2026-05-24..2026-11-24"))) << text;
  for (const char* text : {"the last fortnight", "최근 이 주"})
    EXPECT_THAT(Found(text, "period"), ElementsAre(AsPeriod("2026-11-11..2026-11-24"))) << text;
  EXPECT_THAT(Found("a fortnight ago", "date"), ElementsAre("\"2026-11-10\""));
}

TEST(Recogniser, LengthsAsDays) {
  const std::pair<const char*, const char*> cases[] = {
      {"2주 안에", "14"}, {"한 달 치", "30"},         {"30일 기준", "30"},
      {"보름", "15"},     {"two weeks", "14"},        {"a 30-day plan", "30"},
      {"3개월", "90"},    {"14일 뒤에 바닥날", "14"}, {"사흘 뒤", "3"}};
  for (const auto& [words, value] : cases)
    EXPECT_THAT(Found(words, "days"), Contains(value)) << words;
}

TEST(Recogniser, NumeralsInOtherWordsCountNothing) {
  for (const char* text :
       {"모두 달라졌는지", "필요한 일",        "한 일",          "두 일을 맡깁니다",
        "댓글 하나 달아",  "관한 주민",        "두 주소",        "열 달러",
        "건네 주세요",     "사 주세요",        "타이틀 변경",    "안보름 간호사",
        "이 일",           "이 주 일정",       "이 달 전",       "오일 압력",
        "최근 오일 압력",  "최근 이주 노동자", "최근 일일 점검", "이천 일대",
        "백일해",          "십일월",           "검열 일정"}) {
    for (const char* kind : {"days", "period"}) EXPECT_THAT(Found(text, kind), IsEmpty()) << text;
  }
  for (const char* text : {"원인 분석 부탁", "모두 대기", "동네 병원", "전세 대출", "진열대"})
    EXPECT_THAT(Found(text, "int"), IsEmpty()) << text;
  EXPECT_THAT(Found("one hundred and twenty days", "days"), IsEmpty());
  EXPECT_THAT(Found("half an hour ago", "period"), IsEmpty());
  EXPECT_THAT(Found("앞으로두달간", "days"), ElementsAre("60"));
  EXPECT_THAT(Found("담요다섯장", "int"), ElementsAre("5"));
}

TEST(Recogniser, KoreanNumeralsBeforeCounters) {
  const std::pair<const char*, const char*> rows[] = {
      {"우의 이백 벌", "200"},   {"마대 오천 장", "5000"},   {"천오백이십 개", "1520"},
      {"백십일 건", "111"},      {"백 장", "100"},           {"아흔두 개", "92"},
      {"천막 네 동", "4"},       {"수량은 스무 개", "20"},   {"수량 다섯", "5"},
      {"담요, 삼십 장", "30"},   {"각각 여섯, 그리고", "6"}, {"eighty rolls", "80"},
      {"two dozen panes", "24"}, {"a dozen", "12"}};
  for (const auto& [words, value] : rows)
    EXPECT_THAT(Found(words, "int"), ElementsAre(value)) << words;
}

}  // namespace
}  // namespace agents
