// FHIR bundles whose next page leads elsewhere, or never ends.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "connectors/medical/fhir.h"
#include "model_core/base/strings.h"

namespace connectors::medical {
namespace {

using base::StrCat;

constexpr char kBase[] = "http://fhir.example/R4";

// A server whose every page names `next`.
class Pages : public HttpClient {
 public:
  explicit Pages(std::string next) : next_(std::move(next)) {}
  absl::StatusOr<HttpResponse> Do(const HttpRequest& request, const tools::CallContext&) override {
    asked.push_back(request.url);
    HttpResponse response;
    response.status = 200;
    response.body = StrCat(R"({"resourceType":"Bundle","link":[{"relation":"next","url":")", next_,
                           R"("}],"entry":[{"resource":{"resourceType":"Patient","id":"1"}}]})");
    return response;
  }
  std::string Error() {
    FhirOptions options;
    options.base_url = kBase;
    options.bearer_token = "secret";
    const Fhir fhir(options, *this, base::SystemClock());
    const auto found = fhir.Search("Patient", {}, {absl::Now() + absl::Seconds(20), nullptr});
    return found.ok() ? "ok" : found.error().code;
  }
  std::vector<std::string> asked;

 private:
  const std::string next_;
};

TEST(FhirPages, TheCredentialGoesToNoOtherHost) {
  for (const char* next :
       {"http://fhir.example/R4.evil.example/p", "http://fhir.example/R4@evil.example/p",
        "http://evil.example/R4?page=2", "https://fhir.example/R4?page=2", "/R4?page=2"}) {
    Pages pages(next);
    EXPECT_EQ(pages.Error(), "malformed_upstream") << next;
    EXPECT_EQ(pages.asked.size(), 1u) << next;
  }
}

TEST(FhirPages, AreFollowedOnTheServerItselfAndNotForEver) {
  for (const char* next :
       {"http://fhir.example/R4?page=2", "http://fhir.example/R4/Patient?page=2"}) {
    Pages pages(next);
    EXPECT_EQ(pages.Error(), "partial");
    EXPECT_EQ(pages.asked.size(), 20u);
  }
}

}  // namespace
}  // namespace connectors::medical
