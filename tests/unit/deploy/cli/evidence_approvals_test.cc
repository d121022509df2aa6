// What people answered, as an auditor finds it: answers that marud refused, and what older Maru did
// not record.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "agents/planner.h"
#include "tests/unit/deploy/cli/evidence_run.h"

namespace deploy::cli {
namespace {

using agents::DecidedCall;
using testing::HasSubstr;

class EvidenceApprovalsTest : public EvidenceTest {
 protected:
  static Said Of(const DecidedCall::Record& record, const std::string& id = "a1") {
    Said said{record.type, record.body};
    said.body["approval_id"] = id;
    return said;
  }
  static Said Broken(const std::string& id = "a1") {
    return {"approval.seal_broken",
            {{"approval_id", id}, {"step", "s1"}, {"approver", "seo.head"}}};
  }
  // Up to the checked plan, `middle`, and the ticket.
  std::vector<Said> Run(const std::vector<Said>& middle) const {
    std::vector<Said> events;
    for (const auto& record : {call_.Created(), call_.Planned(), call_.Checked()})
      events.push_back({record.type, record.body});
    events.insert(events.end(), middle.begin(), middle.end());
    events.push_back({"effect.intent", call_.Begun().body});
    events.push_back(Done().back());
    return events;
  }
  // As this Maru writes it.
  static std::vector<Said> Newer(std::vector<Said> events) {
    for (Said& said : events) {
      if (said.type == "plan.made") said.body["evidence"]["rules"] = agents::kPlannerRules;
      if (said.type == "approval.decided") said.body["seal"] = std::string(64, '0');
    }
    return events;
  }
  void ExpectHolds(const std::vector<Said>& events) {
    const auto bundle = Export(events);
    for (const Finding& found : {CheckLog(bundle, ""), CheckApprovals(bundle), Decided(bundle)})
      EXPECT_EQ(found.outcome, Outcome::kHolds) << found.name << ": " << found.english;
  }

  const std::unique_ptr<policies::Authorizer> authorizer_ = *policies::MakeCedarAuthorizer("");
  DecidedCall call_{*authorizer_};
};

TEST_F(EvidenceApprovalsTest, AnAnswerThatWasRefusedMayHaveSaidAnything) {
  const Said asked = Of(call_.Asked()), anew = Of(call_.Asked(), "a2"),
             answer = Of(call_.Answered(), "a2");
  const std::vector<std::pair<const char*, Json>> lies = {{"approver", "kim.legal"},
                                                          {"call_hash", "another"},
                                                          {"standing", 5},
                                                          {"standing", {{"id", "seo.head"}}},
                                                          {"approved", false}};
  for (const auto& [member, value] : lies) {
    Said forged = Of(call_.Answered());
    forged.body[member] = value;
    ExpectHolds(Newer(Run({asked, forged, Broken(), anew, answer})));
    ExpectHolds(Run({asked, forged, Broken(), forged, Broken(), anew, answer}));
  }
  Said bare = Of(call_.Answered());
  bare.body.erase("standing");
  const auto bundle = Export(Run({asked, bare, Broken(), anew, answer}));
  EXPECT_EQ(CheckApprovals(bundle).english.find("facts not recorded"), std::string::npos);
  EXPECT_THAT(CheckApprovals(bundle).english, HasSubstr("answers were refused: 1"));
}

TEST_F(EvidenceApprovalsTest, OneThatWasNotRefusedMayNot) {
  const Said asked = Of(call_.Asked());
  Said forged = Of(call_.Answered());
  forged.body["call_hash"] = "another";
  EXPECT_EQ(CheckLog(Export(Run({asked, forged})), "").record, 4);
  forged = Of(call_.Answered());
  forged.body["standing"] = 5;
  EXPECT_EQ(CheckApprovals(Export(Run({asked, forged}))).record, 4);
  const Finding late = CheckLog(Export(Run({asked, forged, Broken(), forged})), "");
  EXPECT_EQ(late.record, 6) << "its approval is void";
  EXPECT_THAT(late.english, HasSubstr("nobody had been asked"));
}

TEST_F(EvidenceApprovalsTest, AQuestionThatMarudNeverAskedHoldsOnlyWithItsAnswerRefused) {
  Said forged = Of(call_.Asked(), "forged");
  forged.body["shown"] = Json::object();
  const Said answered = Of(call_.Answered(), "forged");
  const std::vector<Said> honest = {Of(call_.Asked()), Of(call_.Answered())};
  std::vector<Said> middle = {forged, answered, Broken("forged")};
  middle.insert(middle.end(), honest.begin(), honest.end());
  ExpectHolds(Run(middle));
  middle.erase(middle.begin() + 2);
  EXPECT_EQ(CheckLog(Export(Run(middle)), "").record, 3);
  EXPECT_EQ(CheckApprovals(Export(Run(middle))).record, 3);
}

// Marud lost its key between call and outcome: what was answered before is as good as it was.
TEST_F(EvidenceApprovalsTest, WhatACallRestedOnIsLookedAtThoughItWasRefusedLater) {
  std::vector<Said> events = Run({Of(call_.Asked()), Of(call_.Answered())});
  events.insert(events.end() - 1, Broken());
  ExpectHolds(Newer(events));
  call_.approver.roles = {"clerk"};
  events[4] = Of(call_.Answered());
  EXPECT_EQ(CheckApprovals(Export(events)).record, 4);
}

// Clearance was not recorded of all, and looked at of none.
TEST_F(EvidenceApprovalsTest, OfAnOlderRunClearanceIsNotAsked) {
  call_.step.input.n2sf = policies::N2sf::kS;
  call_.approver.clearance.n2sf = policies::N2sf::kO;
  std::vector<Said> older = Run({Of(call_.Asked()), Of(call_.Answered())});
  older[2].body["facts"]["eligible"][0].erase("clearance");
  ExpectHolds(older);
  older[1].body["evidence"]["rules"] = agents::kPlannerRules;
  EXPECT_EQ(Decided(Export(older)).outcome, Outcome::kFails);
  EXPECT_EQ(Decided(Export(older)).record, 2) << "a newer Maru says of everyone";
  EXPECT_THAT(Decided(Export(older)).english, HasSubstr("'clearance' is missing"));
}

TEST_F(EvidenceApprovalsTest, OfANewerRunItIs) {
  const auto run = [&] { return Newer(Run({Of(call_.Asked()), Of(call_.Answered())})); };
  ExpectHolds(run());
  std::vector<Said> events = run();
  events[4].body["standing"].erase("clearance");
  EXPECT_EQ(CheckApprovals(Export(events)).record, 4);
  events = run();
  events[4].body.erase("standing");
  EXPECT_EQ(CheckApprovals(Export(events)).record, 4);
  EXPECT_THAT(CheckApprovals(Export(events)).english, HasSubstr("'seo.head' was, who answered"));
  events = run();
  events[5].body["facts"]["approvers"][0].erase("clearance");
  EXPECT_EQ(Decided(Export(events)).record, 5);
  call_.step.input.n2sf = policies::N2sf::kS;
  call_.approver.clearance.n2sf = policies::N2sf::kO;
  for (const bool sealed : {true, false}) {  // without its seal it is not older
    events = run();
    if (!sealed) events[4].body.erase("seal");
    EXPECT_EQ(CheckApprovals(Export(events)).record, 4);
    EXPECT_EQ(Decided(Export(events)).record, 5);
  }
}

}  // namespace
}  // namespace deploy::cli
