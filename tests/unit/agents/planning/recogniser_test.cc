// The recogniser against every row of the catalogue's tables of values and dates. Now: Tuesday,
// 2026-11-24, 10:00 in Seoul.
#include "agents/planning/recogniser.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "agents/planning/calendar.h"
#include "agents/planning/kinds.h"
#include "model_core/base/strings.h"
#include "tests/unit/agents/planning/examples.h"

namespace agents {
namespace {

using testing::Contains;
using testing::ElementsAre;
using testing::IsEmpty;
using testing::Not;
using testing::SizeIs;

std::vector<std::string> Found(const std::string& text, const char* kind) {
  const Recognition recognition = Recognise(text, Tuesday());
  auto it = recognition.literals.find(kind);
  return it == recognition.literals.end() ? std::vector<std::string>() : it->second;
}

std::string Period(const std::string& from, const std::string& to) {
  return base::StrCat(R"({"from":")", from, R"(","to":")", to, "\"}");
}

// "2026-10-01..2026-10-31" or one date, as the period that the words stand for.
std::string AsPeriod(const std::string& range) {
  const size_t dots = range.find("..");
  return dots == std::string::npos ? Period(range, range)
                                   : Period(range.substr(0, dots), range.substr(dots + 2));
}

struct Row {
  const char* words;
  const char* period;
};

class PeriodOf : public testing::TestWithParam<Row> {};

TEST_P(PeriodOf, IsOffered) {
  const Row& row = GetParam();
  EXPECT_THAT(Found(base::StrCat("충전 2라인의 ", row.words, " 자료 보여줘"), "period"),
              Contains(AsPeriod(row.period)))
      << row.words;
  EXPECT_THAT(Found(row.words, "period"), Contains(AsPeriod(row.period))) << row.words;
}

constexpr Row kKorean[] = {
    {"2025-04", "2025-04-01..2025-04-30"},
    {"지난 주말", "2026-11-21..2026-11-22"},
    {"최근 2년 반", "2024-05-25..2026-11-24"},
    {"어젯밤 10시부터 오늘 새벽 4시까지", "2026-11-23T22:00:00+09:00..2026-11-24T04:00:00+09:00"},
    {"3~8월", "2026-03-01..2026-08-31"},
    {"작년 11월~12월", "2025-11-01..2025-12-31"},
    {"11월 3~5일", "2026-11-03..2026-11-05"},
    {"작년 1월부터 3월까지", "2025-01-01..2025-03-31"},
    {"2024년 11월부터 2월까지", "2024-11-01..2025-02-28"},
    {"어제 오후 5시부터 9시까지", "2026-11-23T17:00:00+09:00..2026-11-23T21:00:00+09:00"},
    {"어제 오전 9시부터 11시까지", "2026-11-23T09:00:00+09:00..2026-11-23T11:00:00+09:00"},
    {"오늘", "2026-11-24"},
    {"어제", "2026-11-23"},
    {"그제", "2026-11-22"},
    {"내일", "2026-11-25"},
    {"모레", "2026-11-26"},
    {"지난주", "2026-11-16..2026-11-22"},
    {"지난 주", "2026-11-16..2026-11-22"},
    {"이번 주", "2026-11-23..2026-11-29"},
    {"이번주", "2026-11-23..2026-11-29"},
    {"다음 주", "2026-11-30..2026-12-06"},
    {"지난달", "2026-10-01..2026-10-31"},
    {"이번 달", "2026-11-01..2026-11-30"},
    {"다음 달", "2026-12-01..2026-12-31"},
    {"작년", "2025-01-01..2025-12-31"},
    {"지난해", "2025-01-01..2025-12-31"},
    {"올해", "2026-01-01..2026-12-31"},
    {"내년", "2027-01-01..2027-12-31"},
    {"3분기", "2026-07-01..2026-09-30"},
    {"작년 4분기", "2025-10-01..2025-12-31"},
    {"2025년 1분기", "2025-01-01..2025-03-31"},
    {"상반기", "2026-01-01..2026-06-30"},
    {"하반기", "2026-07-01..2026-12-31"},
    {"최근 7일", "2026-11-18..2026-11-24"},
    {"지난 7일", "2026-11-18..2026-11-24"},
    {"최근 2주", "2026-11-11..2026-11-24"},
    {"최근 6개월", "2026-05-25..2026-11-24"},
    {"최근 3년", "2023-11-25..2026-11-24"},
    {"최근 2시간", "2026-11-24T08:00:00+09:00..2026-11-24T10:00:00+09:00"},
    {"최근 30분", "2026-11-24T09:30:00+09:00..2026-11-24T10:00:00+09:00"},
    {"10월 이후", "2026-10-01..2026-11-24"},
    {"어제부터", "2026-11-23..2026-11-24"},
    {"올해 들어", "2026-01-01..2026-11-24"},
    {"3월", "2026-03-01..2026-03-31"},
    {"3월 5일", "2026-03-05"},
    {"2025년 3월", "2025-03-01..2025-03-31"},
    {"2025년 3월 1일", "2025-03-01"},
    {"이번 주 금요일", "2026-11-27"},
    {"다음 주 수요일", "2026-12-02"},
    {"금요일", "2026-11-27"},
    {"화요일", "2026-11-24"},
    {"월요일", "2026-11-30"},
    {"월말", "2026-11-30"},
    {"지난달 25일부터 말일까지", "2026-10-25..2026-10-31"},
    {"작년 말", "2025-12-31"},
    {"올해 말", "2026-12-31"},
    {"사흘 뒤", "2026-11-27"},
    {"2주 후", "2026-12-08"},
    {"14일 뒤", "2026-12-08"},
    {"연말", "2026-12-31"},
    {"지난주 수요일", "2026-11-18"},
    {"다음 달 3일", "2026-12-03"},
    {"10월 2일부터 5일까지", "2026-10-02..2026-10-05"},
    {"지난주 월요일부터 수요일까지", "2026-11-16..2026-11-18"},
    {"월요일부터 금요일까지", "2026-11-30..2026-12-04"},
    {"저번 주", "2026-11-16..2026-11-22"},
    {"저번 달", "2026-10-01..2026-10-31"},
    {"그저께", "2026-11-22"},
    {"최근 한 달", "2026-10-25..2026-11-24"},
    {"3일 전부터", "2026-11-21..2026-11-24"},
    {"10월 3일~10월 9일", "2026-10-03..2026-10-09"},
    {"2026-10-03", "2026-10-03"},
    {"2026.10.3", "2026-10-03"},
    {"9월부터 10월까지", "2026-09-01..2026-10-31"},
    {"어제 오전 9시부터 11시까지", "2026-11-23T09:00:00+09:00..2026-11-23T11:00:00+09:00"}};
INSTANTIATE_TEST_SUITE_P(Korean, PeriodOf, testing::ValuesIn(kKorean));

class EnglishPeriodOf : public testing::TestWithParam<Row> {};

TEST_P(EnglishPeriodOf, IsOffered) {
  const Row& row = GetParam();
  EXPECT_THAT(Found(base::StrCat("Show the alarms of line 2 ", row.words, " please"), "period"),
              Contains(AsPeriod(row.period)))
      << row.words;
}

constexpr Row kEnglish[] = {
    {"between 8 am and noon yesterday", "2026-11-23T08:00:00+09:00..2026-11-23T12:00:00+09:00"},
    {"from Monday to Wednesday last week", "2026-11-16..2026-11-18"},
    {"from last Friday to Tuesday", "2026-11-20..2026-11-24"},
    {"from last Monday to Monday", "2026-11-16..2026-11-23"},
    {"from Monday to December 15", "2026-11-30..2026-12-15"},
    {"from November 3 to Friday", "2026-11-03..2026-11-27"},
    {"from 13:00 to 15:30 on November 20", "2026-11-20T13:00:00+09:00..2026-11-20T15:30:00+09:00"},
    {"2025 decisions", "2025-01-01..2025-12-31"},
    {"today", "2026-11-24"},
    {"yesterday", "2026-11-23"},
    {"the day before yesterday", "2026-11-22"},
    {"tomorrow", "2026-11-25"},
    {"last week", "2026-11-16..2026-11-22"},
    {"this week", "2026-11-23..2026-11-29"},
    {"next week", "2026-11-30..2026-12-06"},
    {"last month", "2026-10-01..2026-10-31"},
    {"this year", "2026-01-01..2026-12-31"},
    {"last year", "2025-01-01..2025-12-31"},
    {"last quarter", "2026-07-01..2026-09-30"},
    {"in Q3", "2026-07-01..2026-09-30"},
    {"in Q3 2025", "2025-07-01..2025-09-30"},
    {"in the first half of 2025", "2025-01-01..2025-06-30"},
    {"over the last 7 days", "2026-11-18..2026-11-24"},
    {"in the past two weeks", "2026-11-11..2026-11-24"},
    {"over the past month", "2026-10-25..2026-11-24"},
    {"since the start of this year", "2026-01-01..2026-11-24"},
    {"over 2022", "2022-01-01..2022-12-31"},
    {"amended, 2019.", "2019-01-01..2019-12-31"},
    {"yesterday from 4 to 7 am", "2026-11-23T04:00:00+09:00..2026-11-23T07:00:00+09:00"},
    {"between 10 and 2 pm", "2026-11-24T10:00:00+09:00..2026-11-24T14:00:00+09:00"},
    {"the past year", "2025-11-25..2026-11-24"},
    {"last month", "2026-10-01..2026-10-31"},
    {"over the past 6 months", "2026-05-25..2026-11-24"},
    {"for the last 2 hours", "2026-11-24T08:00:00+09:00..2026-11-24T10:00:00+09:00"},
    {"since yesterday", "2026-11-23..2026-11-24"},
    {"in March", "2026-03-01..2026-03-31"},
    {"on March 5", "2026-03-05"},
    {"on March 5, 2025", "2025-03-05"},
    {"on 5 March 2025", "2025-03-05"},
    {"in 2025", "2025-01-01..2025-12-31"},
    {"on Friday", "2026-11-27"},
    {"by the end of the month", "2026-11-30"},
    {"from March 1 to March 5", "2026-03-01..2026-03-05"},
    {"since 3 days ago", "2026-11-21..2026-11-24"},
    {"last Wednesday", "2026-11-18"},
    {"from 3 to 7 November", "2026-11-03..2026-11-07"},
    {"from the 3rd to 7th of November 2025", "2025-11-03..2025-11-07"},
    {"3-7 November", "2026-11-03..2026-11-07"},
    {"from November 3 to 7, 2025", "2025-11-03..2025-11-07"},
    {"from 2025-11-24 to 30 November", "2025-11-24..2025-11-30"},
    {"from November 3 to 7 December", "2026-11-03..2026-12-07"},
    {"on November 3 - 14:00", "2026-11-03"},
    {"on November 3 to 12 vendors", "2026-11-03"},
    {"last month to this month", "2026-11-01..2026-11-30"},
    {"between 1 March and 30 June this year", "2026-03-01..2026-06-30"},
    {"from 1 November to 15 January 2026", "2025-11-01..2026-01-15"},
    {"on 3 May last year", "2025-05-03"},
    {"1 March to 30 June", "2026-03-01..2026-06-30"},
    {"04:00 to 05:30 this morning", "2026-11-24T04:00:00+09:00..2026-11-24T05:30:00+09:00"},
    {"between 6 and 9 this morning", "2026-11-24T06:00:00+09:00..2026-11-24T09:00:00+09:00"},
    {"from 1 to 4 yesterday afternoon", "2026-11-23T13:00:00+09:00..2026-11-23T16:00:00+09:00"},
    {"from 22:00 yesterday to 06:00 today", "2026-11-23T22:00:00+09:00..2026-11-24T06:00:00+09:00"},
    {"in the week of 12 November", "2026-11-09..2026-11-15"},
    {"so far this year", "2026-01-01..2026-11-24"}};
INSTANTIATE_TEST_SUITE_P(English, EnglishPeriodOf, testing::ValuesIn(kEnglish));

TEST(Recogniser, ReadsAnArticleAndItsClauseAndNoSumOfMoney) {
  for (const char* text : {"소방시설법 24조 2항", "소방시설법 24조 2호", "소방시설법 24조2항"}) {
    EXPECT_THAT(Found(text, "jo"), Contains("\"24\"")) << text;
    EXPECT_THAT(Found(text, "int"), Not(Contains("24000000000002"))) << text;
  }
  EXPECT_THAT(Found("예산 24조 2천억 원", "number"), Contains("24200000000000"));
}

TEST(Recogniser, ADueDateIsNeverPast) {
  EXPECT_THAT(Found("3월 5일까지", "due"), Contains("\"2027-03-05\""));
  EXPECT_THAT(Found("12월 5일까지", "due"), Contains("\"2026-12-05\""));
  EXPECT_THAT(Found("by March 5", "due"), Contains("\"2027-03-05\""));
  EXPECT_THAT(Found("금요일까지", "due"), Contains("\"2026-11-27\""));
}

TEST(Recogniser, ADayGivenAsTimeIsItsMidnight) {
  EXPECT_THAT(Found("어제부터", "time"), Contains("\"2026-11-23T00:00:00+09:00\""));
  EXPECT_THAT(Found("최근 2시간", "time"), Contains("\"2026-11-24T08:00:00+09:00\""));
  EXPECT_THAT(Found("어제 오후 3시 30분", "time"), Contains("\"2026-11-23T15:30:00+09:00\""));
}

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

TEST(Recogniser, LengthsAsDays) {
  const std::pair<const char*, const char*> cases[] = {
      {"2주 안에", "14"}, {"한 달 치", "30"},         {"30일 기준", "30"},
      {"보름", "15"},     {"two weeks", "14"},        {"a 30-day plan", "30"},
      {"3개월", "90"},    {"14일 뒤에 바닥날", "14"}, {"사흘 뒤", "3"}};
  for (const auto& [words, value] : cases)
    EXPECT_THAT(Found(words, "days"), Contains(value)) << words;
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

TEST(Recogniser, ArticlesParagraphsAndItems) {
  EXPECT_THAT(Found("제38조의2", "jo"), Contains("\"38-2\""));
  EXPECT_THAT(Found("38조", "jo"), Contains("\"38\""));
  EXPECT_THAT(Found("제 26 조", "jo"), Contains("\"26\""));
  EXPECT_THAT(Found("Article 26-2 of", "jo"), Contains("\"26-2\""));
  EXPECT_THAT(Found("Article 15(1) of", "jo"), Contains("\"15\""));
  EXPECT_THAT(Found("Article 15(1) of", "hang"), Contains("1"));
  EXPECT_THAT(Found("Art. 7-2(3)(4)", "ho"), Contains("4"));
  EXPECT_THAT(Found("제2항제3호", "hang"), Contains("2"));
  EXPECT_THAT(Found("제2항제3호", "ho"), Contains("3"));
  EXPECT_THAT(Found("제28조의2 제1항", "jo"), Contains("\"28-2\""));
  EXPECT_THAT(Found("예산 3조 원", "jo"), IsEmpty());
  EXPECT_THAT(Found("제38조의2, 제39조와 40조", "jo"),
              testing::ElementsAre("\"38-2\"", "\"39\"", "\"40\""));
}

TEST(Recogniser, IdentifiersInTheirShapes) {
  const std::tuple<const char*, const char*, const char*> cases[] = {
      {"P-1027의", "id:patient", "\"P-1027\""},
      {"ORD-5512에", "id:order", "\"ORD-5512\""},
      {"DOC-2041을", "id:doc", "\"DOC-2041\""},
      {"AL-7731", "id:alarm", "\"AL-7731\""},
      {"TI-101과", "id:tag", "\"TI-101\""},
      {"PRS-03", "id:asset", "\"PRS-03\""},
      {"WO-2214", "id:wo", "\"WO-2214\""},
      {"REQ-310", "id:req", "\"REQ-310\""},
      {"NSN 2540-37-500-1234", "id:item", "\"2540-37-500-1234\""},
      {"2019도1234", "id:case", "\"2019도1234\""}};
  for (const auto& [words, kind, value] : cases) {
    EXPECT_THAT(Found(words, kind), Contains(value)) << words;
    EXPECT_TRUE(IsIdentifier(kind, std::string(value).substr(1, std::string(value).size() - 2)))
        << value;
  }
  EXPECT_THAT(Found("TI-101과 PT-203의", "id:tag"),
              testing::ElementsAre("\"TI-101\"", "\"PT-203\""));
  EXPECT_THAT(Found("P-1027의", "int"), IsEmpty());
  EXPECT_FALSE(IsIdentifier("id:patient", "P-1027x y"));
  EXPECT_FALSE(IsIdentifier("id:patient", "DOC-1"));
}

TEST(Recogniser, IdentifiersInSmallLettersStandForThoseInCapitals) {
  EXPECT_THAT(Found("wo-2219랑 doc-2041을", "id:wo"), ElementsAre("\"WO-2219\""));
  EXPECT_THAT(Found("wo-2219랑 doc-2041을", "id:doc"), ElementsAre("\"DOC-2041\""));
  EXPECT_THAT(Found("p-1027의 약", "id:patient"), ElementsAre("\"P-1027\""));
  EXPECT_THAT(Found("covid-19 and p-12", "id:patient"), IsEmpty());
  EXPECT_EQ(PlannerValues("doc-2041 본문", Recognise("doc-2041 본문", Tuesday())),
            "doc-2041=DOC-2041");
  EXPECT_FALSE(IsIdentifier("id:doc", "doc-2041"));
}

TEST(Recogniser, ADayOfAMonthIsNoDayAhead) {
  EXPECT_THAT(Found("3월 14일 뒤에", "days"), Not(Contains("14")));
  EXPECT_THAT(Found("올해 말고 작년", "period"),
              ElementsAre(AsPeriod("2026-01-01..2026-12-31"), AsPeriod("2025-01-01..2025-12-31")));
}

TEST(Recogniser, ATextWithoutValuesHasNone) {
  EXPECT_TRUE(Recognise("오류가 난 화면을 보여줘", Tuesday()).mentions.empty());
}

TEST(Recogniser, ShowsTheModelWhatWordsStandFor) {
  const std::string text = "지난달 소음 민원 3만 건 제38조의2 P-1027";
  EXPECT_EQ(PlannerValues(text, Recognise(text, Tuesday())),
            "지난달=2026-10-01..2026-10-31;3만=30000;제38조의2=38-2");
}

TEST(Recogniser, NothingBreaksOnOddText) {
  for (const char* text : {"", " ", "\"\"", "\\", "조", "-", "제조", "99999999999999999999999999",
                           "13월 45일", "25:99", "\xEC", "🙂🙂"}) {
    const Recognition recognition = Recognise(text, Tuesday());
    for (const auto& [kind, literals] : recognition.literals) {
      for (const std::string& literal : literals)
        EXPECT_TRUE(base::ParseJson(literal, "literal").ok()) << text << kind << literal;
    }
  }
  EXPECT_THAT(Found("13월 45일", "date"), IsEmpty());
  EXPECT_THAT(Found("2월 30일", "date"), Not(Contains("\"2026-02-30\"")));
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

TEST(Recogniser, AnArticleBesideAYearOrWordIsNoSumOfMoney) {
  const std::string both = "형법 제1조 2022년 신구대조, 26조 2023년도 개정";
  EXPECT_THAT(Found(both, "jo"), ElementsAre("\"1\"", "\"26\""));
  EXPECT_THAT(Found(both, "period"), Contains(AsPeriod("2022-01-01..2022-12-31")));
  EXPECT_THAT(Found(both, "period"), Contains(AsPeriod("2023-01-01..2023-12-31")));
  EXPECT_THAT(Found("민간임대주택법 33조 원문", "jo"), ElementsAre("\"33\""));
  EXPECT_THAT(Found("예산 33조 원", "jo"), IsEmpty());
  const std::string month = "아동복지법 제5조의 8월 10일 변경";
  EXPECT_THAT(Found(month, "jo"), ElementsAre("\"5\""));
  EXPECT_THAT(Found(month, "date"), Contains("\"2026-08-10\""));
  EXPECT_THAT(Found("안녕하세요 2022년 자료", "period"),
              Contains(AsPeriod("2022-01-01..2022-12-31")));
}

TEST(Recogniser, PartsOfOtherWordsAreNoValues) {
  EXPECT_THAT(Found("전자정부법과 제1시설공병반, 2시험 H2S", "time"), IsEmpty());
  EXPECT_THAT(Found("필요한 부품과 급한 건", "int"), IsEmpty());
  EXPECT_THAT(Found("한 건, 자정 전 1시에", "time"), SizeIs(2));
  EXPECT_THAT(Found("담요 한 장", "int"), ElementsAre("1"));
  EXPECT_THAT(Found("이 건과 한동안, 네 동네", "int"), IsEmpty());
}

TEST(Since, IsNeverInTheFuture) {
  EXPECT_THAT(Found("내일 날씨와 오늘 6시 이후 선박", "since"),
              ElementsAre("\"2026-11-24T00:00:00+09:00\"", "\"2026-11-24T06:00:00+09:00\""));
  EXPECT_THAT(Found("내일 날씨와 오늘 6시 이후 선박", "time"), SizeIs(3));
}

}  // namespace
}  // namespace agents
