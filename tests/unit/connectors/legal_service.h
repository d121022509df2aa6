// The law service of the sample organisation and a connector to it.
#pragma once

#include <gtest/gtest.h>

#include <map>
#include <memory>
#include <string>

#include "connectors/legal.h"
#include "model_core/base/strings.h"
#include "tests/fakes/peer.h"
#include "tests/fakes/tool_call.h"

namespace connectors {

using Environment = std::map<std::string, std::string>;

struct Law {
  explicit Law(Environment environment = {}, std::string oc_key = "sample",
               std::string referer = "https://gaon.example") {
    auto started = fakes::Peer::Start("law", {std::move(environment)});
    EXPECT_TRUE(started.ok()) << started.status();
    peer = *std::move(started);
    http = MakeHttpClient({});
    connector = MakeLegalConnector(
        {base::StrCat(peer->url(), "/DRF"), std::move(oc_key), std::move(referer)}, *http,
        base::SystemClock());
  }
  std::unique_ptr<fakes::Peer> peer;
  std::unique_ptr<HttpClient> http;
  std::unique_ptr<tools::Connector> connector;
};

// One law service for all tests of a suite, and what its tools give.
class LegalFixture : public testing::Test {
 public:
  static void SetUpTestSuite() { law_ = new Law(); }
  static void TearDownTestSuite() {
    delete law_;
    law_ = nullptr;
  }

  static tools::ToolOutcome Call(const std::string& tool, base::Json arguments) {
    return fakes::CallTool(*law_->connector, tool, std::move(arguments));
  }
  static base::Json Value(const std::string& tool, base::Json arguments) {
    auto outcome = Call(tool, std::move(arguments));
    EXPECT_TRUE(outcome.ok()) << outcome.error().code << ": " << outcome.error().message_en;
    return outcome.ok() ? outcome.result().value : base::Json{{"items", base::Json::array()}};
  }
  static std::string Error(const std::string& tool, base::Json arguments) {
    auto outcome = Call(tool, std::move(arguments));
    return outcome.ok() ? "ok" : outcome.error().code;
  }
  static inline Law* law_ = nullptr;
};

}  // namespace connectors
