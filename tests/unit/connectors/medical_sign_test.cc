// order.sign against the FHIR server of the sample hospital.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/unit/connectors/hospital.h"

namespace connectors {
namespace {

using base::Json;
using fakes::CallOptions;
using fakes::Code;
using testing::HasSubstr;

CallOptions InRun(const std::string& run, const std::string& signer = "lee.doctor") {
  CallOptions options;
  options.run_id = run;
  options.step_id = "s2";
  options.signer = signer;
  return options;
}

class Signing : public testing::Test {
 public:
  static void SetUpTestSuite() { hospital_ = new Hospital(); }
  static void TearDownTestSuite() { delete hospital_; }

  // The number of a draft made by order.propose.
  static std::string Draft(const std::string& run, const std::string& patient,
                           const std::string& drug) {
    CallOptions options;
    options.run_id = run;
    return hospital_->Value(
        "order.propose",
        {{"patient", patient}, {"drug", drug}, {"dose", "500mg"}, {"frequency", "bid"}},
        options)["order_id"];
  }
  static tools::ToolOutcome Sign(const std::string& order, const CallOptions& options,
                                 const std::string& reason = "") {
    Json arguments = {{"order", order}};
    if (!reason.empty()) arguments["override"] = reason;
    return hospital_->Call("order.sign", arguments, options);
  }
  static std::optional<tools::ToolOutcome> Reconcile(const std::string& order,
                                                     CallOptions options) {
    options.requester = "lee.doctor";
    return fakes::FindTool(*hospital_->connector, "order.sign")
        .Reconcile(fakes::MakeCall("order.sign", {{"order", order}}, options),
                   {absl::Now() + options.timeout, {}});
  }
  // The order as it stands on the server.
  static Json Stands(const std::string& order) {
    return hospital_->Raw("GET", base::StrCat("MedicationRequest?identifier=urn:maru:order-no%7C",
                                              order))["entry"][0]["resource"];
  }
  static Json Contained(const Json& order, const std::string& type) {
    for (const Json& resource : order["contained"]) {
      if (resource["resourceType"] == type) return resource;
    }
    return Json();
  }
  // Somebody else's change.
  static void Change(const std::string& order) {
    Json resource = Stands(order);
    resource["note"] = Json::array({{{"text", "용량 재확인 요망"}}});
    hospital_->Raw("PUT", base::StrCat("MedicationRequest/", resource["id"].get<std::string>()),
                   resource);
  }
  static Hospital* hospital_;
};
Hospital* Signing::hospital_ = nullptr;

TEST_F(Signing, MakesADraftValidInTheNameOfWhoeverApproved) {
  const std::string number = Draft("run-sign", "P-2210", "메트포르민");
  EXPECT_FALSE(Reconcile(number, InRun("run-sign")));
  const auto signed_order = Sign(number, InRun("run-sign"));
  ASSERT_TRUE(signed_order.ok()) << signed_order.error().message_en;
  EXPECT_EQ(signed_order.result().value["order_id"], number);
  const std::string at = signed_order.result().value["signed_at"];
  const Json order = Stands(number);
  EXPECT_EQ(order["status"], "active");
  EXPECT_EQ(order["intent"], "order");
  EXPECT_EQ(order["requester"]["reference"], "Practitioner/dr-lee");
  EXPECT_EQ(order["recorder"]["identifier"]["value"], "lee.doctor");
  EXPECT_EQ(signed_order.result().origins[0].version, order["meta"]["versionId"]);
  const Json provenance = Contained(order, "Provenance");
  EXPECT_EQ(provenance["recorded"], at);
  EXPECT_EQ(provenance["agent"][0]["who"]["reference"], "Practitioner/dr-lee");
  EXPECT_EQ(order["eventHistory"][0]["reference"], "#maru-signature");
  EXPECT_FALSE(provenance.contains("reason"));
  EXPECT_FALSE(order.contains("detectedIssue"));
  const Json taken = hospital_->Value("med.active_list", {{"patient", "P-2210"}})["items"];
  ASSERT_EQ(taken.size(), 1u);
  EXPECT_EQ(taken[0]["order_id"], number);
}

TEST_F(Signing, IsDoneOnceForItsKeyAlsoAfterARestartOfTheServer) {
  const std::string number = Draft("run-once", "P-4401", "메트포르민");
  const auto first = Sign(number, InRun("run-once"));
  ASSERT_TRUE(first.ok()) << first.error().message_en;
  ASSERT_TRUE(hospital_->peer->Restart().ok());
  const auto again = Sign(number, InRun("run-once"));
  ASSERT_TRUE(again.ok()) << again.error().message_en;
  EXPECT_EQ(again.result().value, first.result().value);
  const auto found = Reconcile(number, InRun("run-once"));
  ASSERT_TRUE(found && found->ok());
  EXPECT_EQ(found->result().value, first.result().value);
  EXPECT_EQ(Stands(number)["identifier"].size(),
            3u);  // of the draft, of the number, of the signature
  const auto other = Sign(number, InRun("run-other"));
  EXPECT_EQ(Code(other), "invalid_argument");
  EXPECT_THAT(other.error().message_ko, HasSubstr("active"));
  EXPECT_FALSE(Reconcile(number, InRun("run-other")));
}

TEST_F(Signing, SignsOnlyDrafts) {
  EXPECT_EQ(Code(Sign("ORD-5403", InRun("run-done"))), "invalid_argument");
  EXPECT_EQ(Code(Sign("ORD-9999", InRun("run-none"))), "not_found");
  EXPECT_EQ(Code(Sign("ORD-5403,ORD-5512", InRun("run-two"))), "not_found");
  EXPECT_FALSE(Reconcile("ORD-9999", InRun("run-none")));
}

TEST_F(Signing, TakesNoSignatureOfSomebodyWhoDidNotApproveOrIsNotKnown) {
  EXPECT_EQ(Code(Sign("ORD-5512", InRun("run-nobody", ""))), "auth");
  EXPECT_EQ(Code(Sign("ORD-5512", InRun("run-stranger", "choi.operator"))), "auth");
  EXPECT_EQ(Stands("ORD-5512")["status"], "draft");
}

TEST_F(Signing, AsksForAReasonWhereTheCheckFindsSomethingGrave) {
  const auto refused = Sign("ORD-5512", InRun("run-5512"));
  ASSERT_EQ(Code(refused), "override_required");
  EXPECT_THAT(refused.error().message_en, HasSubstr("병용금기"));
  EXPECT_THAT(refused.error().message_ko, HasSubstr("가온암로정5밀리그램"));
  EXPECT_EQ(Stands("ORD-5512")["status"], "draft");
  const auto signed_order = Sign("ORD-5512", InRun("run-5512"), "no_alternative");
  ASSERT_TRUE(signed_order.ok()) << signed_order.error().message_en;
  const Json order = Stands("ORD-5512");
  EXPECT_EQ(Contained(order, "Provenance")["reason"][0]["coding"][0]["code"], "no_alternative");
  const Json issue = Contained(order, "DetectedIssue");
  EXPECT_EQ(issue["severity"], "high");
  EXPECT_EQ(issue["patient"], order["subject"]);
  EXPECT_EQ(issue["mitigation"][0]["action"]["text"], "대체약 없음");
  EXPECT_EQ(issue["mitigation"][0]["author"]["reference"], "Practitioner/dr-lee");
  EXPECT_EQ(order["detectedIssue"][0]["reference"], "#maru-issue-1");
}

TEST_F(Signing, TakesAnIncompleteCheckForAFinding) {
  const std::string number = Draft("run-child", "P-6006", "아세트아미노펜");
  EXPECT_EQ(Code(Sign(number, InRun("run-child"))), "override_required");
  EXPECT_TRUE(Sign(number, InRun("run-child"), "monitored").ok());
}

TEST_F(Signing, RecordsACautionWithoutAskingForAReason) {
  const std::string number = Draft("run-caution", "P-1031", "메트포르민");
  const auto signed_order = Sign(number, InRun("run-caution"));
  ASSERT_TRUE(signed_order.ok()) << signed_order.error().message_en;
  const Json issue = Contained(Stands(number), "DetectedIssue");
  EXPECT_EQ(issue["severity"], "moderate");
  EXPECT_FALSE(issue.contains("mitigation"));
}

TEST_F(Signing, DoesNotWriteOverAChangeOfSomebodyElse) {
  const std::string number = Draft("run-race", "P-5005", "메트포르민");
  hospital_->http.before_put = [&] { Change(number); };
  const auto outcome = Sign(number, InRun("run-race"));
  ASSERT_EQ(Code(outcome), "version_conflict");
  EXPECT_THAT(outcome.error().message_ko, HasSubstr(number));
  const Json order = Stands(number);
  EXPECT_EQ(order["status"], "draft");
  EXPECT_EQ(order["note"][0]["text"], "용량 재확인 요망");
  EXPECT_FALSE(Reconcile(number, InRun("run-race")));
}

TEST_F(Signing, TakesAnEarlierAttemptOfTheSameCallForItsOwn) {
  const std::string number = Draft("run-twin", "P-5005", "판토프라졸");
  tools::ToolOutcome earlier = tools::MakeToolError("", "", "");
  hospital_->http.before_put = [&] { earlier = Sign(number, InRun("run-twin")); };
  const auto outcome = Sign(number, InRun("run-twin"));
  ASSERT_TRUE(outcome.ok() && earlier.ok());
  EXPECT_EQ(outcome.result().value, earlier.result().value);
  EXPECT_EQ(outcome.result().origins[0].version, earlier.result().origins[0].version);
}

TEST_F(Signing, LeavesALostAnswerInDoubtUntilItIsLookedUp) {
  const std::string number = Draft("run-lost", "P-5005", "암로디핀");
  hospital_->http.lose_answer_of_put = true;
  const auto lost = Sign(number, InRun("run-lost"));
  hospital_->http.lose_answer_of_put = false;
  ASSERT_EQ(Code(lost), "in_doubt");
  EXPECT_TRUE(lost.error().in_doubt);
  const auto found = Reconcile(number, InRun("run-lost"));
  ASSERT_TRUE(found && found->ok());
  EXPECT_EQ(found->result().value["order_id"], number);
  EXPECT_FALSE(found->result().value["signed_at"].get<std::string>().empty());
}

TEST_F(Signing, HeedsARefusalOfThePatient) {
  const Json identifier = {{"system", "urn:maru:order-no"}, {"value", "ORD-7001"}};
  hospital_->Raw("POST", "MedicationRequest",
                 {{"resourceType", "MedicationRequest"},
                  {"status", "draft"},
                  {"intent", "order"},
                  {"identifier", Json::array({identifier})},
                  {"medicationCodeableConcept", {{"text", "메트포르민"}}},
                  {"subject", {{"reference", "Patient/pat-3302"}}}});
  EXPECT_EQ(Code(Sign("ORD-7001", InRun("run-refused"))), "no_consent");
}

TEST_F(Signing, KnowsWhoCaresForThePatientOfAnOrder) {
  tools::Tool& tool = fakes::FindTool(*hospital_->connector, "order.sign");
  const auto related = [&](const char* person, Json order) {
    return tool.Related(person, {{"order", std::move(order)}}).value();
  };
  EXPECT_TRUE(related("lee.doctor", "ORD-5512"));
  EXPECT_TRUE(related("park.nurse", "ORD-5512"));
  EXPECT_FALSE(related("choi.operator", "ORD-5512"));
  EXPECT_FALSE(related("park.nurse", "ORD-5601"));
  EXPECT_FALSE(related("lee.doctor", "ORD-9999"));
  EXPECT_FALSE(related("lee.doctor", ""));
  EXPECT_TRUE(related("lee.doctor", {{"$ref", "s1.order_id"}}));  // asked again with the number
}

TEST(SigningWithoutRules, IsAnUncheckedOrder) {
  Hospital hospital({}, "sample-token", "");
  CallOptions options = InRun("run-rules");
  const auto refused = hospital.Call("order.sign", {{"order", "ORD-5512"}}, options);
  EXPECT_EQ(Code(refused), "override_required");
  EXPECT_THAT(refused.error().message_ko, HasSubstr("DUR 규칙"));
  EXPECT_TRUE(
      hospital.Call("order.sign", {{"order", "ORD-5512"}, {"override", "benefit"}}, options).ok());
}

class SigningFault : public testing::TestWithParam<std::pair<const char*, const char*>> {};

TEST_P(SigningFault, IsATypedError) {
  Hospital hospital(Environment{{"FHIR_FAULT", GetParam().first}});
  CallOptions brief = InRun("run-fault");
  brief.timeout = absl::Seconds(1);
  EXPECT_EQ(Code(hospital.Call("order.sign", {{"order", "ORD-5512"}}, brief)), GetParam().second);
  const auto found = fakes::FindTool(*hospital.connector, "order.sign")
                         .Reconcile(fakes::MakeCall("order.sign", {{"order", "ORD-5512"}}, brief),
                                    {absl::Now() + absl::Seconds(1), {}});
  ASSERT_TRUE(found);  // not to be told is not "no"
  EXPECT_EQ(Code(*found), GetParam().second);
}

INSTANTIATE_TEST_SUITE_P(Every, SigningFault,
                         testing::Values(std::pair{"garbage", "malformed_upstream"},
                                         std::pair{"html", "malformed_upstream"},
                                         std::pair{"error", "unreachable"},
                                         std::pair{"slow", "timeout"}),
                         [](const auto& info) { return std::string(info.param.first); });

}  // namespace
}  // namespace connectors
