// deid.export against the FHIR server of the sample hospital.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>
#include <sstream>

#include "connectors/medical/export_register.h"
#include "model_core/base/sha256.h"
#include "tests/unit/connectors/hospital.h"

namespace connectors {
namespace {

namespace fs = std::filesystem;
using base::Json;
using fakes::CallOptions;
using fakes::Code;
using testing::HasSubstr;
using testing::Not;

std::string Bytes(const fs::path& path) {
  std::ostringstream bytes;
  bytes << std::ifstream(path).rdbuf();
  return bytes.str();
}

class Exporting : public testing::Test {
 public:
  static void SetUpTestSuite() { hospital_ = new Hospital(); }
  static void TearDownTestSuite() { delete hospital_; }

  Exporting() {
    fs::remove_all(outbox_);
    Connect(5);
  }
  ~Exporting() override { fs::remove_all(outbox_); }

  void Connect(int k_min, const std::string& mount = "") {
    MedicalOptions options;
    options.fhir.base_url = hospital_->base_url;
    options.fhir.bearer_token = "sample-token";
    options.exports = {outbox_, kSample + "recipients.json", k_min, mount};
    connector_ = MakeMedicalConnector(options, hospital_->http, base::SystemClock());
  }
  static Json Asked(Json columns, const std::string& recipient = "가온대 연구팀") {
    const int year = static_cast<int>(absl::ToCivilYear(absl::Now(), base::Seoul()).year()) - 1;
    return {
        {"condition", "2형 당뇨병"},
        {"columns", std::move(columns)},
        {"recipient", recipient},
        {"period", {{"from", base::StrCat(year, "-01-01")}, {"to", base::StrCat(year, "-12-31")}}}};
  }
  tools::ToolOutcome Export(Json arguments, const std::string& run = "run-export") {
    CallOptions options;
    options.requester = "lee.doctor";
    options.run_id = run;
    return fakes::CallTool(*connector_, "deid.export", std::move(arguments), options);
  }
  std::optional<tools::ToolOutcome> Reconcile(Json arguments, const std::string& run) {
    CallOptions options;
    options.run_id = run;
    return fakes::FindTool(*connector_, "deid.export")
        .Reconcile(fakes::MakeCall("deid.export", std::move(arguments), options),
                   {absl::Now() + absl::Seconds(5), {}});
  }
  fs::path Given(const Json& value) const {
    return fs::path(outbox_) / (value["export_id"].get<std::string>() + ".csv");
  }
  size_t FilesGiven() const {
    size_t files = 0;
    if (!fs::exists(outbox_)) return 0;
    for (const auto& entry : fs::directory_iterator(outbox_)) files += entry.is_regular_file();
    return files;
  }

 protected:
  static Hospital* hospital_;
  const std::string outbox_ = testing::TempDir() + "/maru_exports";
  std::unique_ptr<tools::Connector> connector_;
};
Hospital* Exporting::hospital_ = nullptr;

TEST_F(Exporting, GivesARowForEachPatientAndNothingThatSaysWho) {
  const auto outcome = Export(Asked({"age_band", "lab"}));
  ASSERT_TRUE(outcome.ok()) << outcome.error().message_en;
  const Json& value = outcome.result().value;
  EXPECT_EQ(value["rows"], 18);
  EXPECT_GE(value["k"].get<int>(), 5);
  EXPECT_EQ(outcome.result().label.privacy, policies::Privacy::kPersonal);
  EXPECT_EQ(outcome.result().label.n2sf, policies::N2sf::kS);
  const std::string data = Bytes(Given(value));
  EXPECT_THAT(data, testing::StartsWith("\"age_band\",\"lab\"\r\n"));
  EXPECT_EQ(std::count(data.begin(), data.end(), '\n'), 19);
  EXPECT_THAT(data, HasSubstr("\"60-69\",\"당화혈색소 "));
  EXPECT_THAT(data, Not(testing::ContainsRegex("P-[0-9]|pat-|20[0-9][0-9]-")));
  EXPECT_THAT(data, Not(HasSubstr("가상")));
  EXPECT_THAT(data, Not(HasSubstr("지시")));  // of a note in the record
  EXPECT_EQ(outcome.result().origins[0].sha256, base::Sha256Hex(data));
  EXPECT_EQ(fs::status(Given(value)).permissions() & fs::perms::others_all, fs::perms::none);
}

TEST_F(Exporting, GivesEveryColumnInTheOrderAskedForAndOnce) {
  Connect(1);
  const auto outcome = Export(Asked({"visit", "diagnosis", "sex", "visit"}), "run-columns");
  ASSERT_TRUE(outcome.ok()) << outcome.error().message_en;
  const std::string data = Bytes(Given(outcome.result().value));
  EXPECT_THAT(data, testing::StartsWith("\"visit\",\"diagnosis\",\"sex\"\r\n"));
  EXPECT_THAT(data, HasSubstr("\"0\",\"E11 2형 당뇨병\",\"female\"\r\n"));
}

TEST_F(Exporting, IsDoneOnceForItsKeyAlsoWhenTheFileHasBeenTakenAway) {
  const Json asked = Asked({"age_band"});
  const auto unknown = Reconcile(asked, "run-once");
  ASSERT_TRUE(unknown) << "where no register is, nobody knows what was given";
  EXPECT_EQ(Code(*unknown), "unreachable");
  const auto first = Export(asked, "run-once");
  ASSERT_TRUE(first.ok()) << first.error().message_en;
  fs::remove(Given(first.result().value));
  const auto again = Export(asked, "run-once");
  ASSERT_TRUE(again.ok());
  EXPECT_EQ(again.result().value, first.result().value);
  EXPECT_EQ(FilesGiven(), 0u);
  const auto found = Reconcile(asked, "run-once");
  ASSERT_TRUE(found && found->ok());
  EXPECT_EQ(found->result().value, first.result().value);
  EXPECT_FALSE(Reconcile(asked, "run-another"));
}

TEST_F(Exporting, FinishesWhatACrashLeftStaged) {
  const Json asked = Asked({"age_band"});
  const auto first = Export(asked, "run-crash");
  ASSERT_TRUE(first.ok()) << first.error().message_en;
  const fs::path given = Given(first.result().value);
  const std::string data = Bytes(given);
  fs::rename(given, fs::path(outbox_) / "staging" / given.filename());
  EXPECT_FALSE(Reconcile(asked, "run-crash"));  // registered, and not given yet
  const auto again = Export(asked, "run-crash");
  ASSERT_TRUE(again.ok());
  EXPECT_EQ(again.result().value, first.result().value);
  EXPECT_EQ(Bytes(given), data);
  EXPECT_TRUE(Reconcile(asked, "run-crash"));
}

TEST_F(Exporting, RegistersWhatWasGivenToWhom) {
  const auto outcome = Export(Asked({"age_band"}, "가온대학교 연구팀"), "run-register");
  ASSERT_TRUE(outcome.ok()) << outcome.error().message_en;
  fs::path path = fs::path(outbox_) / "register" / Given(outcome.result().value).filename();
  const auto entry = base::ParseJson(Bytes(path.replace_extension(".json")), "entry");
  ASSERT_TRUE(entry.ok());
  EXPECT_EQ((*entry)["recipient"], "가온대 연구팀");
  EXPECT_EQ((*entry)["review"], "DRB-2026-031");
  EXPECT_EQ((*entry)["requester"], "lee.doctor");
  EXPECT_EQ((*entry)["rows"], 18);
}

TEST_F(Exporting, GivesNothingWhereTooFewAreAlike) {
  const auto outcome = Export(Asked({"age_band", "sex"}), "run-few");
  ASSERT_EQ(Code(outcome), "k_too_small");
  EXPECT_THAT(outcome.error().message_ko, HasSubstr("5명 미만"));
  Json nobody = Asked({"age_band"});
  nobody["condition"] = "희귀 예시병";
  EXPECT_EQ(Code(Export(nobody, "run-nobody")), "k_too_small");
  Json earlier = Asked({"age_band"});
  earlier["period"] = {{"from", "1990-01-01"}, {"to", "1990-12-31"}};
  EXPECT_EQ(Code(Export(earlier, "run-earlier")), "k_too_small");
  EXPECT_EQ(FilesGiven(), 0u);
}

TEST_F(Exporting, GivesNothingToWhomNoReviewAllowsIt) {
  for (const char* recipient : {"모르는 곳", "새솔 제약", "바름 통계연구소", ""})
    EXPECT_EQ(Code(Export(Asked({"age_band"}, recipient), "run-who")), "no_review") << recipient;
  EXPECT_EQ(Code(Export(Asked({"age_band", "medication"}), "run-what")), "no_review");
  EXPECT_EQ(FilesGiven(), 0u);
  fs::create_directories(fs::path(outbox_) / "register");
  EXPECT_FALSE(Reconcile(Asked({"age_band"}), "run-who"));
}

TEST_F(Exporting, LeavesOutWhoHasRefused) {
  const Json id = hospital_->Raw("POST", "Consent",
                                 {{"resourceType", "Consent"},
                                  {"status", "active"},
                                  {"scope", {{"text", "연구"}}},
                                  {"category", Json::array({{{"text", "정보 제공 거부"}}})},
                                  {"policyRule", {{"text", "예시 규정"}}},
                                  {"patient", {{"reference", "Patient/pat-7101"}}},
                                  {"provision", {{"type", "deny"}}}})["id"];
  const auto outcome = Export(Asked({"age_band"}), "run-refused");
  ASSERT_TRUE(outcome.ok()) << outcome.error().message_en;
  EXPECT_EQ(outcome.result().value["rows"], 17);
  hospital_->Raw("PUT", "Consent/" + id.get<std::string>(),
                 {{"resourceType", "Consent"},
                  {"id", id},
                  {"status", "inactive"},
                  {"scope", {{"text", "연구"}}},
                  {"category", Json::array({{{"text", "정보 제공 거부"}}})},
                  {"policyRule", {{"text", "예시 규정"}}},
                  {"patient", {{"reference", "Patient/pat-7101"}}}});
}

TEST_F(Exporting, SaysWhenTheOutboxCannotBeWritten) {
  std::ofstream(outbox_) << "a file in the way";
  EXPECT_EQ(Code(Export(Asked({"age_band"}), "run-blocked")), "unreachable");
  EXPECT_TRUE(fs::is_regular_file(outbox_));
}

// Nothing is mounted in the folder of a test; the root is mounted everywhere.
TEST_F(Exporting, WritesNothingWhileWhatHasToBeMountedIsNot) {
  const Json asked = Asked({"age_band"});
  for (const std::string& mount : {outbox_, outbox_ + "/absent"}) {
    fs::create_directories(outbox_);
    Connect(5, mount);
    const auto refused = Export(asked, "run-mount");
    ASSERT_EQ(Code(refused), "unreachable");
    EXPECT_THAT(refused.error().message_en, HasSubstr("mounted at '" + mount + "'"));
    EXPECT_THAT(refused.error().message_ko, HasSubstr("'" + mount + "'에 마운트된"));
    EXPECT_TRUE(fs::is_empty(outbox_));
    const auto unknown = Reconcile(asked, "run-mount");
    ASSERT_TRUE(unknown);
    EXPECT_EQ(Code(*unknown), "unreachable");
  }
  Connect(5, "/");
  EXPECT_TRUE(Export(asked, "run-mount").ok());
  EXPECT_TRUE(Reconcile(asked, "run-mount"));
}

// Registered by then: whether it was moved out is another question.
TEST_F(Exporting, IsInDoubtWhereItWasUnmountedBeforeItWasGiven) {
  const medical::ExportRegister there({outbox_, "", 5, "/"}), gone({outbox_, "", 5, outbox_});
  ASSERT_TRUE(there.Register("EXP-1", "a\r\n", Json::object()).ok());
  const auto delivered = gone.Deliver("EXP-1");
  ASSERT_FALSE(delivered.ok());
  EXPECT_EQ(delivered.error().code, "in_doubt");
  EXPECT_THAT(delivered.error().message_en, HasSubstr("'" + outbox_ + "'"));
  EXPECT_TRUE(*there.IsStaged("EXP-1"));
  EXPECT_FALSE(gone.Register("EXP-2", "a\r\n", Json::object()).ok());
  EXPECT_FALSE(*there.IsStaged("EXP-2"));
}

TEST_F(Exporting, IsOffUnlessConfiguredAndAsksForNoCareRelation) {
  EXPECT_TRUE(fakes::FindTool(*connector_, "deid.export")
                  .Related("lee.doctor", Asked({"age_band"}))
                  .value());
  for (tools::Tool* tool : hospital_->connector->tools()) EXPECT_NE(tool->name(), "deid.export");
}

TEST_F(Exporting, AnswersATypedErrorOfTheServer) {
  Hospital broken(Environment{{"FHIR_FAULT", "garbage"}});
  MedicalOptions options;
  options.fhir.base_url = broken.base_url;
  options.exports = {outbox_, kSample + "recipients.json", 5};
  connector_ = MakeMedicalConnector(options, broken.http, base::SystemClock());
  EXPECT_EQ(Code(Export(Asked({"age_band"}), "run-broken")), "malformed_upstream");
  EXPECT_EQ(FilesGiven(), 0u);
}

}  // namespace
}  // namespace connectors
