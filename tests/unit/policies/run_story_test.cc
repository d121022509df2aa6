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
    for (const char* name : {"approval.one", "law.search", "ticket.create", "mail.send"})
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
              english, korean);
  ExpectFault(R::Whole({R::Answer(), R::Intent(R::Ticket())}), english, korean);
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
  ExpectFault(R::Whole({R::Request(), R::Answer(), intent}), "without the approval", "승인");
}

TEST_F(RunStoryTest, AnApprovalShownForAnotherPlanIsFound) {
  CallBinding other = R::Ticket();
  other.plan_hash = "another";
  ExpectFault(R::Whole({R::Request(other)}), "part of another plan", "다른 계획");
}

TEST_F(RunStoryTest, TwoApprovalsAreOfTwoPeople) {
  const auto with = [](const std::vector<Said>& answers) {
    std::vector<Said> events = R::Begin(Kind::kApproveTwo);
    events.push_back(R::Request());
    events.insert(events.end(), answers.begin(), answers.end());
    events.push_back(R::Intent(R::Ticket()));
    return events;
  };
  EXPECT_TRUE(Check(with({R::Answer("seo.head"), R::Answer("jung.shift")})).ok);
  ExpectFault(with({R::Answer("seo.head")}), "without the approval", "승인");
  ExpectFault(with({R::Answer("seo.head"), R::Answer("seo.head")}), "without the approval", "승인");
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
  const Said plan = {"plan.made", {{"plan", R::Plan()}}}, checked = {"plan.checked", R::Decision()};
  EXPECT_TRUE(Check(R::Whole({R::Intent(R::LookUp()), R::Outcome("s1"), reply, plan, checked,
                              R::Intent(R::LookUp())}))
                  .ok);
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
