#include "agents/redecide.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <functional>

#include "agents/planner.h"
#include "policies/policy_files.h"
#include "tests/unit/agents/running/decided_call.h"

namespace agents {
namespace {

using base::Json;
using testing::HasSubstr;

class RedecideTest : public testing::Test {
 protected:
  // What comes out for the last of `records`, those before it folded.
  absl::Status Last(const std::vector<DecidedCall::Record>& records) {
    agents::Run run;
    run.id = "run1";
    for (size_t i = 0; i + 1 < records.size(); ++i) {
      const absl::Status status =
          Apply({i, "2026-11-24T10:00:00+09:00", "maru", records[i].type, records[i].body}, run);
      EXPECT_TRUE(status.ok()) << records[i].type << ": " << status;
    }
    return Redecide(*authorizer_, run, records.back().type, records.back().body);
  }
  absl::Status Plan(const Json& body) {
    return Last({call_.Created(), call_.Planned(), {"plan.checked", body}});
  }
  absl::Status Begun(const Json& body) {
    auto records = call_.Whole();
    records.back().body = body;
    return Last(records);
  }

  const std::unique_ptr<policies::Authorizer> authorizer_ = *policies::MakeCedarAuthorizer("");
  DecidedCall call_{*authorizer_};
};

TEST_F(RedecideTest, TheSameFactsGiveTheSameDecision) {
  EXPECT_TRUE(Plan(call_.Checked().body).ok()) << Plan(call_.Checked().body);
  EXPECT_TRUE(Last(call_.Whole()).ok()) << Last(call_.Whole());
  EXPECT_TRUE(Last({call_.Created()}).ok()) << "it decides nothing";
}

// What rules say in a later version of Maru is not what they decide.
TEST_F(RedecideTest, ADecisionThatWasToldInOtherWordsIsTheSameDecision) {
  const auto in_other_words = [](Json rules) {
    for (Json& rule : rules)
      rule.update({{"reason_ko", "예전 말"}, {"lift_ko", "예전처럼 하세요"}});
    return rules;
  };
  Json body = call_.Checked().body;
  body["steps"][0]["rules"] = in_other_words(body["steps"][0]["rules"]);
  EXPECT_TRUE(Plan(body).ok()) << Plan(body);
  call_.requester.tools.clear();
  body = call_.Checked().body;
  ASSERT_EQ(body["permitted"], false);
  body["steps"][0]["rules"] = in_other_words(body["steps"][0]["rules"]);
  EXPECT_TRUE(Plan(body).ok()) << Plan(body);
}

TEST_F(RedecideTest, ADenialOfAPlanComesOutAgain) {
  call_.requester.tools.clear();
  ASSERT_FALSE(call_.Decision().permitted);
  EXPECT_TRUE(Plan(call_.Checked().body).ok()) << Plan(call_.Checked().body);
  DecidedCall alone(*authorizer_);
  alone.people = {alone.requester};
  ASSERT_EQ(alone.Decision().steps[0].rules[0].id, "approval.no_eligible_person");
  EXPECT_TRUE(Plan(alone.Checked().body).ok()) << Plan(alone.Checked().body);
}

TEST_F(RedecideTest, FindsAPlanThatWasDecidedOtherwiseThanItsFactsSay) {
  const Json honest = call_.Checked().body;
  const std::vector<std::function<void(Json&)>> lies = {
      [](Json& body) { body["facts"]["principal"]["tools"] = Json::array(); },
      [](Json& body) { body["facts"]["principal"]["purposes"] = Json::array(); },
      [](Json& body) { body["facts"]["principal"]["clearance"]["n2sf"] = "O"; },
      [](Json& body) { body["facts"]["principal"]["id"] = "seo.head"; },
      [](Json& body) { body["facts"]["steps"][0]["approval_line"] = "none"; },
      [](Json& body) { body["facts"]["steps"][0]["output"]["n2sf"] = "O"; },
      [](Json& body) { body["facts"]["steps"] = Json::array(); },
      [](Json& body) { body["facts"]["eligible"] = Json::array(); },
      [](Json& body) { body["facts"].erase("principal"); },
      [](Json& body) { body["steps"][0]["obligations"] = Json::array(); },
      [](Json& body) { body["steps"][0]["rules"][0]["id"] = "another"; },
      [](Json& body) { body["purpose"] = "legal_review"; }};
  for (size_t i = 0; i < lies.size(); ++i) {
    Json body = honest;
    lies[i](body);
    const absl::Status status = Plan(body);
    EXPECT_FALSE(status.ok()) << i;
    EXPECT_FALSE(absl::IsFailedPrecondition(status)) << i << " " << status;
  }
  Json body = honest;
  lies[0](body);
  EXPECT_THAT(std::string(Plan(body).message()), HasSubstr("'forbid [access.tool]'"));
}

TEST_F(RedecideTest, FindsACallThatWasBegunOtherwiseThanItsFactsSay) {
  const Json honest = call_.Begun().body;
  const std::vector<std::function<void(Json&)>> lies = {
      [](Json& body) { body["facts"]["approvers"] = Json::array(); },
      [](Json& body) { body["facts"]["approvers"][0]["roles"] = {"clerk"}; },
      [](Json& body) { body["facts"]["principal"]["clearance"]["n2sf"] = "O"; },
      [](Json& body) { body["facts"]["step"]["related"] = false; },
      [](Json& body) { body["facts"]["step"]["input"]["n2sf"] = "C"; },
      [](Json& body) { body["arguments"]["title"] = "에어컨"; }};
  for (size_t i = 0; i < lies.size(); ++i) {
    Json body = honest;
    lies[i](body);
    EXPECT_FALSE(Begun(body).ok()) << i;
    EXPECT_FALSE(absl::IsFailedPrecondition(Begun(body))) << i << " " << Begun(body);
  }
  auto unanswered = call_.Whole();
  unanswered.erase(unanswered.begin() + 4);
  EXPECT_TRUE(absl::IsDataLoss(Last(unanswered))) << "it was begun before the approval";
  call_.approver = call_.requester;
  EXPECT_TRUE(absl::IsDataLoss(Last(call_.Whole()))) << "the requester approves nothing";
}

TEST_F(RedecideTest, ADenialOfACallComesOutAgain) {
  const std::vector<DecidedCall::Record> before = {call_.Created(), call_.Planned(),
                                                   call_.Checked()};
  call_.requester.clearance.n2sf = policies::N2sf::kO;
  auto records = before;
  records.push_back(call_.Denied("access.clearance"));
  EXPECT_TRUE(Last(records).ok()) << Last(records);
  records.back() = call_.Denied("access.tool");
  EXPECT_TRUE(absl::IsDataLoss(Last(records)));
  records.back().body["rules"] = Json::array();  // policy could not decide: no decision was made
  records.back().body.erase("facts");
  EXPECT_TRUE(Last(records).ok());
}

TEST_F(RedecideTest, ACallTakenUpAfterACrashIsDecidedAgainFromItsOwnFacts) {
  auto records = call_.Whole();
  records.push_back(call_.Resumed());
  EXPECT_TRUE(Last(records).ok()) << Last(records);
  records.back() = call_.Resumed("access.clearance");
  EXPECT_TRUE(absl::IsDataLoss(Last(records))) << "policy permits it";
  call_.requester.clearance.n2sf = policies::N2sf::kO;  // meanwhile
  records.back() = call_.Resumed("access.clearance");
  EXPECT_TRUE(Last(records).ok()) << Last(records);
  records.back() = call_.Resumed("access.tool");
  EXPECT_TRUE(absl::IsDataLoss(Last(records))) << "another rule denies it";
  records.back() = call_.Resumed();
  EXPECT_TRUE(absl::IsDataLoss(Last(records))) << "policy denies it";
  records.back().body["permitted"] = false;
  EXPECT_TRUE(absl::IsDataLoss(Last(records))) << "no rule is named";
  records.back().body.erase("facts");
  EXPECT_TRUE(absl::IsFailedPrecondition(Last(records)));
}

TEST_F(RedecideTest, ACallTakenUpWithoutItsApprovalsSaysWhichItLacks) {
  auto records = call_.Whole();
  auto resumed = call_.Resumed();
  resumed.body["facts"]["approvers"] = Json::array();  // the approver is no longer active
  const policies::StepDecision decision = call_.Decision().steps[0];
  resumed.body.update(SaidJson(&decision));
  records.push_back(resumed);
  EXPECT_TRUE(Last(records).ok()) << Last(records);
  records.back().body["obligations"] = Json::array();
  EXPECT_TRUE(absl::IsDataLoss(Last(records)));
  records.back() = resumed;
  records.push_back(call_.DeniedLate("approval.one"));
  EXPECT_TRUE(Last(records).ok()) << Last(records);
}

TEST_F(RedecideTest, ADenialAtTheLastMomentComesOutAgainFromWhatItsCallWasTakenUpWith) {
  auto records = call_.Whole();
  records.push_back(call_.DeniedLate("access.clearance"));
  EXPECT_TRUE(absl::IsFailedPrecondition(Last(records))) << "an older Maru did not say from what";
  records[1].body["evidence"]["rules"] = kPlannerRules;
  EXPECT_TRUE(absl::IsDataLoss(Last(records))) << "it was begun with a permit";
  call_.requester.clearance.n2sf = policies::N2sf::kO;
  records.insert(records.end() - 1, call_.Resumed("access.clearance"));
  EXPECT_TRUE(Last(records).ok()) << Last(records);
  records.back() = call_.DeniedLate("access.tool");
  EXPECT_TRUE(absl::IsDataLoss(Last(records)));
  records.back().body["error"]["rules"] = Json::array();
  EXPECT_TRUE(Last(records).ok()) << "policy could not decide: no decision was made";
}

TEST_F(RedecideTest, WhatIsOlderOrByOtherRulesIsNotComparable) {
  Json body = call_.Checked().body;
  body.erase("facts");
  EXPECT_TRUE(absl::IsFailedPrecondition(Plan(body)));
  EXPECT_THAT(std::string(Plan(body).message()), HasSubstr("facts not recorded"));
  body = call_.Checked().body;
  body["policy_version"] = "another";
  EXPECT_TRUE(absl::IsFailedPrecondition(Plan(body)));
  EXPECT_THAT(std::string(Plan(body).message()), HasSubstr("sealed policy version another, here"));
}

TEST_F(RedecideTest, OfThoseWhoCouldApproveOnlyWhatCountsIsTold) {
  call_.people[1].roles = {"dept_head", "auditor"};
  const Json facts = call_.Checked().body["facts"];
  EXPECT_EQ(facts["eligible"],
            Json::parse(R"([{"id":"seo.head","unit":"head_office","roles":["dept_head"],)"
                        R"("clearance":{"n2sf":"S","mil":"none"}}])"));
  EXPECT_EQ(facts["principal"]["tools"], Json({"ticket.create", "doc.search"}));
  EXPECT_EQ(call_.Answered().body["standing"]["clearance"]["n2sf"], "S");
}

}  // namespace
}  // namespace agents
