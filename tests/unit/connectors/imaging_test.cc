// The imaging connector against Orthanc, with the care relation from the FHIR server.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "connectors/medical.h"
#include "model_core/base/strings.h"
#include "tests/fakes/peer.h"
#include "tests/fakes/tool_call.h"

namespace connectors {
namespace {

using base::Json;
using testing::HasSubstr;

class ImagingTest : public testing::Test {
 public:
  static void SetUpTestSuite() {
    auto dicom = fakes::Peer::Start("dicom"), fhir = fakes::Peer::Start("fhir");
    ASSERT_TRUE(dicom.ok()) << dicom.status();
    ASSERT_TRUE(fhir.ok()) << fhir.status();
    dicom_ = dicom->release();
    fhir_ = fhir->release();
  }
  static void TearDownTestSuite() {
    delete dicom_;
    delete fhir_;
  }

  void SetUp() override { Connect("sample"); }

  void Connect(std::string password) {
    ImagingOptions options;
    options.base_url = base::StrCat(dicom_->url(), "/dicom-web");
    options.user = "maru";
    options.password = std::move(password);
    options.fhir.base_url = base::StrCat(fhir_->url(), "/fhir/R4");
    options.fhir.bearer_token = "sample-token";
    connector_ = MakeImagingConnector(options, *http_, base::SystemClock());
  }
  tools::ToolOutcome Find(Json arguments) {
    return fakes::CallTool(*connector_, "imaging.find", std::move(arguments));
  }
  Json Items(Json arguments) {
    auto outcome = Find(std::move(arguments));
    EXPECT_TRUE(outcome.ok()) << outcome.error().code << ": " << outcome.error().message_en;
    return outcome.ok() ? outcome.result().value["items"] : Json::array();
  }

  static fakes::Peer *dicom_, *fhir_;
  std::unique_ptr<HttpClient> http_ = MakeHttpClient({});
  std::unique_ptr<tools::Connector> connector_;
};
fakes::Peer *ImagingTest::dicom_ = nullptr, *ImagingTest::fhir_ = nullptr;

Json LastYear() {
  const auto year = absl::ToCivilYear(absl::Now(), base::Seoul()).year() - 1;
  return {{"from", base::StrCat(year, "-01-01")}, {"to", base::StrCat(year, "-12-31")}};
}

TEST_F(ImagingTest, FindsStudiesByModalityBodyPartAndPeriod) {
  const auto outcome = Find(
      {{"patient", "P-2210"}, {"modality", "CT"}, {"body_part", "복부"}, {"period", LastYear()}});
  ASSERT_TRUE(outcome.ok()) << outcome.error().message_en;
  const Json& items = outcome.result().value["items"];
  ASSERT_EQ(items.size(), 1u);
  EXPECT_EQ(items[0]["modality"], "CT");
  EXPECT_EQ(items[0]["body_part"], "ABDOMEN");
  EXPECT_THAT(items[0]["description"].get<std::string>(), HasSubstr("복부 조영 CT"));
  EXPECT_EQ(items[0]["taken"], LastYear()["from"].get<std::string>().substr(0, 4) + "-06-12");
  EXPECT_EQ(outcome.result().origins[0].record, items[0]["study_id"]);
  EXPECT_EQ(outcome.result().label.privacy, policies::Privacy::kSensitive);
}

TEST_F(ImagingTest, NarrowsOnlyByWhatIsAsked) {
  EXPECT_EQ(Items({{"patient", "P-2210"}}).size(), 4u);
  EXPECT_EQ(Items({{"patient", "P-2210"}, {"modality", "XR"}}).size(), 1u);
  EXPECT_EQ(Items({{"patient", "P-2210"}, {"body_part", "흉부"}}).size(), 2u);
  EXPECT_EQ(Items({{"patient", "P-2210"}, {"modality", "MG"}}).size(), 0u);
}

TEST_F(ImagingTest, HeedsRefusalAndCareRelation) {
  const auto refused = Find({{"patient", "P-3302"}});
  ASSERT_FALSE(refused.ok());
  EXPECT_EQ(refused.error().code, "no_consent");
  tools::Tool& tool = fakes::FindTool(*connector_, "imaging.find");
  EXPECT_TRUE(tool.Related("park.nurse", {{"patient", "P-2210"}}).value());
  EXPECT_FALSE(tool.Related("park.nurse", {{"patient", "P-1031"}}).value());
}

TEST_F(ImagingTest, ReportsAWrongCredentialAndAServerThatIsDown) {
  EXPECT_EQ(connector_->Check(absl::Now() + absl::Seconds(5)).state,
            tools::Connector::State::kConnected);
  Connect("wrong");
  EXPECT_EQ(Find({{"patient", "P-2210"}}).error().code, "auth");
  EXPECT_EQ(connector_->Check(absl::Now() + absl::Seconds(5)).state,
            tools::Connector::State::kDown);
  Connect("sample");
  dicom_->Stop();
  EXPECT_EQ(Find({{"patient", "P-2210"}}).error().code, "unreachable");
  ASSERT_TRUE(dicom_->Restart().ok());
  EXPECT_EQ(Items({{"patient", "P-2210"}, {"modality", "XR"}}).size(), 1u);
}

TEST(ImagingConnector, GivesNoToolsWhenItIsNotConfigured) {
  auto http = MakeHttpClient({});
  EXPECT_TRUE(MakeImagingConnector({}, *http, base::SystemClock())->tools().empty());
}

}  // namespace
}  // namespace connectors
