// The engine settles beforehand what a person and a tool settle of the rules, and evaluates only
// the rest for a call. Here it is held to what Cedar's own authorizer says over every rule: the
// same verdict, the same deciding rules, and an error where that has one.
#include <gtest/gtest.h>

#include "model_core/base/strings.h"
#include "policies/cedar_cases.h"
#include "policies/cedar_engine.h"
#include "tests/unit/policies/random_rules.h"

namespace policies {
namespace {

using base::StrCat;

// What the calls came to, so that a comparison of nothing but denials is noticed.
struct Tally {
  int denied = 0, denied_by_rule = 0, permitted = 0, curable = 0, errored = 0;
};

void ExpectAgreement(const CedarEngine& engine, const Principal& person, const std::string& purpose,
                     const StepFacts& step, const std::string& place, Tally& tally) {
  const auto quick = engine.Decide(person, purpose, step);
  const auto whole = engine.Decide(person, purpose, step, /*whole=*/true);
  ASSERT_EQ(quick.status().code(), whole.status().code())
      << place << ": " << quick.status() << " / " << whole.status();
  if (!whole.ok()) {
    ASSERT_TRUE(absl::IsInternal(whole.status())) << place << ": " << whole.status();
    ++tally.errored;
    return;
  }
  EXPECT_EQ(quick->permitted, whole->permitted) << place;
  EXPECT_EQ(quick->deciding, whole->deciding) << place;
  ++(whole->permitted ? tally.permitted : tally.denied);
  if (!whole->permitted && !whole->deciding.empty()) ++tally.denied_by_rule;
  for (const LoadedRule* rule : whole->deciding) tally.curable += rule->cure ? 1 : 0;
}

TEST(CedarAgreement, OverTheCasesOfTheBuiltInRules) {
  const auto files = ReadPolicyFiles("");
  const auto engine = CedarEngine::Load(*files);
  ASSERT_TRUE(engine.ok()) << engine.status();
  Tally tally;
  for (const PolicyFile& file : files->cases) {
    const auto cases = ReadPolicyCases(file);
    ASSERT_TRUE(cases.ok()) << cases.status();
    for (const PolicyCase& given : *cases) {
      ExpectAgreement(**engine, given.plan.principal, given.plan.purpose, given.plan.steps[0],
                      given.place, tally);
    }
  }
  EXPECT_GE(tally.permitted + tally.denied, 60);
  EXPECT_EQ(tally.errored, 0);
}

absl::StatusOr<std::unique_ptr<CedarEngine>> Load(const std::string& text) {
  return CedarEngine::Load({ReadPolicyFiles("")->schema, {{"random.cedar", text}}});
}

// One that validation lets pass: not every rule can apply.
std::string RandomRule(Dice& dice, int place) {
  std::string rule = AnyRule(dice, place);
  while (!Load(rule).ok()) rule = AnyRule(dice, place);
  return rule;
}

TEST(CedarAgreement, OverRandomRulesAndCalls) {
  Tally tally;
  for (unsigned seed = 1; seed <= 20; ++seed) {
    Dice dice(seed);
    std::string text;
    for (int place = 0; place < 24; ++place) text += RandomRule(dice, place);
    const auto engine = Load(text);
    ASSERT_TRUE(engine.ok()) << engine.status() << "\n" << text;
    for (int call = 0; call < 100; ++call) {
      const std::string purpose = dice.OneIn(8) ? "" : dice.Name("purpose");
      const Principal person = RandomPerson(dice);
      ExpectAgreement(**engine, person, purpose, RandomStep(dice),
                      StrCat("seed ", seed, ", call ", call), tally);
      if (testing::Test::HasFailure()) FAIL() << text;
    }
  }
  for (const int seen :
       {tally.denied, tally.denied_by_rule, tally.permitted, tally.curable, tally.errored}) {
    EXPECT_GE(seen, 50);
  }
}

}  // namespace
}  // namespace policies
