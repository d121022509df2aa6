#include "tools/tool_registry.h"

#include <future>

#include "model_core/base/text.h"

namespace tools {
namespace {

// The details may repeat what the other side sent: a byte that is no UTF-8 becomes U+FFFD.
Connector::Health Readable(Connector::Health health) {
  health.detail_en = base::WellFormedUtf8(health.detail_en);
  health.detail_ko = base::WellFormedUtf8(health.detail_ko);
  return health;
}

}  // namespace

ToolRegistry::ToolRegistry(const Catalogue& catalogue,
                           std::vector<std::unique_ptr<Connector>> connectors)
    : catalogue_(catalogue), connectors_(std::move(connectors)) {
  for (const auto& connector : connectors_) {
    for (Tool* tool : connector->tools()) tools_.emplace(tool->name(), tool);
    health_[connector->name()] = {Connector::State::kDown, "not checked yet",
                                  "아직 확인하지 않았습니다"};
  }
}

Tool* ToolRegistry::Find(std::string_view name) {
  auto it = tools_.find(name);
  return it == tools_.end() ? nullptr : it->second;
}

void ToolRegistry::Refresh(absl::Time deadline) {
  std::vector<std::future<Connector::Health>> checks;
  for (const auto& connector : connectors_) {
    checks.push_back(std::async(std::launch::async,
                                [&connector, deadline] { return connector->Check(deadline); }));
  }
  for (size_t i = 0; i < connectors_.size(); ++i) {
    Connector::Health health = Readable(checks[i].get());
    const std::lock_guard lock(mutex_);
    health_[connectors_[i]->name()] = std::move(health);
  }
}

std::vector<ConnectorStatus> ToolRegistry::Status() const {
  const std::lock_guard lock(mutex_);
  std::vector<ConnectorStatus> out;
  for (const auto& connector : connectors_) {
    ConnectorStatus status{
        connector->name(), connector->domain(), health_.at(connector->name()), {}};
    for (Tool* tool : connector->tools()) status.tools.push_back(tool->name());
    out.push_back(std::move(status));
  }
  return out;
}

std::set<std::string> ToolRegistry::Offered() const {
  std::set<std::string> offered;
  for (const ConnectorStatus& status : Status()) {
    if (status.health.state != Connector::State::kConnected) continue;
    offered.insert(status.tools.begin(), status.tools.end());
  }
  return offered;
}

}  // namespace tools
