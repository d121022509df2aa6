// The connectors, from what the configuration says of them.
#pragma once

#include <memory>
#include <vector>

#include "agents/run_store.h"
#include "connectors/documents.h"
#include "connectors/http.h"
#include "deploy/server/config.h"
#include "model_core/base/clock.h"
#include "tools/tool.h"

namespace deploy {

struct ConnectorSet {
  // Both outlive the connectors; null: not configured.
  std::unique_ptr<connectors::DocumentStore> documents;
  std::unique_ptr<connectors::DocumentTexts> texts;
  std::vector<std::unique_ptr<tools::Connector>> connectors;
};

// Errors name the key whose file cannot be read or is malformed.
absl::StatusOr<ConnectorSet> MakeConnectors(const Config& config, agents::RunStore& store,
                                            connectors::HttpClient& http, base::Clock& clock);

}  // namespace deploy
