#include "deploy/cli/evidence.h"

#include <gtest/gtest.h>

#include <fstream>

#include "agents/answer.h"
#include "agents/plan_reading.h"
#include "tests/fakes/scripted_planner.h"
#include "tests/unit/deploy/cli/captured.h"
#include "tests/unit/deploy/cli/evidence_run.h"

namespace deploy::cli {
namespace {

TEST_F(EvidenceTest, HoldsForAnApprovedCallThatWasMadeAsApproved) {
  std::vector<Said> events = Begin();
  events.push_back({"approval.requested", Request(Binding("전등"))});
  events.push_back({"approval.decided", Decision()});
  events.push_back({"effect.intent", Intent(Binding("전등"))});
  events.push_back({"effect.outcome", {{"step", "s1"}, {"ok", true}}});
  const auto bundle = Export(events);
  EXPECT_EQ(CheckLog(bundle, "").outcome, Outcome::kHolds) << CheckLog(bundle, "").english;
  EXPECT_EQ(CheckLog(bundle, signer_->verifier_key()).outcome, Outcome::kHolds);
  EXPECT_EQ(CheckApprovals(bundle).outcome, Outcome::kHolds);
}

TEST_F(EvidenceTest, TellsOfAnswersThatMarudNeverTook) {
  std::vector<Said> events = Begin();
  events.push_back({"approval.requested", Request(Binding("전등"))});
  events.push_back({"approval.decided", Decision()});
  events.push_back({"approval.seal_broken", {{"approval_id", "a1"}, {"approver", "seo.head"}}});
  EXPECT_EQ(CheckApprovals(Export(events)).outcome, Outcome::kHolds);
  EXPECT_NE(CheckApprovals(Export(events)).english.find("answers were refused: 1"),
            std::string::npos);
}

TEST_F(EvidenceTest, NamesTheRecordThatWasChanged) {
  auto bundle = Export({{"run.created", {{"text", "가"}}}, {"run.replied", {{"text", "나"}}}});
  bundle.entries[1].record.payload["body"]["text"] = "다";
  const Finding finding = CheckLog(bundle, "");
  EXPECT_EQ(finding.outcome, Outcome::kFails);
  EXPECT_EQ(finding.record, 1);
}

TEST_F(EvidenceTest, FindsAnEffectThatCameBeforeItsApproval) {
  std::vector<Said> events = Begin();
  events.push_back({"approval.requested", Request(Binding("전등"))});
  events.push_back({"effect.intent", Intent(Binding("전등"))});
  events.push_back({"approval.decided", Decision()});
  const Finding finding = CheckLog(Export(events), "");
  EXPECT_EQ(finding.outcome, Outcome::kFails);
  EXPECT_EQ(finding.record, 4);
}

TEST_F(EvidenceTest, FindsACallOtherThanTheApprovedOne) {
  std::vector<Said> events = Begin();
  events.push_back({"approval.requested", Request(Binding("전등"))});
  events.push_back({"approval.decided", Decision()});
  events.push_back({"effect.intent", Intent(Binding("에어컨"))});
  const Finding finding = CheckLog(Export(events), "");
  EXPECT_EQ(finding.outcome, Outcome::kFails);
  EXPECT_EQ(finding.record, 5);
}

TEST_F(EvidenceTest, TakesAFileWithoutTheRunsEndForCut) {
  auto bundle = Export(Begin());
  EXPECT_EQ(CheckEnd(bundle).outcome, Outcome::kHolds);
  bundle.entries.pop_back();
  EXPECT_EQ(CheckEnd(bundle).outcome, Outcome::kFails);
}

TEST_F(EvidenceTest, FindsAnApproverWhoWasShownSomethingElse) {
  const Finding finding =
      CheckApprovals(Export({{"approval.requested", Request(Binding("에어컨"))}}));
  EXPECT_EQ(finding.outcome, Outcome::kFails);
  EXPECT_EQ(finding.record, 0);
}

TEST_F(EvidenceTest, ComputesThePlanAgainAndFindsAnotherOne) {
  fakes::ScriptedPlanner planner;
  planner.Teach("제38조 보여줘", {{"verdict", "ask"}, {"missing", {"law.article.law"}}});
  const Json plan = {{"verdict", "ask"}, {"missing", {"law.article.law"}}};
  Json body = {{"plan", plan},
               {"text", ""},
               {"request", "제38조 보여줘"},
               {"now", "2026-11-24T10:00:00+09:00"},
               {"offered", Json::array()},
               {"allowed", Json::array()},
               {"evidence",
                {{"model", "scripted"},
                 {"weights_sha256", "none"},
                 {"grammar_sha256", "none"},
                 {"prompt_sha256", "none"},
                 {"provider", "embedded"},
                 {"rules", agents::kPlannerRules}}}};
  EXPECT_EQ(CheckPlans(Export({{"plan.made", body}}), nullptr).outcome, Outcome::kNotChecked);
  EXPECT_EQ(CheckPlans(Export({{"plan.made", body}}), &planner).outcome, Outcome::kFails);
  body["text"] = base::DumpJson(agents::ToJson(*agents::ParsePlan(plan), false));
  EXPECT_EQ(CheckPlans(Export({{"plan.made", body}}), &planner).outcome, Outcome::kHolds);
  planner.FailNext(absl::UnavailableError("no memory is free"));
  EXPECT_EQ(CheckPlans(Export({{"plan.made", body}}), &planner).outcome, Outcome::kNotChecked)
      << "it says nothing of the plan";
  const absl::Status exhausted = absl::ResourceExhaustedError("2001 tokens need 528 KiB");
  planner.FailNext(base::WithReason(exhausted, "ENGINE_NO_ROOM"));
  EXPECT_EQ(CheckPlans(Export({{"plan.made", body}}), &planner).outcome, Outcome::kNotChecked);
  planner.FailNext(exhausted);
  EXPECT_EQ(CheckPlans(Export({{"plan.made", body}}), &planner).outcome, Outcome::kFails)
      << "a longer plan is another one";
  body["evidence"]["weights_sha256"] = "others";
  EXPECT_EQ(CheckPlans(Export({{"plan.made", body}}), &planner).outcome, Outcome::kNotChecked);
  Json later = body;
  later["text"] = "";
  later["evidence"]["weights_sha256"] = "none";
  EXPECT_EQ(CheckPlans(Export({{"plan.made", body}, {"plan.made", later}}), &planner).outcome,
            Outcome::kFails);
  body["evidence"]["rules"] = 1;
  const Finding other = CheckPlans(Export({{"plan.made", body}}), &planner);
  EXPECT_EQ(other.outcome, Outcome::kNotChecked);
  EXPECT_NE(other.english.find("rules 1"), std::string::npos) << other.english;
  body["evidence"]["rules"] = agents::kPlannerRules;
  body["evidence"]["arithmetic"] = model_core::kArithmetic + 1;
  const Finding later_engine = CheckPlans(Export({{"plan.made", body}}), &planner);
  EXPECT_EQ(later_engine.outcome, Outcome::kNotChecked);
  EXPECT_NE(later_engine.english.find("arithmetic"), std::string::npos) << later_engine.english;
}

Json Released() {
  agents::Run run;
  uint64_t index = 0;
  for (const Said& said : Done()) {
    EXPECT_TRUE(
        Apply({index++, "2026-11-24T10:00:00+09:00", "maru", said.type, said.body}, run).ok())
        << said.type;
  }
  const auto& catalogue = tools::Catalogue::BuiltIn();
  return agents::ReleasedBody(agents::ComposeAnswer(run, catalogue), catalogue);
}

TEST_F(EvidenceTest, ComposesTheAnswerAgainAndFindsAnotherOne) {
  const auto check = [&](const Json& released) {
    std::vector<Said> events = Done();
    events.push_back({"answer.released", released});
    return CheckAnswers(Export(events));
  };
  const Json released = Released();
  EXPECT_EQ(check(released).outcome, Outcome::kHolds) << check(released).english;
  Json other = released;
  other["text"] = base::ReplaceAll(base::StringOr(released, "text", ""), "TK-1", "TK-2");
  ASSERT_NE(other["text"], released["text"]);
  EXPECT_EQ(check(other).outcome, Outcome::kFails);
  EXPECT_EQ(check(other).record, 5);
  EXPECT_NE(check(other).english.find("not what the results say"), std::string::npos);
  other = released;
  other["citations"] = Json::array({1});
  EXPECT_EQ(check(other).outcome, Outcome::kFails);
  other = released;
  other["label"]["n2sf"] = "C";
  EXPECT_EQ(check(other).outcome, Outcome::kFails);
}

TEST_F(EvidenceTest, AnAnswerOfAnotherComposerIsNotComposedAgain) {
  const auto check = [&](const Json& released) {
    std::vector<Said> events = Done();
    events.push_back({"answer.released", released});
    return CheckAnswers(Export(events));
  };
  Json other = Released();
  other["text"] = "다른 글";
  other["composer"] = agents::kComposer + 1;
  EXPECT_EQ(check(other).outcome, Outcome::kNotChecked);
  other.erase("composer");  // as before answers named it
  EXPECT_EQ(check(other).outcome, Outcome::kNotChecked);
  other["composer"] = agents::kComposer;
  other["catalogue"] = "another";
  EXPECT_EQ(check(other).outcome, Outcome::kNotChecked);
  auto bundle = Export(Done());
  EXPECT_EQ(CheckAnswers(bundle).outcome, Outcome::kHolds) << "none was given";
  bundle.entries[4].record.payload = nullptr;
  EXPECT_EQ(CheckAnswers(bundle).outcome, Outcome::kNotChecked);
}

TEST_F(EvidenceTest, EvaluatesEveryDecisionAgainAndNamesTheFirstThatDiffers) {
  const auto authorizer = *policies::MakeCedarAuthorizer("");
  const agents::DecidedCall call(*authorizer);
  const std::vector<Said> honest = Sealed(call);
  EXPECT_EQ(Decided(Export(honest)).outcome, Outcome::kHolds) << Decided(Export(honest)).english;
  EXPECT_NE(Decided(Export(honest)).english.find("2 evaluated again"), std::string::npos);
  EXPECT_EQ(CheckLog(Export(honest), "").outcome, Outcome::kHolds);
  for (const size_t record : {size_t{2}, size_t{5}}) {
    std::vector<Said> events = honest;
    events[record].body["facts"]["principal"]["tools"] = Json::array();
    EXPECT_EQ(Decided(Export(events)).outcome, Outcome::kFails);
    EXPECT_EQ(Decided(Export(events)).record, static_cast<int64_t>(record));
  }
  std::vector<Said> events = honest;
  events[2].body["steps"][0]["obligations"] = Json::array();
  EXPECT_EQ(Decided(Export(events)).record, 2) << "an obligation was left out";
}

TEST_F(EvidenceTest, DecisionsWithoutTheirFactsHoldAsTheyDid) {
  const auto authorizer = *policies::MakeCedarAuthorizer("");
  std::vector<Said> events = Sealed(agents::DecidedCall(*authorizer));
  events[2].body.erase("facts");
  events[4].body.erase("standing");
  events[5].body.erase("facts");
  EXPECT_EQ(CheckLog(Export(events), "").outcome, Outcome::kHolds);
  EXPECT_EQ(Decided(Export(events)).outcome, Outcome::kNotChecked);
  EXPECT_NE(Decided(Export(events)).english.find("facts not recorded"), std::string::npos);
  EXPECT_EQ(CheckApprovals(Export(events)).outcome, Outcome::kHolds);
  EXPECT_NE(CheckApprovals(Export(events)).english.find("facts not recorded"), std::string::npos);
}

TEST_F(EvidenceTest, PoliciesThatAreNotBuiltInComeFromTheFileOrAFolder) {
  policies::PolicyFiles files = *policies::ReadPolicyFiles("");
  files.files[0].text += "// in force for a while\n";
  const auto authorizer = *policies::MakeCedarAuthorizer(files);
  auto bundle = Export(Sealed(agents::DecidedCall(*authorizer)));
  EXPECT_EQ(Decided(bundle).outcome, Outcome::kNotChecked);
  EXPECT_NE(Decided(bundle).english.find("sealed policy version " + files.Version() + ", here "),
            std::string::npos)
      << Decided(bundle).english;
  std::ofstream(directory_ + "/maru.cedarschema") << files.schema;
  for (const policies::PolicyFile& file : files.files)
    std::ofstream(directory_ + "/" + file.name) << file.text;
  EXPECT_EQ(Decided(bundle, directory_).outcome, Outcome::kHolds);
  bundle.policies = {files};
  EXPECT_EQ(Decided(bundle).outcome, Outcome::kHolds) << Decided(bundle).english;
  EXPECT_EQ(CheckLog(bundle, "").outcome, Outcome::kHolds) << CheckLog(bundle, "").english;
  EXPECT_FALSE(PoliciesAtHand::Of(bundle, directory_ + "/none").ok());
}

TEST_F(EvidenceTest, AnApproverHeldTheRoleAndWasNotTheRequester) {
  const auto authorizer = *policies::MakeCedarAuthorizer("");
  agents::DecidedCall call(*authorizer);
  EXPECT_EQ(CheckApprovals(Export(Sealed(call))).outcome, Outcome::kHolds);
  std::vector<Said> events = Sealed(call);
  events[4].body["standing"]["id"] = "another";
  EXPECT_EQ(CheckApprovals(Export(events)).record, 4);
  call.approver.roles = {"clerk"};
  EXPECT_EQ(CheckApprovals(Export(Sealed(call))).outcome, Outcome::kFails);
  EXPECT_EQ(CheckApprovals(Export(Sealed(call))).record, 4);
  call.approver = call.requester;
  call.approver.roles = {"dept_head"};
  EXPECT_EQ(CheckApprovals(Export(Sealed(call))).outcome, Outcome::kFails);
}

TEST_F(EvidenceTest, AResultBelowTheFloorOfItsToolIsFound) {
  const auto authorizer = *policies::MakeCedarAuthorizer("");
  const std::vector<Said> honest = Sealed(agents::DecidedCall(*authorizer));
  EXPECT_EQ(CheckLabels(Export(honest)).outcome, Outcome::kHolds)
      << CheckLabels(Export(honest)).english;
  for (const auto& [member, value] : {std::pair("n2sf", "O"), {"integrity", "user"}}) {
    std::vector<Said> events = honest;
    events.back().body["label"][member] = value;
    const Finding finding = CheckLabels(Export(events));
    EXPECT_EQ(finding.outcome, Outcome::kFails) << member;
    EXPECT_EQ(finding.record, 6);
    EXPECT_NE(finding.english.find("the result is labelled"), std::string::npos);
    events.back().body["value"] = Json::object();  // kept from its reader
    EXPECT_EQ(CheckLabels(Export(events)).outcome, Outcome::kHolds);
  }
  std::vector<Said> events = honest;  // whoever writes the log lowers what is sealed with the call
  events[5].body["facts"]["step"]["output"]["n2sf"] = "O";
  events.back().body["label"]["n2sf"] = "O";
  EXPECT_EQ(CheckLabels(Export(events)).outcome, Outcome::kHolds) << "no catalogue is named";
  events.push_back({"answer.released",
                    {{"text", "가"},
                     {"label", policies::ToJson(TicketLabel())},
                     {"catalogue", tools::Catalogue::BuiltIn().hash()}}});
  EXPECT_EQ(CheckLabels(Export(events)).outcome, Outcome::kFails);
  events = honest;
  events[5].body.erase("facts");
  EXPECT_EQ(CheckLabels(Export(events)).outcome, Outcome::kNotChecked);
}

// A look-up, and a ticket about what it found.
std::vector<Said> Related(const policies::Label& found, const policies::Label& call) {
  const Json plan = {
      {"verdict", "plan"},
      {"steps",
       Json::array({{{"id", "s1"}, {"tool", "doc.search"}, {"arguments", {{"query", "전등"}}}},
                    {{"id", "s2"},
                     {"tool", "ticket.create"},
                     {"arguments", {{"title", {{"$ref", "s1.items[0].title"}}}}}}})}};
  return {{"run.created", {{"text", "가"}, {"principal", "han.clerk"}}},
          {"plan.made", {{"plan", plan}, {"request", "가"}}},
          {"effect.intent", {{"step", "s1"}, {"label", policies::ToJson(policies::UserLabel())}}},
          {"effect.outcome",
           {{"step", "s1"},
            {"ok", true},
            {"value", Json::object()},
            {"label", policies::ToJson(found)},
            {"origins", Json::array()}}},
          {"effect.intent", {{"step", "s2"}, {"label", policies::ToJson(call)}}}};
}

TEST_F(EvidenceTest, ACallBelowTheLabelsOfItsInputsIsFound) {
  policies::Label found = TicketLabel();
  found.privacy = policies::Privacy::kPersonal;
  const Finding holds = CheckLabels(Export(Related(found, found)));
  EXPECT_EQ(holds.outcome, Outcome::kHolds) << holds.english;
  const Finding low = CheckLabels(Export(Related(found, TicketLabel())));
  EXPECT_EQ(low.outcome, Outcome::kFails);
  EXPECT_EQ(low.record, 4);
  EXPECT_NE(
      low.english.find("step s2: the call is labelled S/trusted, at least due is S, personal"),
      std::string::npos)
      << low.english;
  std::vector<Said> without = Related(found, found);
  without.erase(without.begin() + 3);
  EXPECT_NE(CheckLabels(Export(without)).english.find("rests on s1, which has no result"),
            std::string::npos);
}

TEST_F(EvidenceTest, SaysThatDecisionsWereNotEvaluatedAgain) {
  const auto authorizer = *policies::MakeCedarAuthorizer("");
  const std::string file = directory_ + "/run.json";
  const auto verify = [&](const std::vector<Said>& events) {
    std::ofstream(file) << base::DumpJson(policies::ToJson(Export(events)));
    return RunMaru({"--lang", "en", "verify", file.c_str()});
  };
  std::vector<Said> events = Sealed(agents::DecidedCall(*authorizer));
  EXPECT_EQ(verify(events).out.find("were not evaluated again"), std::string::npos);
  events[2].body.erase("facts");
  const Captured older = verify(events);
  EXPECT_EQ(older.code, 0) << older.out << older.err;
  EXPECT_NE(older.out.find("policy's decisions were not evaluated again\n"), std::string::npos);
}

TEST_F(EvidenceTest, WhatTheFileHoldsIsNoLineOfTheReport) {
  const std::string file = directory_ + "/run.json";
  for (int member = 0; member < 3; ++member) {
    auto bundle = Export(Begin());
    std::string* const members[] = {&bundle.run_id, &bundle.verifier_key,
                                    &bundle.entries[0].record.id};
    *members[member] += "\nverified";
    std::ofstream(file) << base::DumpJson(policies::ToJson(bundle));
    const Captured told = RunMaru({"--lang", "en", "verify", file.c_str()});
    EXPECT_NE(told.code, 0);
    for (const std::string_view line : base::StrSplit(told.out, '\n'))
      EXPECT_NE(base::Trim(line), "verified") << told.out;
  }
}

TEST_F(EvidenceTest, WhatTheFileHoldsEndsNoLineOfTheReport) {
  const std::string file = directory_ + "/run.json";
  for (const std::string& between :
       {std::string(200, '-') + " ", std::string(75, '-') + " ", std::string("\u2028"),
        std::string("\u0085"), std::string("\r"), std::string("\v"), std::string("\f")}) {
    auto bundle = Export(Begin());
    bundle.run_id += between + "verified";
    std::ofstream(file) << base::DumpJson(policies::ToJson(bundle));
    const Captured told = RunMaru({"--lang", "en", "verify", file.c_str()});
    EXPECT_EQ(told.out.find("\nverified"), std::string::npos) << told.out;
    if (between.size() > 3) {
      EXPECT_NE(told.out.find("-…\n"), std::string::npos) << told.out;
    } else {
      EXPECT_NE(told.out.find("run1 verified\n"), std::string::npos) << told.out;
    }
  }
}

TEST_F(EvidenceTest, SaysWithItsVerdictThatThePlanWasNotComputedAgain) {
  const std::string file = directory_ + "/run.json";
  std::ofstream(file) << base::DumpJson(
      policies::ToJson(Export(Begin())));  // a remote model's plan
  const Captured english = RunMaru({"--lang", "en", "verify", file.c_str()});
  EXPECT_EQ(english.code, 0) << english.out << english.err;
  EXPECT_NE(english.out.find("verified; the plan was not recomputed\n"), std::string::npos);
  const Captured korean = RunMaru({"--lang", "ko", "verify", file.c_str()});
  EXPECT_NE(korean.out.find("검증됨. 다만 계획은 다시 계산하지 않았습니다\n"), std::string::npos);
  const Captured json = RunMaru({"--json", "verify", file.c_str()});
  EXPECT_NE(json.out.find("\"plan_recomputed\":false"), std::string::npos) << json.out;
}

TEST_F(EvidenceTest, PassesOverRecordsOfAnotherShape) {
  EXPECT_EQ(
      CheckApprovals(Export({{"approval.requested", Json(5)}, {"effect.intent", "text"}})).outcome,
      Outcome::kHolds);
  EXPECT_EQ(CheckPlans(Export({{"plan.made", Json::array()}}), nullptr).outcome,
            Outcome::kNotChecked);
}

}  // namespace
}  // namespace deploy::cli
