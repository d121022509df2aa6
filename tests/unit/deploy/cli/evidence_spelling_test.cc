// A file whose numbers were spelt anew: their hashes are the same, and so is what they say.
#include <gtest/gtest.h>

#include "agents/answer.h"
#include "agents/planner.h"
#include "tests/unit/deploy/cli/evidence_run.h"

namespace deploy::cli {
namespace {

// `events` as a file that was edited after it was sealed: with `number` spelt as 3.0 is.
std::vector<Said> SpeltAnew(std::vector<Said> events, size_t record, const char* member) {
  Json& number = events[record].body.at(Json::json_pointer(member));
  number = static_cast<double>(number.get<int64_t>());
  return events;
}

// A list of alarms, counted, and what was said of it.
std::vector<Said> Counted() {
  const Json plan = {
      {"verdict", "plan"},
      {"steps",
       Json::array({{{"id", "s1"}, {"tool", "alarm.active"}, {"arguments", Json::object()}}})}};
  std::vector<Said> events = {
      {"run.created", {{"text", "경보"}, {"principal", "jung.shift"}}},
      {"plan.made", {{"plan", plan}, {"evidence", {{"rules", agents::kPlannerRules}}}}},
      {"effect.intent", {{"step", "s1"}, {"tool", "alarm.active"}}},
      {"effect.outcome",
       {{"step", "s1"},
        {"ok", true},
        {"value", {{"count", 3}, {"items", Json::array()}}},
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
