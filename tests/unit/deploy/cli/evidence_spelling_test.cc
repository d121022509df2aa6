// A file whose numbers were spelt anew: their hashes are the same, and so is what they say.
#include <gtest/gtest.h>

#include "agents/answer.h"
#include "agents/planner.h"
#include "tests/fakes/scripted_planner.h"
#include "tests/unit/deploy/cli/evidence_run.h"

namespace deploy::cli {
namespace {

// `events` as a file that was edited after it was sealed: with `number` spelt as 3.0 is.
std::vector<Said> SpeltAnew(std::vector<Said> events, size_t record, const char* member) {
  Json& number = events[record].body.at(Json::json_pointer(member));
  number = static_cast<double>(number.get<int64_t>());
  return events;
}

// A list, and what was said of it.
std::vector<Said> Counted(const std::string& tool = "alarm.active",
                          const Json& value = {{"count", 3}, {"items", Json::array()}}) {
  const Json plan = {
      {"verdict", "plan"},
      {"steps", Json::array({{{"id", "s1"}, {"tool", tool}, {"arguments", Json::object()}}})}};
  std::vector<Said> events = {
      {"run.created", {{"text", "경보"}, {"principal", "jung.shift"}}},
      {"plan.made", {{"plan", plan}, {"evidence", {{"rules", agents::kPlannerRules}}}}},
      {"effect.intent", {{"step", "s1"}, {"tool", tool}}},
      {"effect.outcome",
       {{"step", "s1"},
        {"ok", true},
        {"value", value},
        {"label", policies::ToJson(TicketLabel())},
        {"origins", Json::array()}}}};
  agents::Run run;
  for (const Said& said : events)
    EXPECT_TRUE(
        Apply({run.event_count, "2026-11-24T10:00:00+09:00", "maru", said.type, said.body}, run)
            .ok());
  const auto& catalogue = tools::Catalogue::BuiltIn();
  events.push_back(
      {"answer.released", agents::ReleasedBody(agents::ComposeAnswer(run, catalogue), catalogue)});
  return events;
}

TEST_F(EvidenceTest, ANumberThatIsSpeltAnewHasItsHash) {
  const auto sealed = Export(Counted()), spelt = Export(SpeltAnew(Counted(), 3, "/value/count"));
  EXPECT_EQ(sealed.entries[3].record.payload_sha256, spelt.entries[3].record.payload_sha256);
  EXPECT_EQ(CheckAnswers(sealed).outcome, Outcome::kHolds) << CheckAnswers(sealed).english;
}

TEST_F(EvidenceTest, AResultThatIsSpeltAnewIsFound) {
  const Finding found = CheckAnswers(Export(SpeltAnew(Counted(), 3, "/value/count")));
  EXPECT_EQ(found.outcome, Outcome::kFails);
  EXPECT_EQ(found.record, 4);
  EXPECT_NE(found.english.find("not spelt as it was"), std::string::npos) << found.english;
}

// Written again by a program that has one kind of numbers.
TEST_F(EvidenceTest, AWholeNumberThatIsSpeltAnewIsFound) {
  const Json reading = {{"tag", "P-1"}, {"value", 12000.0}};
  const auto count = Counted("tag.read", {{"items", Json::array({reading})}});
  EXPECT_EQ(CheckAnswers(Export(count)).outcome, Outcome::kHolds)
      << CheckAnswers(Export(count)).english;
  std::vector<Said> spelt = count;
  spelt[3].body["value"]["items"][0]["value"] = 12000;
  EXPECT_EQ(Export(spelt).entries[3].record.payload_sha256,
            Export(count).entries[3].record.payload_sha256);
  const Finding found = CheckAnswers(Export(spelt));
  EXPECT_EQ(found.outcome, Outcome::kFails);
  EXPECT_NE(found.english.find("not spelt as it was"), std::string::npos) << found.english;
  spelt[3].body["value"]["items"][0]["value"] = 12001;
  EXPECT_EQ(CheckAnswers(Export(spelt)).english.find("not spelt as it was"), std::string::npos);
}

TEST_F(EvidenceTest, APlanThatIsSpeltAnewIsFound) {
  const std::string request = "P-1을 5로 바꿔줘";
  const Json step = {{"id", "s1"}, {"tool", "setpoint.write"}, {"arguments", {{"value", 5.0}}}};
  const Json plan = {{"verdict", "plan"}, {"steps", Json::array({step})}};
  fakes::ScriptedPlanner planner;
  planner.Teach(request, plan);
  agents::Plan made = *agents::ParsePlan(plan);
  const std::string text = base::DumpJson(agents::ToJson(made, /*derived=*/false));
  Derive(made, tools::Catalogue::BuiltIn(), request);
  Json body = {{"plan", agents::ToJson(made, /*derived=*/true)},
               {"text", text},
               {"request", request},
               {"now", "2026-11-24T10:00:00+09:00"},
               {"evidence",
                {{"weights_sha256", "none"},
                 {"grammar_sha256", "none"},
                 {"prompt_sha256", "none"},
                 {"provider", "embedded"},
                 {"rules", agents::kPlannerRules}}}};
  const Finding same = CheckPlans(Export({{"plan.made", body}}), &planner);
  EXPECT_EQ(same.outcome, Outcome::kHolds) << same.english;
  body["plan"]["steps"][0]["arguments"]["value"] = 5;
  const Finding spelt = CheckPlans(Export({{"plan.made", body}}), &planner);
  EXPECT_EQ(spelt.outcome, Outcome::kFails);
  EXPECT_NE(spelt.english.find("not spelt as it was"), std::string::npos) << spelt.english;
}

TEST_F(EvidenceTest, AVersionThatIsSpeltAnewExcusesNothing) {
  std::vector<Said> events = SpeltAnew(Counted(), 4, "/composer");
  EXPECT_EQ(CheckAnswers(Export(events)).outcome, Outcome::kHolds);
  events[4].body["text"] = "경보가 없습니다.";
  EXPECT_EQ(CheckAnswers(Export(events)).outcome, Outcome::kFails);
  const Json planned = SpeltAnew(Counted(), 1, "/evidence/rules")[1].body;
  EXPECT_FALSE(agents::OfOlderMaru(planned));
  EXPECT_EQ(agents::PlanEvidence::Parse(planned["evidence"]).rules, agents::kPlannerRules);
}

TEST_F(EvidenceTest, AnAnswerThatDiffersIsFoundBesideOneThatCannotBeCompared) {
  std::vector<Said> events = Counted();
  Said other = events.back();
  other.body["composer"] = agents::kComposer + 1;
  events.insert(events.end() - 1, other);
  EXPECT_EQ(CheckAnswers(Export(events)).outcome, Outcome::kNotChecked);
  events.back().body["text"] = "경보가 없습니다.";
  EXPECT_EQ(CheckAnswers(Export(events)).outcome, Outcome::kFails);
  EXPECT_EQ(CheckAnswers(Export(events)).record, 5);
}

}  // namespace
}  // namespace deploy::cli
