// Policies as they were sealed: what maru's own rules must say today does not keep theirs from
// deciding once more.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <fstream>

#include "agents/planner.h"
#include "policies/approval_rules.h"
#include "tests/unit/deploy/cli/evidence_run.h"

namespace deploy::cli {
namespace {

using policies::PolicyFiles;
using policies::RuleTexts;
using testing::HasSubstr;

// As policies were before a forbid had to say what lifts it.
PolicyFiles WithoutLifts() {
  PolicyFiles files = *policies::ReadPolicyFiles("");
  constexpr std::string_view kEnd = "\")";
  for (policies::PolicyFile& file : files.files) {
    for (size_t at = 0; (at = file.text.find("@lift_")) != std::string::npos;)
      file.text.erase(at, file.text.find(kEnd, at) + kEnd.size() - at);
  }
  return files;
}

TEST_F(EvidenceTest, RulesThatWereSealedWithoutWhatLiftsThemDecideAgain) {
  const PolicyFiles files = WithoutLifts();
  ASSERT_FALSE(policies::MakeCedarAuthorizer(files).ok()) << "marud would not start with them";
  const auto authorizer = *policies::MakeCedarAuthorizer(files, RuleTexts::kAsSealed);
  auto bundle = Export(Sealed(agents::DecidedCall(*authorizer)));
  bundle.policies = {files};
  EXPECT_EQ(Decided(bundle).outcome, Outcome::kHolds) << Decided(bundle).english;
  EXPECT_THAT(Decided(bundle).english, HasSubstr("2 evaluated again"));
  std::ofstream(directory_ + "/maru.cedarschema") << files.schema;
  for (const policies::PolicyFile& file : files.files)
    std::ofstream(directory_ + "/" + file.name) << file.text;
  bundle.policies.clear();
  EXPECT_EQ(Decided(bundle, directory_).outcome, Outcome::kHolds) << "given by --policies";
}

// As policies were when they spoke in another tone; a wording is part of the version.
TEST_F(EvidenceTest, RulesThatWereSealedInOtherWordsDecideAgain) {
  PolicyFiles files = *policies::ReadPolicyFiles("");
  const std::string today = files.Version();
  for (policies::PolicyFile& file : files.files)
    file.text = base::ReplaceAll(file.text, "십시오\")", "세요\")");
  ASSERT_NE(files.Version(), today);
  const auto authorizer = *policies::MakeCedarAuthorizer(files);
  auto bundle = Export(Sealed(agents::DecidedCall(*authorizer)));
  bundle.policies = {files};
  EXPECT_EQ(Decided(bundle).outcome, Outcome::kHolds) << Decided(bundle).english;
  EXPECT_THAT(Decided(bundle).english, HasSubstr("2 evaluated again"));
}

TEST_F(EvidenceTest, WhatTheyDecidedOtherwiseIsFoundAllTheSame) {
  const PolicyFiles files = WithoutLifts();
  const auto authorizer = *policies::MakeCedarAuthorizer(files, RuleTexts::kAsSealed);
  std::vector<Said> events = Sealed(agents::DecidedCall(*authorizer));
  events[5].body["facts"]["approvers"] = Json::array();
  auto bundle = Export(events);
  bundle.policies = {files};
  EXPECT_EQ(Decided(bundle).outcome, Outcome::kFails);
  EXPECT_EQ(Decided(bundle).record, 5);
}

// Policies of an organisation that let one person do what the catalogue lets two do.
PolicyFiles WithoutApprovals() {
  PolicyFiles files = *policies::ReadPolicyFiles("");
  std::erase_if(files.files,
                [](const policies::PolicyFile& file) { return file.name == "approval.cedar"; });
  return files;
}

class EvidenceOfOlderRulesTest : public EvidenceTest {
 protected:
  // A ticket for which nobody was asked.
  std::vector<Said> Unapproved() const {
    std::vector<Said> events;
    for (const auto& record : {call_.Created(), call_.Planned(), call_.Checked(), call_.Begun()})
      events.push_back({record.type, record.body});
    events.push_back(Done().back());
    return events;
  }
  Finding Found(const std::vector<Said>& events) {
    auto bundle = Export(events);
    bundle.policies = {files_};
    return Decided(bundle);
  }

  const PolicyFiles files_ = WithoutApprovals();
  const std::unique_ptr<policies::Authorizer> older_ = *policies::MakeRulesAloneAuthorizer(files_);
  const agents::DecidedCall call_{*older_};
};

TEST_F(EvidenceOfOlderRulesTest, WhatTheirPoliciesDidNotDemandOlderMaruDidNotAskFor) {
  const Finding found = Found(Unapproved());
  EXPECT_EQ(found.outcome, Outcome::kHolds) << found.english;
  EXPECT_THAT(found.english, HasSubstr("; 2 as the older maru decided"));
  EXPECT_THAT(found.korean, HasSubstr("그중 2건은"));
}

TEST_F(EvidenceOfOlderRulesTest, ANewerMaruAsksForIt) {
  std::vector<Said> events = Unapproved();
  events[1].body["evidence"]["rules"] = agents::kPlannerRules;
  EXPECT_EQ(Found(events).outcome, Outcome::kFails);
  EXPECT_EQ(Found(events).record, 2);
  EXPECT_THAT(Found(events).english, HasSubstr("approve_one(dept_head)"));
}

TEST_F(EvidenceOfOlderRulesTest, SoDoesOneThatTakesARunOverFromAnOlderOne) {
  std::vector<Said> events = Unapproved();
  const Json obligation = policies::ToJson(policies::Obligation{
      policies::Obligation::Kind::kApproveOne, {"dept_head"}, "", "approval.tool"});
  const std::vector<Said> sealed = {
      {"approval.requested",
       {{"approval_id", "a1"}, {"step", "s1"}, {"obligation", obligation}, {"call_hash", "h"}}},
      {"approval.decided",
       {{"approval_id", "a1"}, {"approver", "seo.head"}, {"approved", true}, {"seal", "0"}}}};
  events.insert(events.begin() + 3, sealed.begin(), sealed.end());
  EXPECT_EQ(Found(events).outcome, Outcome::kFails);
  EXPECT_EQ(Found(events).record, 5);
  events.insert(events.begin() + 5, {"approval.seal_broken", {{"approval_id", "a1"}}});
  EXPECT_EQ(Found(events).outcome, Outcome::kFails) << "a newer one refused it";
  EXPECT_EQ(Found(events).record, 6);
}

// It may ask for what this maru does not know.
TEST_F(EvidenceTest, ARuleWithAnUnknownAnnotationIsNotDecidedAgain) {
  PolicyFiles files = *policies::ReadPolicyFiles("");
  files.files[0].text = base::ReplaceAll(files.files[0].text, "@reason_ko(", "@reason_kr(");
  EXPECT_FALSE(policies::MakeCedarAuthorizer(files, RuleTexts::kAsSealed).ok());
  const auto authorizer = *policies::MakeCedarAuthorizer("");
  std::vector<Said> events = Sealed(agents::DecidedCall(*authorizer));
  events[2].body["policy_version"] = files.Version();
  auto bundle = Export(events);
  bundle.policies = {files};
  EXPECT_EQ(Decided(bundle).outcome, Outcome::kNotChecked);
  EXPECT_THAT(Decided(bundle).english,
              testing::ContainsRegex("cannot load policy version [0-9a-f]+: access.cedar:[0-9]+: "
                                     "rule access[.a-z_]+ has an unknown annotation @reason_kr"));
  EXPECT_THAT(Decided(bundle).korean, HasSubstr("알 수 없는 주석 @reason_kr"));
}

}  // namespace
}  // namespace deploy::cli
