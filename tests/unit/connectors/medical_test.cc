// The medical connector against the FHIR server of the sample hospital.
#include "connectors/medical.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>
#include <set>

#include "tests/unit/connectors/hospital.h"

namespace connectors {
namespace {

using base::Json;
using fakes::CallOptions;
using testing::HasSubstr;

std::string DaysAgo(int days) {
  return absl::FormatTime("%Y-%m-%d", absl::Now() - absl::Hours(24 * days), base::Seoul());
}

class Medical : public testing::Test {
 public:
  static void SetUpTestSuite() { hospital_ = new Hospital(); }
  static void TearDownTestSuite() { delete hospital_; }
  static Hospital* hospital_;
};
Hospital* Medical::hospital_ = nullptr;

TEST_F(Medical, ListsWhatThePatientTakesToday) {
  const Json items = hospital_->Value("med.active_list", {{"patient", "P-1027"}})["items"];
  ASSERT_EQ(items.size(), 2u);  // neither the finished course nor the unsigned order
  EXPECT_EQ(items[0]["drug"], "가온메트정500밀리그램");
  EXPECT_EQ(items[0]["ingredient"], "메트포르민");
  EXPECT_EQ(items[0]["dose"], "500mg");
  EXPECT_EQ(items[0]["frequency"], "bid");
  EXPECT_EQ(items[0]["since"], DaysAgo(200));
  EXPECT_EQ(items[0]["order_id"], "ORD-5401");
}

TEST_F(Medical, ListsWhatThePatientTookOnAnEarlierDay) {
  const Json items =
      hospital_->Value("med.active_list", {{"patient", "P-1027"}, {"at", DaysAgo(250)}})["items"];
  ASSERT_EQ(items.size(), 1u);
  EXPECT_EQ(items[0]["order_id"], "ORD-5403");
}

TEST_F(Medical, GivesLaboratoryValuesOfThePeriodByTestAndTime) {
  const Json period = {{"from", DaysAgo(182)}, {"to", DaysAgo(0)}};
  const Json items = hospital_->Value(
      "lab.trend",
      {{"patient", "P-2210"}, {"tests", {"eGFR", "칼륨"}}, {"period", period}})["items"];
  ASSERT_EQ(items.size(), 12u);
  EXPECT_EQ(items[0]["test"], "eGFR");
  EXPECT_EQ(items[0]["value"], 58);
  EXPECT_EQ(items[5]["value"], 46);
  EXPECT_EQ(items[5]["comment"], "재검 권고 (예시)");
  EXPECT_EQ(items[6]["test"], "칼륨");
  EXPECT_EQ(items[11]["unit"], "mmol/L");
  const Json year =
      hospital_->Value("lab.trend", {{"patient", "P-2210"}, {"tests", {"eGFR"}}})["items"];
  EXPECT_EQ(year.size(), 6u);  // twelve months by default: the value of 400 days ago is out
}

TEST_F(Medical, TellsAnUnknownTestFromOneWithoutValues) {
  EXPECT_EQ(hospital_->Error("lab.trend", {{"patient", "P-2210"}, {"tests", {"없는검사"}}}),
            "unknown_test");
  EXPECT_EQ(
      hospital_->Value("lab.trend", {{"patient", "P-1027"}, {"tests", {"나트륨"}}})["items"].size(),
      0u);
  const Json day = {{"from", "1999-01-01"}, {"to", "1999-01-02"}};
  EXPECT_EQ(hospital_
                ->Value("lab.trend",
                        {{"patient", "P-2210"}, {"tests", {"칼륨"}}, {"period", day}})["items"]
                .size(),
            0u);
}

TEST_F(Medical, SummarisesTheRecordBySection) {
  const auto outcome = hospital_->Call("patient.summary", {{"patient", "P-1027"}});
  ASSERT_TRUE(outcome.ok());
  const Json& value = outcome.result().value;
  EXPECT_GE(value["age"].get<int>(), 68);
  EXPECT_EQ(value["sex"], "남");
  std::set<std::string> sections;
  for (const Json& item : value["items"]) sections.insert(item["section"].get<std::string>());
  EXPECT_EQ(sections, (std::set<std::string>{"conditions", "allergies", "visits", "procedures"}));
  const Json allergies = hospital_->Value(
      "patient.summary", {{"patient", "P-1027"}, {"section", "allergies"}})["items"];
  ASSERT_EQ(allergies.size(), 1u);
  EXPECT_EQ(allergies[0]["name"], "페니실린");
}

TEST_F(Medical, LabelsEveryRecordSensitiveAndHeedsItsSecurityLabels) {
  const auto usual = hospital_->Call("patient.summary", {{"patient", "P-1027"}});
  const auto restricted = hospital_->Call("patient.summary", {{"patient", "P-4401"}});
  ASSERT_TRUE(usual.ok() && restricted.ok());
  EXPECT_EQ(usual.result().label.n2sf, policies::N2sf::kS);
  EXPECT_EQ(usual.result().label.privacy, policies::Privacy::kSensitive);
  EXPECT_EQ(restricted.result().label.n2sf, policies::N2sf::kC);
  EXPECT_THAT(usual.result().origins[0].record, HasSubstr("Condition/"));
  EXPECT_FALSE(usual.result().origins[0].version.empty());
}

TEST_F(Medical, FindsNoPatientAndHeedsARefusal) {
  for (const char* tool : {"patient.summary", "med.active_list", "med.safety_check"}) {
    EXPECT_EQ(hospital_->Error(tool, {{"patient", "P-9999"}}), "not_found") << tool;
    EXPECT_NE(hospital_->Error(tool, {{"patient", "P-1027,P-1031"}}), "ok") << tool;
    EXPECT_EQ(hospital_->Error(tool, {{"patient", "P-3302"}}), "no_consent") << tool;
  }
}

TEST_F(Medical, KnowsWhoCaresForAPatient) {
  tools::Tool& tool = fakes::FindTool(*hospital_->connector, "patient.summary");
  const auto related = [&](const char* person, const char* patient) {
    return tool.Related(person, {{"patient", patient}}).value();
  };
  EXPECT_TRUE(related("lee.doctor", "P-1027"));
  EXPECT_TRUE(related("park.nurse", "P-1027"));  // through a role
  EXPECT_TRUE(related("park.nurse", "P-2210"));
  EXPECT_FALSE(related("park.nurse", "P-1031"));
  EXPECT_FALSE(related("lee.doctor", "P-5005"));  // an inactive team and one that has ended
  EXPECT_FALSE(related("choi.operator", "P-1027"));
  EXPECT_FALSE(related("lee.doctor", "P-9999"));
  EXPECT_FALSE(related("lee.doctor", ""));
  EXPECT_FALSE(related("", "P-1027"));
  EXPECT_FALSE(related("lee.doctor,park.nurse", "P-1027"));
}

Json Order(const std::string& patient) {
  return {
      {"patient", patient}, {"drug", "클래리스로마이신"}, {"dose", "500mg"}, {"frequency", "bid"}};
}

TEST_F(Medical, DraftsAnOrderOnceForItsKey) {
  CallOptions options;
  options.run_id = "run-draft";
  Json arguments = Order("P-1027");
  arguments["check"] = hospital_->Value(
      "med.safety_check", {{"patient", "P-1027"}, {"drugs", {"클래리스로마이신"}}})["check_id"];
  const auto first = hospital_->Call("order.propose", arguments, options);
  ASSERT_TRUE(first.ok()) << first.error().message_en;
  const auto again = hospital_->Call("order.propose", arguments, options);
  ASSERT_TRUE(again.ok()) << again.error().message_en;
  EXPECT_EQ(first.result().value, again.result().value);
  EXPECT_EQ(first.result().origins[0].record, again.result().origins[0].record);
  EXPECT_THAT(first.result().value["order_id"].get<std::string>(), testing::StartsWith("ORD-"));
  options.step_id = "s2";
  const auto other = hospital_->Call("order.propose", arguments, options);
  ASSERT_TRUE(other.ok());
  EXPECT_NE(other.result().value, first.result().value);
  // A draft is not yet taken.
  EXPECT_EQ(hospital_->Value("med.active_list", {{"patient", "P-1027"}})["items"].size(), 2u);
}

TEST_F(Medical, ADraftWhoseAnswerIsLostIsInDoubtAndARepeatFindsIt) {
  CallOptions options;
  options.run_id = "run-lost";
  hospital_->http.lose_answer_of_post = true;
  const auto lost = hospital_->Call("order.propose", Order("P-1027"), options);
  hospital_->http.lose_answer_of_post = false;
  ASSERT_FALSE(lost.ok());
  EXPECT_EQ(lost.error().code, "in_doubt");
  EXPECT_TRUE(lost.error().in_doubt);
  const auto made = [&] { return hospital_->Raw("GET", "MedicationRequest?status=draft"); };
  const size_t drafts = made()["entry"].size();
  EXPECT_GE(drafts, 1u) << "the server had made it";
  EXPECT_TRUE(hospital_->Call("order.propose", Order("P-1027"), options).ok());
  EXPECT_EQ(made()["entry"].size(), drafts);
}

TEST_F(Medical, KeepsADraftThroughARestartOfTheServer) {
  CallOptions options;
  options.run_id = "run-restart";
  const Json before = hospital_->Value("order.propose", Order("P-2210"), options);
  ASSERT_TRUE(hospital_->peer->Restart().ok());
  const auto after = hospital_->Call("order.propose", Order("P-2210"), options);
  ASSERT_TRUE(after.ok()) << after.error().message_en;
  EXPECT_EQ(after.result().value, before);
}

TEST_F(Medical, RefusesAnOrderThatItsCheckDoesNotAllow) {
  Json arguments = Order("P-1031");
  arguments["check"] = hospital_->Value(
      "med.safety_check", {{"patient", "P-1031"}, {"drugs", {"클래리스로마이신"}}})["check_id"];
  EXPECT_EQ(hospital_->Error("order.propose", arguments), "blocked_by_check");
  arguments["check"] = "CHK-0000000000000000";
  EXPECT_EQ(hospital_->Error("order.propose", arguments), "stale");
  Json unknown = Order("P-1027");
  unknown["drug"] = "없는약";
  EXPECT_EQ(hospital_->Error("order.propose", unknown), "unknown_drug");
}

TEST_F(Medical, IsConnectedWhenTheServerAcceptsItsCredential) {
  EXPECT_EQ(hospital_->connector->Check(absl::Now() + absl::Seconds(5)).state,
            tools::Connector::State::kConnected);
}

class MedicalFault : public testing::TestWithParam<std::pair<const char*, const char*>> {};

TEST_P(MedicalFault, IsATypedErrorAndNeverAnEmptyList) {
  Hospital hospital(Environment{{"FHIR_FAULT", GetParam().first}});
  CallOptions brief;
  brief.timeout = absl::Seconds(1);
  for (const char* tool : {"med.active_list", "patient.summary", "med.safety_check"}) {
    const auto outcome = hospital.Call(tool, {{"patient", "P-1027"}}, brief);
    ASSERT_FALSE(outcome.ok()) << tool;
    EXPECT_EQ(outcome.error().code, GetParam().second) << tool;
  }
  const auto order = hospital.Call("order.propose", Order("P-1027"), brief);
  ASSERT_FALSE(order.ok());
  EXPECT_EQ(order.error().code, GetParam().second);
  EXPECT_EQ(hospital.connector->Check(absl::Now() + absl::Seconds(1)).state,
            tools::Connector::State::kDown);
  tools::Tool& tool = fakes::FindTool(*hospital.connector, "patient.summary");
  if (GetParam().second != std::string_view("timeout")) {
    EXPECT_FALSE(
        tool.Related("lee.doctor", {{"patient", "P-1027"}}).ok());  // not known is not "no"
  }
}

INSTANTIATE_TEST_SUITE_P(Every, MedicalFault,
                         testing::Values(std::pair{"garbage", "malformed_upstream"},
                                         std::pair{"html", "malformed_upstream"},
                                         std::pair{"error", "unreachable"},
                                         std::pair{"slow", "timeout"}),
                         [](const auto& info) { return std::string(info.param.first); });

TEST(MedicalConnector, ReportsAWrongCredentialAndAServerThatIsDown) {
  Hospital hospital({}, "wrong");
  EXPECT_EQ(hospital.Error("med.active_list", {{"patient", "P-1027"}}), "auth");
  EXPECT_EQ(hospital.connector->Check(absl::Now() + absl::Seconds(5)).state,
            tools::Connector::State::kDown);
  hospital.peer->Stop();
  const auto outcome = hospital.Call("med.active_list", {{"patient", "P-1027"}});
  ASSERT_FALSE(outcome.ok());
  EXPECT_EQ(outcome.error().code, "unreachable");
  EXPECT_TRUE(outcome.error().retryable);
  EXPECT_EQ(outcome.error().message_en.find("P-1027"), std::string::npos);
}

TEST(MedicalConnector, AnswersRulesMissingWithoutReadableRules) {
  const std::string broken = testing::TempDir() + "/maru_broken_rules.csv";
  std::ofstream(broken) << "TYPE_NAME,INGR_CODE\n병용금기,\"D1\n";
  for (const std::string& rules : {std::string(), std::string("/nonexistent/rules.csv"), broken}) {
    Hospital hospital({}, "sample-token", rules);
    EXPECT_EQ(hospital.Error("med.safety_check", {{"patient", "P-1027"}}), "rules_missing")
        << rules;
    Json arguments = Order("P-1027");
    arguments["check"] = "CHK-0000000000000000";
    EXPECT_EQ(hospital.Error("order.propose", arguments), "blocked_by_check") << rules;
  }
  std::filesystem::remove(broken);
}

TEST(MedicalConnector, GivesNoToolsWhenItIsNotConfigured) {
  auto http = MakeHttpClient({});
  auto connector = MakeMedicalConnector({}, *http, base::SystemClock());
  EXPECT_TRUE(connector->tools().empty());
  EXPECT_EQ(connector->Check(absl::Now()).state, tools::Connector::State::kNotConfigured);
}

}  // namespace
}  // namespace connectors
