// Records that a call names by their ids: their own labels count for the plan, for approvers and up
// to the moment before a change.
#include "policies/audit_log.h"
#include "tests/contract/run_world.h"

namespace agents {
namespace {

using policies::Label;
using policies::NamedRecord;
using policies::NamedRecords;
using testing::HasSubstr;
using testing::Not;
using W = RunWorld;

Label Graded(policies::N2sf n2sf, policies::Mil mil = policies::Mil::kNone) {
  return {n2sf, mil, policies::Privacy::kNone, policies::Integrity::kUntrusted};
}
constexpr auto kO = policies::N2sf::kO, kS = policies::N2sf::kS, kC = policies::N2sf::kC;

Json Mailing() {
  return W::Plan({W::Step("s1", "mail.send", {{"to", "법무실"}, {"attachment", "DOC-2041"}})});
}
Json Labelling(const char* grade) {
  return W::Plan({W::Step("s1", "label.assign", {{"document", "DOC-2041"}, {"grade", grade}})});
}

// A world in which one record bears `record`, whose nth look-up is told by `at`.
class NamedRecordsTest : public testing::Test {
 protected:
  void TearDown() override { world_.DecideAllAgain(); }

  // Calls of `tool` whose `argument` is plain name `record_`.
  void Name(const char* tool, const char* argument) {
    world_.tools().OnRecords(tool, [this, argument](const Json& arguments) -> tools::RecordsFound {
      if (!arguments.at(argument).is_string()) return NamedRecords{};
      if (++look_ups_ >= broken_from_)
        return tools::MakeToolError("unreachable", "the register is away",
                                    "등록부가 응답하지 않음");
      NamedRecord found = record_;
      if (look_ups_ >= raised_from_) found.label.n2sf = kC;
      return NamedRecords{found};
    });
  }
  agents::Run Mail(const char* principal) {
    Name("mail.send", "attachment");
    id_ = world_.Start(principal, "문서 발송", Mailing());
    world_.Work();
    return world_.Get(id_);
  }
  agents::Run Relabel(const char* grade, const Label& becomes) {
    record_.becomes = becomes;
    Name("label.assign", "document");
    id_ = world_.Start("kang.supply", "등급 표시", Labelling(grade));
    world_.Work();
    return world_.Get(id_);
  }
  void Approve(const char* who, const char* reason = "확인함") {
    ASSERT_TRUE(world_.Decide(id_, who, true, reason).ok());
    world_.Work();
  }
  int calls(const char* tool) { return world_.tools().calls(tool); }

  RunWorld world_;
  std::string id_;
  NamedRecord record_{"administration.documents", "DOC-2041", "위탁 계약서", Graded(kS)};
  std::atomic<int> look_ups_{0};
  int raised_from_ = 1000, broken_from_ = 1000;
};

TEST_F(NamedRecordsTest, ADocumentAboveTheRequestersGradeDoesNotLeave) {
  record_.label = Graded(kC, policies::Mil::kRestricted);
  const auto run = Mail("han.clerk");
  EXPECT_EQ(run.state, RunState::kRejected);
  EXPECT_THAT(run.reason_ko, HasSubstr("C·대외비"));
  EXPECT_THAT(run.reason_ko, HasSubstr("[access.clearance_input]"));
  EXPECT_EQ(calls("mail.send"), 0);
  const auto journal = *world_.store().Journal(id_, 0);
  for (const Event& event : journal) EXPECT_THAT(event.body.dump(), Not(HasSubstr("위탁 계약서")));
}

TEST_F(NamedRecordsTest, AClassifiedDocumentIsNotReleasedByThoseWhoMayReadIt) {
  record_.label = Graded(kC);
  EXPECT_THAT(Mail("kim.legal").reason_en, HasSubstr("[flow.release_grade]"));
  EXPECT_EQ(calls("mail.send"), 0);
}

TEST_F(NamedRecordsTest, AnApproverSeesTitleAndGradeAndAnswersForExactlyThem) {
  ASSERT_EQ(Mail("han.clerk").state, RunState::kApprovalRequired);
  const Approval asked = world_.Pending(id_);
  EXPECT_EQ(asked.shown["records"][0]["title"], "위탁 계약서");
  EXPECT_EQ(asked.shown["records"][0]["label"]["n2sf"], "S");
  EXPECT_EQ(asked.shown["label"]["n2sf"], "S");
  Approve("seo.head");
  EXPECT_EQ(world_.Get(id_).state, RunState::kCompleted) << world_.Get(id_).reason_en;
  EXPECT_EQ(calls("mail.send"), 1);
  const auto verdict = world_.Verified(id_);
  EXPECT_TRUE(verdict.ok) << verdict.reason_en;
}

TEST_F(NamedRecordsTest, AGradeThatChangesAfterTheApprovalIsRefusedByName) {
  record_.label = Graded(kO);
  Mail("han.clerk");
  ASSERT_TRUE(world_.Decide(id_, "seo.head", true).ok());
  record_.label = Graded(kS);
  world_.Work();
  const auto run = world_.Get(id_);
  EXPECT_EQ(run.state, RunState::kRejected);
  EXPECT_THAT(run.reason_en, HasSubstr("then O, now S [approval.record_changed]"));
  EXPECT_THAT(run.reason_ko, HasSubstr("DOC-2041이 승인할 때와 달라졌습니다: 그때 O, 지금 S"));
  EXPECT_EQ(calls("mail.send"), 0);
}

TEST_F(NamedRecordsTest, AGradeThatChangesAtTheLastMomentIsRefusedToo) {
  raised_from_ = 4;  // after the plan's check, the question, and the approved call
  Mail("han.clerk");
  Approve("seo.head");
  const auto run = world_.Get(id_);
  EXPECT_EQ(look_ups_, 4);
  EXPECT_EQ(run.state, RunState::kRejected);
  EXPECT_THAT(run.reason_en, HasSubstr("[approval.record_changed]"));
  EXPECT_EQ(run.steps.at("s1").error["rules"][0]["id"], "approval.record_changed");
  EXPECT_EQ(calls("mail.send"), 0);
}

TEST_F(NamedRecordsTest, ALookUpThatFailsFailsTheRunAndCallsNothing) {
  for (const int from : {1, 2, 3, 4}) {
    look_ups_ = 0;
    broken_from_ = from;
    if (Mail("han.clerk").state == RunState::kApprovalRequired) Approve("seo.head");
    const auto run = world_.Get(id_);
    EXPECT_EQ(run.state, RunState::kFailed) << from;
    EXPECT_THAT(run.reason_ko, HasSubstr("s1 메일 발송: 등록부가 응답하지 않음")) << from;
  }
  EXPECT_EQ(calls("mail.send"), 0);
}

TEST_F(NamedRecordsTest, LoweringAGradeTakesTwoPeopleWhoSayWhy) {
  ASSERT_EQ(Relabel("O", Graded(kO)).state, RunState::kApprovalRequired);
  const Approval asked = world_.Pending(id_);
  EXPECT_EQ(asked.obligation.rule, "approval.lowering");
  EXPECT_EQ(asked.shown["records"][0]["becomes"]["n2sf"], "O");
  EXPECT_TRUE(absl::IsInvalidArgument(world_.Decide(id_, "yoon.depot", true, "")));
  Approve("yoon.depot");
  EXPECT_EQ(calls("label.assign"), 0);
  Approve("seo.head");
  EXPECT_EQ(world_.Get(id_).state, RunState::kCompleted) << world_.Get(id_).reason_en;
  EXPECT_EQ(calls("label.assign"), 1);
}

TEST_F(NamedRecordsTest, RaisingAGradeTakesTheOneThatTheCatalogueNames) {
  Relabel("restricted", Graded(kC, policies::Mil::kRestricted));
  EXPECT_EQ(world_.Pending(id_).obligation.rule, "approval.one");
  Approve("yoon.depot");
  EXPECT_EQ(world_.Get(id_).state, RunState::kCompleted) << world_.Get(id_).reason_en;
}

TEST_F(NamedRecordsTest, ALoweringThatNobodyMayApproveIsDeniedWithThePlan) {
  record_.label = Graded(kC, policies::Mil::kIII);  // above the department head
  const auto run = Relabel("S", Graded(kS));
  EXPECT_EQ(run.state, RunState::kRejected);
  EXPECT_THAT(run.reason_en, HasSubstr("[approval.no_eligible_person]"));
}

TEST_F(NamedRecordsTest, ACallWhoseRecordNobodyMayApproveIsDeniedAndDoesNotWait) {
  record_ = {"defense.tryton", "REQ-310", "발전기 부품", Graded(kC, policies::Mil::kIII)};
  Name("supply.requisition.submit", "requisition");
  const Json draft = W::Step("s1", "supply.requisition.draft",
                             {{"items", {"지혈대"}}, {"quantities", {1}}, {"unit", "제3보급대"}});
  const Json submit =
      W::Step("s2", "supply.requisition.submit", {{"requisition", W::Ref("s1.req_id")}});
  id_ = world_.Start("kang.supply", "청구", W::Plan({draft, submit}));
  world_.Work();
  const auto run = world_.Get(id_);
  EXPECT_EQ(run.state, RunState::kRejected);
  EXPECT_THAT(run.reason_ko, HasSubstr("[approval.no_eligible_person]"));
  EXPECT_EQ(calls("supply.requisition.submit"), 0);
}

// The first attempt changed the record, and its answer was lost: that is no change by others.
TEST_F(NamedRecordsTest, AnEffectIsRepeatedWithItsKeyThoughItChangedItsRecordItself) {
  std::atomic<int> attempts{0};
  const auto stopping = [&] { return attempts > 0; };
  world_.tools().On("label.assign", [&](const tools::ToolCall&, const tools::CallContext&) {
    if (++attempts > QuickOptions().attempts_max)
      return tools::ToolOutcome(fakes::LeastResult("label.assign"));
    record_.label = *record_.becomes;
    return tools::ToolOutcome(tools::MakeToolError("in_doubt", "lost", "끊김"));
  });
  Relabel("restricted", Graded(kC, policies::Mil::kRestricted));
  ASSERT_TRUE(world_.Decide(id_, "yoon.depot", true).ok());
  ASSERT_TRUE(world_.loop().Advance("worker", stopping).ok());
  ASSERT_EQ(world_.EventTypes(id_).back(), "effect.intent");
  world_.Work();
  EXPECT_EQ(world_.Get(id_).state, RunState::kCompleted) << world_.Get(id_).reason_en;
}

}  // namespace
}  // namespace agents
