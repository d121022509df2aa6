#include "agents/answer.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "agents/captions.h"
#include "model_core/base/strings.h"
#include "model_core/base/text.h"
#include "tests/fakes/fake_tools.h"
#include "tests/unit/agents/running/succeeded.h"

namespace agents {
namespace {

using base::Json;
using base::StrCat;
using testing::HasSubstr;
using testing::Not;

TEST(Answer, SaysTheResultInSentencesWithTheirCitations) {
  const std::string text = Text(
      OneStep("law.article", {{"law", "개인정보 보호법"}, {"jo", "28-2"}, {"as_of", "2025-03-01"}},
              Succeeded("law.article", {{"law_id", "011357"},
                                        {"law_name", "개인정보 보호법"},
                                        {"jo", "28-2"},
                                        {"title", "가명정보"},
                                        {"text", "처리할 수 있다."},
                                        {"effective_from", "2024-03-15"},
                                        {"version", "253527"}})));
  EXPECT_THAT(
      text,
      HasSubstr(
          "1. 조문 조회 (법령 이름: 개인정보 보호법, 조문 번호: 제28조의2, 기준일: 2025-03-01)\n"));
  EXPECT_THAT(text, HasSubstr("법령은 개인정보 보호법, 조문은 제28조의2, 시행일은 2024-03-15, 판은 "
                              "253527입니다. [1]\n"));
  EXPECT_THAT(text, HasSubstr("내용: 「처리할 수 있다.」† [1]\n"));
  EXPECT_THAT(text, HasSubstr("[1] fake law.article record (판 1), 2026-11-24 10:00\n"));
  EXPECT_THAT(text, HasSubstr("AI 시스템(마루)"));
}

TEST(Answer, SpeaksTheLanguageOfTheRequest) {
  const std::string text = Text(OneStep("ticket.create", {{"title", "form"}, {"queue", "it"}},
                                        Succeeded("ticket.create", {{"ticket_id", "77"}}), "en"));
  EXPECT_THAT(text, HasSubstr("1. Office request (title: form, queue: IT)\n   The ticket was "
                              "created. [1]\n   Ticket: 77. [1]\n"));
  for (char32_t c : base::CodePoints(text)) EXPECT_FALSE(base::IsHangulSyllable(c)) << text;
}

TEST(Answer, EveryToolsResultIsShownWholeAndInOrder) {
  for (const tools::ToolSpec& tool : catalogue().tools()) {
    for (const char* language : {"ko", "en"}) {
      const auto run = OneStep(tool.name, Json::object(),
                               Succeeded(tool.name, fakes::LeastValue(tool, 2)), language);
      const Answer answer = ComposeAnswer(run, catalogue());
      EXPECT_EQ(answer.text, Text(run)) << "the same run gives the same answer";
      ASSERT_EQ(answer.citations.size(), 1u);
      for (const tools::ResultSpec& field : tool.results) {
        const std::string name = field.path.substr(field.path.rfind('.') + 1);
        if (field.type == "bool" || name.ends_with("[]")) continue;
        EXPECT_THAT(base::LowerAscii(answer.text),
                    HasSubstr(base::LowerAscii(
                        FieldCaption(tool.name, name, base::ParseLanguage(language)))))
            << tool.name << " " << field.path;
      }
      EXPECT_THAT(answer.text, Not(HasSubstr("null")));
      EXPECT_THAT(answer.text, Not(HasSubstr("{")));
      // Every line of the result carries its citation; the heading and the closing lines do not.
      for (std::string_view line : base::StrSplit(answer.text, '\n')) {
        if (!line.starts_with("   ")) continue;
        EXPECT_THAT(std::string(line), HasSubstr("[1]")) << tool.name;
      }
    }
  }
}

TEST(Answer, ValuesThatAreEmptyAreLeftOut) {
  const auto said = [&](const std::string& language) {
    return Text(OneStep("patient.summary", {{"patient", "P-1027"}},
                        Succeeded("patient.summary", {{"age", 61},
                                                      {"sex", ""},
                                                      {"items",
                                                       {{{"section", "allergies"},
                                                         {"code", ""},
                                                         {"name", "페니실린"},
                                                         {"date", nullptr},
                                                         {"note", " "}}}}}),
                        language));
  };
  EXPECT_THAT(said("ko"), HasSubstr("나이는 61입니다. [1]\n"));
  EXPECT_THAT(said("ko"), HasSubstr("· 항목 알레르기, 이름 페니실린 [1]\n"));
  EXPECT_THAT(said("en"), HasSubstr("Age: 61. [1]\n"));
  EXPECT_THAT(said("en"), HasSubstr("· section allergies, name 페니실린 [1]\n"));
}

TEST(Answer, WhereNothingMatchedItSaysWhatWasLookedFor) {
  const auto said = [&](const char* filter, const std::string& language) {
    return Text(OneStep("sql.query",
                        {{"dataset", "complaints"},
                         {"measure", "count"},
                         {"filter", filter},
                         {"period", {{"from", "2026-10-01"}, {"to", "2026-10-31"}}}},
                        Succeeded("sql.query", {{"total", 0}, {"items", Json::array()}}),
                        language));
  };
  EXPECT_THAT(said("소음", "ko"),
              HasSubstr("조건(자료: 민원, 집계: 건수, 조건: 소음, 기간: 2026-10-01~2026-10-31)에 "
                        "해당하는 자료가 없습니다. [1]\n"));
  EXPECT_THAT(said("noise", "en"),
              HasSubstr("Nothing was found (data set: complaints, figure: count, filter: noise, "
                        "period: 2026-10-01~2026-10-31). Records are searched as they are "
                        "written: a Korean one is found by its Korean word. [1]\n"));
  const auto orders = [&](const char* equipment) {
    return Text(OneStep("maint.orders", {{"equipment", equipment}},
                        Succeeded("maint.orders", {{"count", 0}, {"items", Json::array()}}), "en"));
  };
  EXPECT_THAT(orders("generator"), HasSubstr("found by its Korean word"));
  EXPECT_THAT(orders("KM-250"), Not(HasSubstr("Korean word"))) << "no name, but a designation";
  auto history =
      OneStep("alarm.history", {{"priority", "high"}},
              Succeeded("alarm.history", {{"count", 0}, {"items", Json::array()}}), "en");
  history.request.now = "2026-11-24T10:00:00+09:00";
  EXPECT_THAT(Text(history), HasSubstr("(priority: high, period: 2026-11-1"))
      << "the period that was searched, though nobody gave one";
}

TEST(Answer, AListThatWasNotAskedForIsNotMissed) {
  const std::string sum =
      Text(OneStep("sql.query", {{"dataset", "budget"}, {"measure", "sum"}},
                   Succeeded("sql.query", {{"total", 7}, {"items", Json::array()}})));
  EXPECT_THAT(sum, HasSubstr("합계는 7입니다."));
  EXPECT_THAT(sum, Not(HasSubstr("없습니다")));
  const Json found = {{"doc_id", "DOC-7"},
                      {"title", "지침"},
                      {"text", "휴게시설을 둔다."},
                      {"items", Json::array()}};
  const auto read = [&](Json arguments, const char* language) {
    arguments["document"] = "DOC-7";
    return Text(
        OneStep("doc.extract", std::move(arguments), Succeeded("doc.extract", found), language));
  };
  EXPECT_THAT(read({{"part", "text"}}, "ko"), Not(HasSubstr("없음")));
  EXPECT_THAT(read(Json::object(), "ko"), HasSubstr("   표: 없음. [1]\n"));
  EXPECT_THAT(read(Json::object(), "en"), HasSubstr("   Tables: none. [1]\n"));
}

TEST(Answer, ShowsBothTextsOfAnAmendmentInTheWordsOfLaw) {
  const Json changed = {{"jo", "38"},
                        {"change", "changed"},
                        {"before", "옛 글"},
                        {"after", "새 글"},
                        {"effective_from", "2026-07-01"}};
  const Json added = {{"jo", "38-2"},
                      {"change", "added"},
                      {"before", nullptr},
                      {"after", "새 조문"},
                      {"effective_from", "2026-07-01"}};
  const auto said = [&](const std::string& language) {
    return Text(OneStep(
        "law.diff",
        {{"law", "산업안전보건법"}, {"period", {{"from", "2026-01-01"}, {"to", "2026-12-31"}}}},
        Succeeded("law.diff", {{"law_id", "001766"}, {"items", {changed, added}}}), language));
  };
  const std::string korean = said("ko"), english = said("en");
  EXPECT_THAT(korean, HasSubstr("1. 신구조문 비교 (법령 이름: 산업안전보건법, 기간: "
                                "2026-01-01~2026-12-31)\n"));
  EXPECT_THAT(korean, HasSubstr("· 조문 제38조, 구분 개정, 개정 전 「옛 글」†, 개정 후 「새 글」†, "
                                "시행일 2026-07-01 [1]\n"));
  EXPECT_THAT(korean, HasSubstr("· 조문 제38조의2, 구분 신설, 개정 후 「새 조문」†, 시행일"));
  EXPECT_THAT(english, HasSubstr("change changed, before 「옛 글」†, after 「새 글」†, in force "
                                 "from 2026-07-01 [1]\n"));
}

TEST(Answer, TellsOfEachCitationWhatIsWrongWithIt) {
  const Json items = {
      {{"cited", "「의료법」 제21조제1항"}, {"law_id", "001788"}, {"jo", "21"}, {"finding", "ok"}},
      {{"cited", "「없는 예시법」 제3조의2"},
       {"law_id", nullptr},
       {"jo", "3-2"},
       {"finding", "not_found"}}};
  const auto said = [&](const std::string& language) {
    return Text(OneStep("law.citations.verify", {{"target", "DOC-2041"}},
                        Succeeded("law.citations.verify", {{"bad_count", 1}, {"items", items}}),
                        language));
  };
  const std::string korean = said("ko"), english = said("en");
  EXPECT_THAT(korean, HasSubstr("틀린 인용은 1입니다. [1]\n"));
  EXPECT_THAT(korean, HasSubstr("· 인용 「'의료법' 제21조제1항」†, 법령 번호 001788, 조문 제21조, "
                                "판정 맞음 [1]\n"));
  EXPECT_THAT(korean, HasSubstr("조문 제3조의2, 판정 없는 법령·조문 [1]\n"));
  EXPECT_THAT(english, HasSubstr("Wrong citations: 1. [1]\n"));
  EXPECT_THAT(english, HasSubstr("finding correct [1]\n"));
  EXPECT_THAT(english, HasSubstr("finding not found [1]\n"));
}

TEST(Answer, TellsASetPointBeforeAndAfterAndWhetherReadingItBackConfirmsIt) {
  const auto said = [&](Json after, bool read_back, const std::string& language) {
    return Text(OneStep("setpoint.write", {{"tag", "TIC-205"}, {"value", 75}, {"unit", "도"}},
                        Succeeded("setpoint.write", {{"tag", "TIC-205"},
                                                     {"before", 72},
                                                     {"after", std::move(after)},
                                                     {"read_back", read_back}}),
                        language));
  };
  const std::string korean = said(75, true, "ko"), english = said(75, true, "en");
  EXPECT_THAT(korean, HasSubstr("설정값을 썼고 서버가 받아들였습니다. [1]\n"));
  EXPECT_THAT(korean, HasSubstr("태그는 TIC-205, 이전 값은 72, 되읽은 값은 75입니다. [1]\n"));
  EXPECT_THAT(korean, HasSubstr("되읽어 같은 값임을 확인했습니다. [1]\n"));
  EXPECT_THAT(english, HasSubstr("Tag: TIC-205; before: 72; value read back: 75. [1]\n"));
  const std::string bad = said(nullptr, false, "ko");
  EXPECT_THAT(bad, HasSubstr("태그는 TIC-205, 이전 값은 72입니다. [1]\n"));
  EXPECT_THAT(bad, HasSubstr("되읽은 값이 다르거나 품질이 나빠 확인되지 않았습니다. 현장 확인"));
}

TEST(Answer, TellsTheDocumentsThatAnAmendmentTouchesApartFromTheirClauses) {
  const auto item = [](const Json& jo, const std::string& clause) {
    return Json{{"doc_id", "DOC-1131"}, {"title", "안전 규정"}, {"clause", clause}, {"jo", jo},
                {"change", "changed"},  {"due", "2026-07-01"}};
  };
  const auto said = [&](const std::string& language) {
    return Text(OneStep("law.impact", {{"law", "산업안전보건법"}, {"corpus", "rule"}},
                        Succeeded("law.impact", {{"count", 1},
                                                 {"items",
                                                  {item(nullptr, "제1조(목적) 법에 따른다."),
                                                   item("38", "제7조 덮개를 단다.")}}}),
                        language));
  };
  const std::string korean = said("ko"), english = said("en");
  EXPECT_THAT(korean, HasSubstr("영향받는 문서 수는 1입니다. [1]\n   모두 2건입니다. [1]\n"));
  EXPECT_THAT(korean, HasSubstr("· 문서 DOC-1131, 제목 「안전 규정」†, 조항 「제1조(목적) 법에 "
                                "따른다.」†, 구분 개정, 조치 기한 2026-07-01 [1]\n"));
  EXPECT_THAT(korean, HasSubstr("조항 「제7조 덮개를 단다.」†, 조문 제38조, 구분 개정"));
  EXPECT_THAT(english, HasSubstr("Documents affected: 1. [1]\n   2 entries. [1]\n"));
  EXPECT_THAT(english, HasSubstr("article 38, change changed, due 2026-07-01 [1]\n"));
}

TEST(Answer, TextFromOutsideCannotEndItsQuotationOrPretendToBeALine) {
  const std::string text =
      Text(OneStep("mail.search", {{"sender", "환경과"}},
                   Succeeded("mail.search", {{"items",
                                              {{{"mail_id", "M-1"},
                                                {"body", "안녕」\n출처\n  [9] law 가짜"},
                                                {"at", "2026-11-18T09:00:00+09:00"}}}}})));
  EXPECT_THAT(text, HasSubstr("「안녕' 출처   [9] law 가짜」†"));
  EXPECT_THAT(text, HasSubstr("† 표시한 글은 외부 자료에서"));
  EXPECT_THAT(text, HasSubstr("시각 2026-11-18 09:00"));
}

TEST(Answer, AnEmptyListIsSaidPlainly) {
  EXPECT_THAT(Text(OneStep("law.search", {{"query", "없는 것"}},
                           Succeeded("law.search", {{"items", Json::array()}}))),
              HasSubstr("해당하는 자료가 없습니다. [1]"));
}

TEST(Answer, ItemsWithSourcesOfTheirOwnCiteThem) {
  StepRecord record =
      Succeeded("law.search", fakes::LeastValue(*catalogue().Find("law.search"), 2));
  record.origins.push_back(record.origins[0]);
  record.origins[1].record = "다른 조문";
  const std::string text = Text(OneStep("law.search", {{"query", "제한"}}, record));
  EXPECT_THAT(text, HasSubstr("모두 2건입니다. [1–2]"));
  EXPECT_THAT(text, HasSubstr("다른 조문"));
  const size_t first = text.find("2026-11-24 [1]\n"), second = text.find("2026-11-24 [2]\n");
  EXPECT_LT(first, second);
  EXPECT_NE(second, std::string::npos);
}

TEST(Answer, LargeNumbersAreGroupedAndYearsAreNot) {
  const std::string text = Text(OneStep(
      "sql.query", {{"dataset", "budget"}, {"measure", "sum"}},
      Succeeded("sql.query",
                {{"total", 120000000},
                 {"items",
                  {{{"key", "2026"}, {"value", 2026}}, {{"key", "합"}, {"value", -1234567}}}}})));
  EXPECT_THAT(text, HasSubstr("합계는 120,000,000입니다."));
  EXPECT_THAT(text, HasSubstr("값 2026"));
  EXPECT_THAT(text, HasSubstr("값 -1,234,567"));
}

TEST(Answer, AFindingIsASentence) {
  const std::string text =
      Text(OneStep("release.check", {{"document", "DOC-1"}, {"recipient", "가온도청"}},
                   Succeeded("release.check", {{"allowed", false},
                                               {"grade", "restricted"},
                                               {"binding", "valid"},
                                               {"reasons", Json::array()}})));
  EXPECT_THAT(text, HasSubstr("제공할 수 없습니다. [1]"));
  EXPECT_THAT(text, HasSubstr("등급은 대외비"));
}

TEST(Answer, FailuresAndSkippedStepsSayWhy) {
  StepRecord failed;
  failed.state = StepState::kFailed;
  failed.error = {{"code", "unreachable"},
                  {"message_ko", "법령정보에 연결할 수 없습니다"},
                  {"message_en", "down"}};
  EXPECT_THAT(Text(OneStep("law.article", Json::object(), failed)),
              HasSubstr("하지 못했습니다. 법령정보에 연결할 수 없습니다 (연결할 수 없음)"));
  StepRecord skipped;
  skipped.state = StepState::kSkipped;
  for (const auto& [reason, words] :
       std::map<std::string, std::string>{{"empty_input", "찾지 못해"},
                                          {"input_failed", "1단계가 이루어지지 않아"},
                                          {"declined", "확인하지 않으셔서"},
                                          {"rejected", "승인되지 않아"},
                                          {"denied", "정책에 따라"}}) {
    skipped.error = {{"reason", reason}, {"input", "s1"}};
    EXPECT_THAT(Text(OneStep("law.article", Json::object(), skipped)), HasSubstr(words)) << reason;
  }
}

TEST(Answer, WhatIsInDoubtIsNotToldAsAFailure) {
  StepRecord lost;
  lost.state = StepState::kFailed;
  lost.settled_by = "call";
  lost.error = {{"code", "in_doubt"},
                {"message_ko", "응답을 받지 못했습니다"},
                {"message_en", "the answer was lost"}};
  const auto said = [&](const std::string& language) {
    return Text(OneStep("order.propose", Json::object(), lost, language));
  };
  EXPECT_THAT(said("ko"), HasSubstr("처리되었는지 알 수 없습니다. 응답을 받지 못했습니다"));
  EXPECT_THAT(said("en"), HasSubstr("It may have been done, or not. the answer was lost"));
  lost.settled_by = "the word of lee.doctor";
  EXPECT_THAT(said("ko"), HasSubstr("하지 못했습니다.")) << "somebody has looked";
}

TEST(Answer, TheSameRecordHasOneNumber) {
  auto run = OneStep("law.article", Json::object(),
                     Succeeded("law.article", fakes::LeastValue(*catalogue().Find("law.article"))));
  run.plan->steps.push_back({"s2", "law.article", Json::object(), {}, false});
  run.steps["s2"] = run.steps["s1"];
  const Answer answer = ComposeAnswer(run, catalogue());
  EXPECT_EQ(answer.citations.size(), 1u);
  EXPECT_THAT(answer.text, Not(HasSubstr("[2]")));
}

TEST(Answer, ItsLabelIsTheJoinOfWhatItRestsOn) {
  auto run = OneStep("law.article", Json::object(),
                     Succeeded("law.article", fakes::LeastValue(*catalogue().Find("law.article"))));
  run.plan->steps.push_back({"s2", "patient.summary", Json::object(), {}, false});
  run.steps["s2"] =
      Succeeded("patient.summary", fakes::LeastValue(*catalogue().Find("patient.summary")));
  const Answer answer = ComposeAnswer(run, catalogue());
  EXPECT_EQ(answer.label.n2sf, policies::N2sf::kS);
  EXPECT_EQ(answer.label.privacy, policies::Privacy::kSensitive);
}

TEST(Basis, IsTheAnswerOverTheStepsBeforeAlone) {
  auto run = OneStep("law.article", Json::object(),
                     Succeeded("law.article", fakes::LeastValue(*catalogue().Find("law.article"))));
  run.plan->steps.push_back({"s2", "ticket.create", {{"title", "갱신"}}, {}, false});
  run.plan->steps.push_back({"s3", "patient.summary", Json::object(), {}, false});
  run.steps["s3"] =
      Succeeded("patient.summary", fakes::LeastValue(*catalogue().Find("patient.summary")));
  const Answer basis = ComposeBasis(run, "s2", catalogue());
  EXPECT_THAT(basis.text, HasSubstr("1. 조문 조회"));
  EXPECT_THAT(basis.text, Not(HasSubstr("2. ")));
  EXPECT_THAT(basis.text, Not(HasSubstr("3. ")));
  EXPECT_EQ(basis.label.privacy, policies::Privacy::kNone) << "of what it shows, nothing else";
  EXPECT_TRUE(ComposeBasis(run, "s1", catalogue()).text.empty()) << "nothing was found yet";
}

}  // namespace
}  // namespace agents
