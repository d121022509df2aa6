// imaging.find with answers that no DICOMweb server should give.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "connectors/medical.h"
#include "model_core/base/strings.h"
#include "tests/fakes/tool_call.h"

namespace connectors {
namespace {

using base::StrCat;

class OneAnswer : public HttpClient {
 public:
  explicit OneAnswer(std::string body, std::string warning = "")
      : body_(std::move(body)), warning_(std::move(warning)) {}
  absl::StatusOr<HttpResponse> Do(const HttpRequest&, const tools::CallContext&) override {
    return HttpResponse{200, {{"warning", warning_}}, body_};
  }

 private:
  const std::string body_, warning_;
};

tools::ToolOutcome Find(OneAnswer http, base::Json arguments = {{"patient", "P-2210"}}) {
  ImagingOptions options;
  options.base_url = "http://pacs.example/dicom-web";
  const auto connector = MakeImagingConnector(options, http, base::SystemClock());
  return fakes::CallTool(*connector, "imaging.find", std::move(arguments));
}

std::string Series(const std::string& patient, const std::string& study,
                   const std::string& more = "") {
  return StrCat(R"({"00100020":{"vr":"LO","Value":[")", patient,
                R"("]},"0020000D":{"vr":"UI","Value":[")", study, R"("]})", more, "}");
}

TEST(ImagingAnswers, GarbageIsMalformedAndNeverAnEmptyList) {
  for (const std::string& body :
       {std::string("no json"), std::string("{}"), std::string("[1]"), std::string("[null]"),
        std::string(R"([{"00100020":{"Value":"P-2210"}}])"),
        std::string(R"([{"00100020":{"Value":[{"deep":[]}]}}])"),
        StrCat("[", Series("P-2210", ""), "]"), StrCat("[", Series("P-9999", "1.2.3"), "]"),
        std::string(100'000, '[')}) {
    const auto found = Find(OneAnswer(body));
    ASSERT_FALSE(found.ok()) << body.substr(0, 80);
    EXPECT_EQ(found.error().code, "malformed_upstream") << body.substr(0, 80);
  }
  EXPECT_TRUE(Find(OneAnswer(StrCat("[", Series("P-2210", "1.2.3"), "]"))).ok());
}

TEST(ImagingAnswers, WhatWasNotAskedForIsNotTold) {
  const auto of = [](const char* study, const char* modality, const char* day) {
    return Series("P-2210", study,
                  StrCat(R"(,"00080060":{"vr":"CS","Value":[")", modality,
                         R"("]},"00080020":{"vr":"DA","Value":[")", day, R"("]})"));
  };
  const auto found =
      Find(OneAnswer(StrCat("[", of("1.1", "CT", "20260331"), ",", of("1.2", "MR", "20260401"), ",",
                            of("1.3", "CT", "20260401"), ",", of("1.4", "CT", "20260501"), "]")),
           {{"patient", "P-2210"},
            {"modality", "CT"},
            {"period", {{"from", "2026-04-01"}, {"to", "2026-04-30"}}}});
  ASSERT_TRUE(found.ok()) << found.error().message_en;
  const base::Json& items = found.result().value["items"];
  ASSERT_EQ(items.size(), 1u);
  EXPECT_EQ(items[0]["study_id"], "1.3");
}

TEST(ImagingAnswers, AListThatTheServerCutIsPartial) {
  const auto found =
      Find(OneAnswer(StrCat("[", Series("P-2210", "1.2.3"), "]"),
                     "299 pacs: \"The number of results exceeded the maximum supported by the "
                     "server. Additional results can be requested.\""));
  ASSERT_FALSE(found.ok());
  EXPECT_EQ(found.error().code, "partial");
}

}  // namespace
}  // namespace connectors
