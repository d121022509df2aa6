#include "deploy/server/http_log.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "model_core/base/log.h"

namespace deploy {
namespace {

using testing::ContainsRegex;
using testing::HasSubstr;
using testing::Not;

// Answers 404 where the method is GET, and is away otherwise.
class FakeHttp : public connectors::HttpClient {
 public:
  absl::StatusOr<connectors::HttpResponse> Do(const connectors::HttpRequest& request,
                                              const tools::CallContext&) override {
    if (request.method != "GET") return absl::UnavailableError("no route");
    return connectors::HttpResponse{404, {}, "no such patient"};
  }
};

std::string LogOf(base::LogLevel level, const connectors::HttpRequest& request) {
  const auto client = LoggedHttp(std::make_unique<FakeHttp>());
  base::StartLog(base::LogFormat::kText, level);
  testing::internal::CaptureStderr();
  client->Do(request, {}).IgnoreError();
  base::StartLog(base::LogFormat::kText, base::LogLevel::kInfo);
  return testing::internal::GetCapturedStderr();
}

TEST(LoggedHttp, TellsHostOutcomeAndTimeAndNothingPersonal) {
  const std::string log =
      LogOf(base::LogLevel::kDebug,
            {"GET", "https://user:word@fhir.example:8443/Patient/P-1027?name=kim", {}, "body"});
  EXPECT_THAT(log, ContainsRegex("debug http.exchanged method=GET host=fhir.example:8443 "
                                 "outcome=404 bytes=15 milliseconds=[0-9]+"));
  for (const char* personal : {"P-1027", "kim", "word", "body", "patient"})
    EXPECT_THAT(log, Not(HasSubstr(personal)));
}

TEST(LoggedHttp, TellsOfAFailureByItsCode) {
  EXPECT_THAT(LogOf(base::LogLevel::kDebug, {"POST", "http://law.example/DRF", {}, ""}),
              HasSubstr("method=POST host=law.example outcome=UNAVAILABLE bytes=0"));
}

TEST(LoggedHttp, IsSilentAboveLevelDebug) {
  EXPECT_EQ(LogOf(base::LogLevel::kInfo, {"GET", "http://law.example", {}, ""}), "");
}

}  // namespace
}  // namespace deploy
