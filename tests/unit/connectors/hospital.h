// Hospital: the medical connector against the FHIR server of the sample hospital, on a port of its
// own.
#pragma once

#include <gtest/gtest.h>

#include <functional>
#include <map>
#include <memory>
#include <string>
#include <utility>

#include "connectors/medical.h"
#include "model_core/base/strings.h"
#include "tests/fakes/peer.h"
#include "tests/fakes/tool_call.h"

namespace connectors {

using Environment = std::map<std::string, std::string>;
inline const std::string kSample = MARU_SOURCE_DIR "/deploy/sample/medical/";

// The connector's way to the server, on which a test may stand.
class WatchedHttp : public HttpClient {
 public:
  std::function<void()> before_put;  // once
  bool lose_answer_of_put = false, lose_answer_of_post = false;

  absl::StatusOr<HttpResponse> Do(const HttpRequest& request,
                                  const tools::CallContext& context) override {
    const bool put = request.method == "PUT";
    if (put && before_put) std::exchange(before_put, nullptr)();
    auto answer = inner_->Do(request, context);
    const bool lost = put ? lose_answer_of_put : request.method == "POST" && lose_answer_of_post;
    if (lost) return absl::UnknownError("the connection was reset");
    return answer;
  }

 private:
  const std::unique_ptr<HttpClient> inner_ = MakeHttpClient({});
};

struct Hospital {
  explicit Hospital(Environment environment = {}, std::string token = "sample-token",
                    std::string rules = kSample + "dur_rules.csv") {
    auto started = fakes::Peer::Start("fhir", {std::move(environment)});
    EXPECT_TRUE(started.ok()) << started.status();
    peer = *std::move(started);
    MedicalOptions options;
    options.fhir.base_url = base::StrCat(peer->url(), "/fhir/R4");
    options.fhir.bearer_token = std::move(token);
    options.dur_rules_file = std::move(rules);
    options.drug_list_file = kSample + "drugs.csv";
    base_url = options.fhir.base_url;
    connector = MakeMedicalConnector(options, http, base::SystemClock());
  }
  tools::ToolOutcome Call(const std::string& tool, base::Json arguments,
                          fakes::CallOptions options = {}) {
    options.requester = "lee.doctor";
    return fakes::CallTool(*connector, tool, std::move(arguments), options);
  }
  base::Json Value(const std::string& tool, base::Json arguments, fakes::CallOptions options = {}) {
    auto outcome = Call(tool, std::move(arguments), std::move(options));
    EXPECT_TRUE(outcome.ok()) << outcome.error().code << ": " << outcome.error().message_en;
    return outcome.ok() ? outcome.result().value : base::Json{{"items", base::Json::array()}};
  }
  std::string Error(const std::string& tool, base::Json arguments) {
    auto outcome = Call(tool, std::move(arguments));
    return outcome.ok() ? "ok" : outcome.error().code;
  }
  // Past the connector: the answer's resource.
  base::Json Raw(const std::string& method, const std::string& path, const base::Json& body = {}) {
    HttpRequest request{
        method,
        base::StrCat(base_url, "/", path),
        {{"Authorization", "Bearer sample-token"}, {"Content-Type", "application/fhir+json"}},
        body.is_null() ? "" : base::DumpJson(body)};
    const auto answer = MakeHttpClient({})->Do(request, {absl::Now() + absl::Seconds(20), {}});
    EXPECT_TRUE(answer.ok() && answer->status / 100 == 2) << (answer.ok() ? answer->body : "");
    return answer.ok() ? base::ParseJson(answer->body, "answer").value() : base::Json();
  }
  std::unique_ptr<fakes::Peer> peer;
  std::string base_url;
  WatchedHttp http;
  std::unique_ptr<tools::Connector> connector;
};

}  // namespace connectors
