// The connectors, from what the configuration says of them.
#pragma once

#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "connectors/documents.h"
#include "connectors/http.h"
#include "deploy/server/config.h"
#include "model_core/base/clock.h"
#include "tools/tool.h"

namespace deploy {

// What a principal may read.
using ClearanceOf = std::function<policies::Clearance(const std::string& principal)>;

struct ConnectorSet {
  // Both outlive the connectors; null: not configured.
  std::unique_ptr<connectors::DocumentStore> documents;
  std::unique_ptr<connectors::DocumentTexts> texts;
  std::vector<std::unique_ptr<tools::Connector>> connectors;
};

// Connects to nothing. InvalidArgument names the key whose file cannot be read or is malformed, or
// the system whose settings do not go together.
absl::StatusOr<ConnectorSet> MakeConnectors(const Config& config, const ClearanceOf& clearance,
                                            connectors::HttpClient& http, base::Clock& clock);

}  // namespace deploy
