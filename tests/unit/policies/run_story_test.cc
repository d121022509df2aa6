// A run against whoever writes the log: every record is sealed and signed, and yet the run was not
// as it must be.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/unit/policies/audited_run.h"

namespace policies {
namespace {

using base::Json;
using testing::HasSubstr;
using Kind = Obligation::Kind;
using R = AuditedRun;

class RunStoryTest : public testing::Test {
 protected:
  Verification Check(const std::vector<Said>& events) {
    return Verify(run_.Export(events), run_.signer().verifier_key());
  }

  // Found, in both languages, and in Korean without English words.
  void ExpectFault(const std::vector<Said>& events, const std::string& english,
                   const std::string& korean) {
    const Verification found = Check(events);
    EXPECT_FALSE(found.ok) << english;
    EXPECT_THAT(found.reason_en, HasSubstr(english));
    EXPECT_THAT(found.reason_ko, HasSubstr(korean));
    std::string text = found.reason_ko;
    for (const char* name : {"approval.one", "law.search", "ticket.create", "mail.send", "maru",
                             "han.clerk", "seo.head"})
      text = base::ReplaceAll(text, name, "");
    int letters = 0;
    for (char c : text) {
      letters = std::isalpha(static_cast<unsigned char>(c)) != 0 ? letters + 1 : 0;
      EXPECT_LT(letters, 2) << found.reason_ko;  // "s2", "r7"
    }
  }

  AuditedRun run_{"maru-run-story"};
};

TEST_F(RunStoryTest, ACallWithoutItsApprovalIsFound) {
  const std::string english = "without the approval that approval.one demands",
                    korean = "승인(approval.one) 없이";
  ExpectFault(R::Whole({R::Intent(R::Ticket())}), english, korean);
  ExpectFault(R::Whole({R::Request(), R::Intent(R::Ticket()), R::Answer()}), english, korean);
  ExpectFault(R::Whole({R::Request(), R::Answer("seo.head", false), R::Intent(R::Ticket())}),
              "somebody had said no to this call", "거절된 호출인데");
  ExpectFault(R::Whole({R::Answer(), R::Intent(R::Ticket())}), "nobody had been asked",
              "요청한 적이 없는");
}

TEST_F(RunStoryTest, TheRequestersOwnApprovalCountsForNothing) {
  ExpectFault(R::Whole({R::Request(), R::Answer("han.clerk"), R::Intent(R::Ticket())}),
              "without the approval", "승인");
}

TEST_F(RunStoryTest, AnApprovalOfAnotherCallCountsForNothing) {
  const CallBinding other = R::Call("s2", "ticket.create", {{"title", "에어컨"}});
  ExpectFault(
      R::Whole({R::Request(other), R::Answer("seo.head", true, other), R::Intent(R::Ticket())}),
      "without the approval", "승인");
  ExpectFault(R::Whole({R::Request(), R::Answer("seo.head", true, other)}),
              "approved for another call", "다른 호출로");
}

TEST_F(RunStoryTest, ACallWhoseArgumentsAreNotThoseOfItsHashIsFound) {
  Said intent = R::Intent(R::Ticket());
  intent.body["arguments"]["title"] = "에어컨";
  ExpectFault(R::Whole({R::Request(), R::Answer(), intent}), "than its hash names", "해시");
  intent = R::Intent(R::LookUp());  // nobody has to approve it
  intent.body["arguments"]["query"] = "월급";
  ExpectFault(R::Whole({intent, R::Outcome("s1")}), "than its hash names", "해시");
}

TEST_F(RunStoryTest, APlanOfAnotherRequestOrTimeIsFound) {
  for (const char* member : {"request", "now"}) {
    std::vector<Said> events = R::Honest();
    events[1].body[member] = "2026-11-25T10:00:00+09:00";
    ExpectFault(events, "record 1 (r1): the plan was made from another request", "다른 것으로");
    events[1].body.erase(member);
    ExpectFault(events, "record 1 (r1): the plan was made from another request", "다른 것으로");
  }
}

TEST_F(RunStoryTest, AnAnswerByAnotherThanItsContentNamesIsFound) {
  for (const size_t at : {size_t{0}, size_t{6}}) {  // run.created, approval.decided
    std::vector<AuditRecord> records;
    for (const auto& entry : run_.Export(R::Honest()).entries) records.push_back(entry.record);
    records[at].actor = "maru";
    const Verification found = Verify(run_.Export(records), "");
    EXPECT_FALSE(found.ok);
    EXPECT_EQ(found.first_bad, static_cast<int64_t>(at)) << found.reason_en;
    EXPECT_THAT(found.reason_en, HasSubstr("it is by 'maru'"));
  }
}

TEST_F(RunStoryTest, ARecordDatedBeforeTheOneItFollowsIsFound) {
  std::vector<AuditRecord> honest;
  for (const auto& entry : run_.Export(R::Honest()).entries) honest.push_back(entry.record);
  for (size_t i = 1; i < honest.size(); ++i) {
    for (const char* time : {"2026-11-24T09:59:59+09:00", "2026-11-24T10:00:00+10:00", "", "x"}) {
      std::vector<AuditRecord> records = honest;
      records[i].time = time;
      const Verification found = Verify(run_.Export(records), "");
      EXPECT_FALSE(found.ok) << i << " " << time;
      EXPECT_EQ(found.first_bad, static_cast<int64_t>(i)) << found.reason_en;
    }
  }
  honest.back().time = "2026-11-24T01:00:01Z";  // the second after, elsewhere
  EXPECT_TRUE(Verify(run_.Export(honest), "").ok);
}

TEST_F(RunStoryTest, AFailureIsNotCalledASuccess) {
  Said failed = R::Outcome("s1");
  failed.body["ok"] = false;
  ExpectFault(R::Whole({R::Intent(R::LookUp()), failed}), "failed, yet the run is called completed",
              "실패했는데");
  ExpectFault(R::Whole({R::Intent(R::LookUp())}), "has no outcome, yet", "결과가 없는데");
  const Said answer = {"answer.released", {{"text", "찾았습니다"}}};
  ExpectFault(R::Whole({R::Intent(R::LookUp()), failed, answer}), "although every call failed",
              "모든 호출이 실패");
  std::vector<Said> told = R::Whole({R::Intent(R::LookUp()), failed});
  told.back().body["state"] = "failed";
  EXPECT_TRUE(Check(told).ok) << Check(told).reason_en;
}

TEST_F(RunStoryTest, AnAnswerWhetherAnEffectHappenedIsNoApproval) {
  Said question = R::Request();
  question.body["shown"]["question"] = "in_doubt";
  ExpectFault(R::Whole({question, R::Answer(), R::Intent(R::Ticket())}), "without the approval",
              "승인");
  EXPECT_TRUE(Check(R::Whole({question, R::Answer()})).ok);
}

TEST_F(RunStoryTest, ACallIsRepeatedOnAPersonsWordOnlyEachWordOnce) {
  Said question = R::Request();
  question.body["approval_id"] = "asked";
  question.body["step"] = "s1";
  question.body["shown"]["question"] = "in_doubt";
  Said word = R::Answer();
  word.body.update({{"approval_id", "asked"}, {"approved", false}, {"once_more", true}});
  const Said repeated = {"effect.repeated", {{"step", "s1"}, {"approval_id", "asked"}}};
  const Said begun = R::Intent(R::LookUp()), done = R::Outcome("s1");
  const auto told = R::Whole({begun, question, word, repeated, done});
  EXPECT_TRUE(Check(told).ok) << Check(told).reason_en;
  const char* const without_english = "without anybody's word";
  const char* const without_korean = "확인 없이 다시";
  ExpectFault(R::Whole({begun, question, word, repeated, repeated, done}), without_english,
              without_korean);
  ExpectFault(R::Whole({begun, question, repeated, done}), without_english, without_korean);
  word.body["once_more"] = false;
  ExpectFault(R::Whole({begun, question, word, repeated, done}), without_english, without_korean);
  ExpectFault(R::Whole({question, repeated}), "was not under way", "진행 중이 아닌데");
}

TEST_F(RunStoryTest, AnApprovalShownForAnotherPlanIsFound) {
  CallBinding other = R::Ticket();
  other.plan_hash = "another";
  ExpectFault(R::Whole({R::Request(other)}), "part of another plan", "다른 계획");
}

TEST_F(RunStoryTest, AnApprovalShownWithAnotherRequestOrToolIsFound) {
  Said asked = R::Request();
  asked.body["shown"]["request"] = R::kText;
  asked.body["shown"]["tool"] = "ticket.create";
  EXPECT_TRUE(Check(R::Whole({asked})).ok) << Check(R::Whole({asked})).reason_en;
  asked.body["shown"]["request"] = "에어컨을 달아줘";
  ExpectFault(R::Whole({asked}), "another request than the run's", "다른 요청으로");
  asked.body["shown"]["request"] = R::kText;
  asked.body["shown"]["tool"] = "mail.send";
  ExpectFault(R::Whole({asked}), "is not in the plan", "계획에 없습니다");
}

TEST_F(RunStoryTest, TwoApprovalsAreOfTwoPeople) {
  const auto with = [](const std::vector<Said>& answers) {
    std::vector<Said> events = R::Begin(Kind::kApproveTwo);
    events.push_back(R::Request(R::Ticket(), "approve_two"));
    events.insert(events.end(), answers.begin(), answers.end());
    events.push_back(R::Intent(R::Ticket()));
    return events;
  };
  EXPECT_TRUE(Check(with({R::Answer("seo.head"), R::Answer("jung.shift")})).ok);
  ExpectFault(with({R::Answer("seo.head")}), "without the approval", "승인");
  ExpectFault(with({R::Answer("seo.head"), R::Answer("seo.head")}), "a second answer of 'seo.head'",
              "답변이 또 있습니다");
  ExpectFault(with({R::Answer("seo.head"), R::Answer("han.clerk")}), "without the approval",
              "승인");
}

TEST_F(RunStoryTest, AConditionIsConfirmedByTheRequesterAlone) {
  const auto with = [](const std::string& who) {
    std::vector<Said> events = R::Begin(Kind::kConfirm);
    events.insert(events.end(), {R::Request(), R::Answer(who), R::Intent(R::Ticket())});
    return events;
  };
  EXPECT_TRUE(Check(with("han.clerk")).ok);
  ExpectFault(with("seo.head"), "without the approval", "승인");
}

TEST_F(RunStoryTest, ACallThatIsNotInTheCheckedPlanIsFound) {
  ExpectFault(R::Whole({R::Intent(R::Call("s3", "law.search", Json::object()))}),
              "is not in the plan", "계획에 없습니다");
  ExpectFault(R::Whole({R::Intent(R::Call("s1", "mail.send", Json::object()))}),
              "is not in the plan", "계획에 없습니다");
  std::vector<Said> unchecked = R::Begin();
  unchecked.pop_back();
  unchecked.push_back(R::Intent(R::LookUp()));
  ExpectFault(unchecked, "before the plan was checked", "점검되기 전에");
}

TEST_F(RunStoryTest, ACallOfADeniedPlanIsFound) {
  std::vector<Said> events = R::Begin();
  events[2].body["permitted"] = false;
  events.push_back(R::Intent(R::LookUp()));
  ExpectFault(events, "although the plan was denied", "불허된 계획");
}

TEST_F(RunStoryTest, ACallIsBegunOnceAndSettledOnce) {
  ExpectFault(R::Whole({R::Outcome("s1")}), "was never begun", "결과만 있습니다");
  ExpectFault(R::Whole({R::Intent(R::LookUp()), R::Intent(R::LookUp())}), "begun twice",
              "두 번 시작");
  ExpectFault(R::Whole({R::Intent(R::LookUp()), R::Outcome("s1"), R::Outcome("s1")}),
              "two outcomes", "결과가 둘");
}

TEST_F(RunStoryTest, AReplyMakesTheFormerPlanVoid) {
  const Said reply = {"run.replied", {{"text", "의료법"}}};
  ExpectFault(R::Whole({reply, R::Intent(R::LookUp())}), "is not in the plan", "계획에 없습니다");
  const Said plan = R::Planned(std::string(R::kText) + "\n의료법"),
             checked = {"plan.checked", R::Decision()};
  EXPECT_TRUE(Check(R::Whole({R::Intent(R::LookUp()), R::Outcome("s1"), reply, plan, checked,
                              R::Intent(R::LookUp()), R::Outcome("s1")}))
                  .ok);
  ExpectFault(R::Whole({reply, R::Planned(R::kText)}), "from another request", "다른 것으로");
}

TEST_F(RunStoryTest, TheRunBeginsOnceAndNothingFollowsItsEnd) {
  std::vector<Said> events = R::Honest();
  events.erase(events.begin());
  ExpectFault(events, "first event is missing", "첫 사건");
  ExpectFault(R::Whole({R::Begin()[0]}), "begins twice", "두 번 시작");
  events = R::Honest();
  events.push_back(R::Outcome("s2"));
  ExpectFault(events, "follows the run's end", "끝난 뒤");
}

TEST_F(RunStoryTest, TheCountOfEventsIsTheOneThatTheRunGives) {
  for (const Json& count :
       {Json(3), Json(100), Json(-1), Json(1e300), Json(UINT64_MAX), Json("11"), Json()}) {
    std::vector<Said> events = R::Honest();
    events.back().body["events"] = count;
    EXPECT_FALSE(Check(events).ok) << count;
  }
  std::vector<Said> dropped = R::Honest();  // before it was sealed, by whoever writes the log
  dropped.erase(dropped.end() - 2);
  ExpectFault(dropped, "it has 11 events, the file holds 10", "11건");
}

TEST_F(RunStoryTest, ARecordHoldsAnEventAndNothingElse) {
  std::vector<AuditRecord> records;
  for (const auto& entry : run_.Export(R::Honest()).entries) records.push_back(entry.record);
  records[3].payload["more"] = 1;
  Seal(records[3], std::string(32, 'x'));
  const Verification found = Verify(run_.Export(records), "");
  EXPECT_EQ(found.first_bad, 3);
  EXPECT_THAT(found.reason_en, HasSubstr("other members than an event's"));
}

TEST_F(RunStoryTest, AnAnswerWhoseSealWasBrokenCountsForNothing) {
  const Said broken = {"approval.seal_broken",
                       {{"approval_id", "a1"}, {"step", "s2"}, {"approver", "seo.head"}}};
  ExpectFault(R::Whole({R::Request(), R::Answer(), broken, R::Intent(R::Ticket())}),
              "the refusal or the call is not marud's", "marud의 기록이 아닙니다");
  ExpectFault(R::Whole({broken}), "nobody had been asked", "요청한 적이 없는");
  ExpectFault(R::Whole({R::Request(), R::Answer(), broken, R::Answer()}), "nobody had been asked",
              "요청한 적이 없는");
  Said anew = R::Request(), answer = R::Answer();
  anew.body["approval_id"] = answer.body["approval_id"] = "a2";
  const Verification found = Check(R::Whole(
      {R::Request(), R::Answer(), broken, anew, answer, R::Intent(R::Ticket()), R::Outcome("s2")}));
  EXPECT_TRUE(found.ok) << found.reason_en;
}

TEST_F(RunStoryTest, ANoBindsItsCallUnderWhateverIdItIsAskedForAgain) {
  Said anew = R::Request(), yes = R::Answer("jung.shift");
  anew.body["approval_id"] = yes.body["approval_id"] = "a2";
  const Said no = R::Answer("seo.head", false), begun = R::Intent(R::Ticket());
  ExpectFault(R::Whole({R::Request(), no, anew, yes, begun}), "somebody had said no to this call",
              "거절된 호출인데");
  ExpectFault(R::Whole({R::Request(), anew, yes, no, begun}), "somebody had said no to this call",
              "거절된 호출인데");
}

TEST_F(RunStoryTest, NobodyAnswersWhatIsSettled) {
  for (const bool first : {true, false}) {
    for (const bool second : {true, false}) {
      ExpectFault(
          R::Whole({R::Request(), R::Answer("jung.shift", first), R::Answer("seo.head", second)}),
          "that was settled before", "이미 정해진 승인");
    }
  }
}

TEST_F(RunStoryTest, NothingIsBegunAfterItWasSkippedOrTheRunCanceled) {
  const Said skipped = {"step.skipped", {{"step", "s1"}, {"reason", "rejected"}}};
  const Said canceled = {"run.cancel_requested", Json::object()};
  const Said begun = R::Intent(R::LookUp()), done = R::Outcome("s1");
  ExpectFault(R::Whole({skipped, begun, done}), "after it was skipped", "건너뛴 뒤에");
  ExpectFault(R::Whole({canceled, begun, done}), "after the run was canceled", "취소된 뒤에");
  EXPECT_TRUE(Check(R::Whole({begun, canceled, done})).ok) << "it was under way";
}

TEST_F(RunStoryTest, AnApprovalIsAskedForOnceUnderItsId) {
  ExpectFault(R::Whole({R::Request(), R::Answer(), R::Request()}), "under the id of another",
              "다른 승인의 번호로");
}

TEST_F(RunStoryTest, ACallIsTakenUpAgainOnlyWhileItIsUnderWayAndAsPolicySays) {
  const auto resumed = [](bool permitted) {
    Said said = R::Intent(R::LookUp());
    said.type = "effect.resumed";
    said.body["permitted"] = permitted;
    if (!permitted) said.body["rules"] = Json::array({{{"id", "access.tool"}}});
    return said;
  };
  Said repeated = R::Outcome("s1");
  repeated.body["settled_by"] = "repeat";
  const Said intent = R::Intent(R::LookUp());
  EXPECT_TRUE(Check(R::Whole({intent, resumed(true), repeated})).ok);
  EXPECT_TRUE(Check(R::Whole({intent, resumed(false), resumed(true), repeated})).ok);
  ExpectFault(R::Whole({resumed(true)}), "was not under way", "진행 중이 아니었는데");
  ExpectFault(R::Whole({intent, repeated, resumed(true)}), "was not under way",
              "진행 중이 아니었는데");
  ExpectFault(R::Whole({intent, resumed(false), repeated}), "although policy denied it",
              "불허되었는데");
  Said found = R::Outcome("s1");
  found.body["settled_by"] = "reconcile";  // it had happened before
  EXPECT_TRUE(Check(R::Whole({intent, resumed(false), found})).ok);
  Said other = resumed(true);
  other.body["arguments"]["query"] = "월급";
  ExpectFault(R::Whole({intent, other}), "than its hash names", "해시");
}

TEST_F(RunStoryTest, BodiesOfAnyShapeDoNoHarm) {
  for (const Said& event : R::Honest()) {
    for (const Json& body :
         {Json(), Json(7), Json("x"), Json::array({1, Json::array()}), Json::object()}) {
      std::vector<Said> events = R::Honest();
      for (Said& other : events) {
        if (other.type == event.type) other.body = body;
      }
      Check(events);
    }
  }
}

}  // namespace
}  // namespace policies
