// ToolGroup: a connector that is a list of function tools and a health check. Header only.
#pragma once

#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "connectors/tool_kit.h"
#include "model_core/base/strings.h"

namespace connectors {

class ToolGroup : public tools::Connector {
 public:
  // One cheap round trip: nullopt if it worked. An empty probe: not configured.
  using Probe = std::function<std::optional<tools::ToolError>(const tools::CallContext&)>;

  ToolGroup(std::string name, std::string domain, Probe probe)
      : name_(std::move(name)), domain_(std::move(domain)), probe_(std::move(probe)) {}

  FunctionTool& Add(std::string tool, FunctionTool::Body body,
                    FunctionTool::Settlement settlement = nullptr,
                    FunctionTool::Relation relation = nullptr) {
    owned_.push_back(std::make_unique<FunctionTool>(std::move(tool), std::move(body),
                                                    std::move(relation), std::move(settlement)));
    return *owned_.back();
  }

  const std::string& name() const override { return name_; }
  const std::string& domain() const override { return domain_; }
  std::vector<tools::Tool*> tools() override {
    std::vector<tools::Tool*> out;
    for (const auto& tool : owned_) out.push_back(tool.get());
    return out;
  }
  Health Check(absl::Time deadline) override {
    if (!probe_) return {State::kNotConfigured, "not configured", "설정되지 않았습니다"};
    const auto error = probe_({deadline, nullptr});
    if (!error) return {State::kConnected, "answers", "응답합니다"};
    return {State::kDown, base::StrCat(error->code, ": ", error->message_en), error->message_ko};
  }

 private:
  const std::string name_, domain_;
  const Probe probe_;
  std::vector<std::unique_ptr<FunctionTool>> owned_;
};

// What a probe answers for an exchange: what went wrong, or nothing.
template <typename T>
std::optional<tools::ToolError> ErrorOf(const Fallible<T>& exchange) {
  return exchange.ok() ? std::nullopt : std::optional(exchange.error());
}

}  // namespace connectors
