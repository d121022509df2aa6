// The recogniser against every row of the catalogue's table of dates and periods.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/unit/agents/planning/found.h"

namespace agents {
namespace {

using testing::Contains;
using testing::ElementsAre;
using testing::Not;
using testing::SizeIs;

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

TEST(Recogniser, ADayOfAMonthIsNoDayAhead) {
  EXPECT_THAT(Found("3월 14일 뒤에", "days"), Not(Contains("14")));
  EXPECT_THAT(Found("올해 말고 작년", "period"),
              ElementsAre(AsPeriod("2026-01-01..2026-12-31"), AsPeriod("2025-01-01..2025-12-31")));
}

TEST(Since, IsNeverInTheFuture) {
  EXPECT_THAT(Found("내일 날씨와 오늘 6시 이후 선박", "since"),
              ElementsAre("\"2026-11-24T00:00:00+09:00\"", "\"2026-11-24T06:00:00+09:00\""));
  EXPECT_THAT(Found("내일 날씨와 오늘 6시 이후 선박", "time"), SizeIs(3));
}

}  // namespace
}  // namespace agents
