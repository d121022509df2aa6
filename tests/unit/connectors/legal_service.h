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

}  // namespace connectors
