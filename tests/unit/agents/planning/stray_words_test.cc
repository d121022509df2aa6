// Words beside a value that are none of it, and questions for what is quoted.
#include "agents/planning/stray_words.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "agents/planning/acronyms.h"
#include "agents/planning/answered.h"
#include "tests/unit/agents/planning/examples.h"

namespace agents {
namespace {

using testing::ElementsAre;

const tools::Catalogue& Tools() { return tools::Catalogue::BuiltIn(); }

base::Json Dropped(const char* steps, const char* request) {
  Plan plan = MakePlan(Json(steps));
  DropStrayWords(plan, Tools(), request);
  return plan.steps[0].arguments;
}

TEST(DropStrayWords, HalfAPairOfMarks) {
  EXPECT_EQ(Dropped(R"([["ticket.create",{"title":"에 『접속 장애","queue":"it"}]])",
                    "전산팀에 『접속 장애』로 등록해")["title"],
            "접속 장애");
  EXPECT_EQ(Dropped(R"([["alarm.ack",{"alarm":"AL-3","comment":"seal replaced'"}]])",
                    "acknowledge AL-3 with the comment 'seal replaced'.")["comment"],
            "seal replaced");
  EXPECT_EQ(Dropped(R"([["case.search",{"query":"'가명' 결합"}]])", "'가명' 결합 판례")["query"],
            "'가명' 결합");
}

TEST(DropStrayWords, TheDayBesideAPlaceAndAMinistry) {
  EXPECT_EQ(Dropped(R"([["opendata.get",{"dataset":"weather","place":"모레 해온면"}]])",
                    "모레 해온면 날씨")["place"],
            "해온면");
  EXPECT_EQ(Dropped(R"([["law.search",{"query":"악취 점검","law":"환경부 훈령"}]])",
                    "환경부 훈령에서 악취 점검 조문"),
            base::Json({{"query", "악취 점검"}}));
  EXPECT_EQ(Dropped(R"([["law.search",{"query":"악취","law":"악취방지법"}]])",
                    "악취방지법에서 악취 조문")["law"],
            "악취방지법");
}

TEST(Acronyms, WordsForValuesInCapitals) {
  const Acronyms acronyms(Tools());
  EXPECT_EQ(acronyms.Capitalised("뇌 mri와 복부 Ct를 us with mr"), "뇌 MRI와 복부 CT를 us with mr");
  EXPECT_EQ(acronyms.Capitalised("the act, actual"), "the act, actual");
}

TEST(AskForNamed, AValueWordIsNoUnit) {
  Plan plan = MakePlan(Json(R"([["supply.shortfall",{"unit":"유류","days":30}]])"));
  AskForNamed(plan, Tools());
  EXPECT_THAT(plan.missing, ElementsAre("supply.shortfall.unit"));
  plan = MakePlan(Json(R"([["sa.tracks",{"area":"aircraft","kind":"aircraft"}]])"));
  AskForNamed(plan, Tools());
  EXPECT_THAT(plan.missing, ElementsAre("sa.tracks.area"));
  plan = MakePlan(Json(R"([["supply.shortfall",{"unit":"제3보급대","days":30}]])"));
  AskForNamed(plan, Tools());
  EXPECT_EQ(plan.verdict, Verdict::kPlan);
}

TEST(DropStrayWords, TheAmountBehindAnItemsName) {
  EXPECT_EQ(Dropped(R"([["supply.requisition.draft",{"items":["경유 200리터"],"quantities":[200],)"
                    R"("unit":"제5보급대"}]])",
                    "경유 200리터 제5보급대로 청구서 초안")["items"],
            Json(R"(["경유"])"));
  EXPECT_EQ(Dropped(R"([["supply.requisition.draft",{"items":["배터리 12V"],"quantities":[12],)"
                    R"("unit":"제5보급대"}]])",
                    "배터리 12V 12개 제5보급대로 청구서 초안")["items"],
            Json(R"(["배터리 12V"])"));
  EXPECT_EQ(Dropped(R"([["supply.requisition.draft",{"items":["bandages 15 cm"],"quantities":[15],)"
                    R"("unit":"2nd Battalion"}]])",
                    "fifteen bandages 15 cm for the 2nd Battalion")["items"],
            Json(R"(["bandages 15 cm"])"));
}

bool Answered(const char* request, std::vector<std::string> missing) {
  Plan plan;
  plan.verdict = Verdict::kAsk;
  plan.missing = std::move(missing);
  return AsksForAnswered(plan, Tools(), request, Recognise(request, Tuesday()));
}

TEST(AsksForAnswered, WhereOneIdentifierCanStand) {
  EXPECT_TRUE(Answered("TIC-205를 75도로", {"setpoint.write.tag"}));
  EXPECT_FALSE(Answered("TIC-205나 TIC-206을 75도로", {"setpoint.write.tag"}));
  EXPECT_FALSE(Answered("설정값 바꿔줘", {"setpoint.write.tag"}));
}

TEST(AsksForAnswered, WhereATargetIsSaid) {
  for (const char* said : {"TIC-205를 75도로 바꿔줘", "TIC-205 60까지 낮춰", "set TIC-205 to 75"})
    EXPECT_TRUE(Answered(said, {"setpoint.write.value"})) << said;
  EXPECT_FALSE(Answered("show TIC-205 from 9 to 5 and lower it", {"setpoint.write.value"}));
  EXPECT_FALSE(Answered("TIC-205 설정값 낮춰줘", {"setpoint.write.value"}));
}

TEST(AsksForAnswered, WhereAnAddresseeIsNamed) {
  for (const char* named :
       {"Please email the legal office: \"The draft is ready.\"", "Write to accounting: 'Done.'",
        "Send the audit team a mail: 'Done.'", "법무실에 '완료'라고 메일 보내줘"})
    EXPECT_TRUE(Answered(named, {"mail.send.to"})) << named;
  for (const char* open : {"Mail it to them: 'Done.'", "Mail it to the usual people",
                           "해당부서 담당팀에 '완료'라고 메일 보내줘", "Send a mail: 'Done.'",
                           "Send 'mail to Kim' as a mail", "'완료'라고 메일 보내줘"})
    EXPECT_FALSE(Answered(open, {"mail.send.to"})) << open;
}

TEST(AsksForAnswered, WhereAnAmountIsMeasured) {
  EXPECT_TRUE(Answered("경유 200리터 청구서 초안", {"supply.requisition.draft.quantities"}));
  EXPECT_FALSE(Answered("제3보급대 30일 청구서", {"supply.requisition.draft.quantities"}));
}

TEST(DropAnswered, LeavesTheRestOfAQuestion) {
  Plan plan;
  plan.verdict = Verdict::kAsk;
  plan.missing = {"mail.send.to", "mail.send.body"};
  const char* request = "Send it to the legal office";
  DropAnswered(plan, Tools(), request, Recognise(request, Tuesday()));
  EXPECT_THAT(plan.missing, ElementsAre("mail.send.body"));
}

TEST(AsksForAnswered, WhereNoFewerWordsAreQuotedThanWanted) {
  EXPECT_TRUE(Answered("e-mail 'shut from 9 pm' to Planning, subject 'Power'", {"mail.send.body"}));
  EXPECT_TRUE(Answered("‘검토 요청’이라는 제목으로 ‘회신 바랍니다’라고 메일", {"mail.send.body"}));
  EXPECT_FALSE(Answered("'점검 안내' 제목으로 메일 보내줘", {"mail.send.body"}));
  EXPECT_FALSE(Answered("filler: work order, urgent. mail, subject \"Tens\"",
                        {"workorder.create.fault", "mail.send.body"}));
}

}  // namespace
}  // namespace agents
