// Policies as they were sealed: what maru's own rules must say today does not keep theirs from
// deciding once more.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <fstream>

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
  EXPECT_THAT(Decided(bundle).english, HasSubstr("unknown annotation @reason_kr"));
  EXPECT_THAT(Decided(bundle).korean, HasSubstr("알 수 없는 주석 @reason_kr"));
}

}  // namespace
}  // namespace deploy::cli
