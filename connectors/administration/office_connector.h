// OfficeConnector: what the connectors of this folder share: a name, tools made of functions, a
// look at the system.
#pragma once

#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "connectors/tool_kit.h"

namespace connectors::administration {

class OfficeConnector : public tools::Connector {
 public:
  // One cheap round trip; what is wrong, or nothing.
  using Look = std::function<std::optional<tools::ToolError>(absl::Time deadline)>;

  // An empty `look` means that the system is not configured: the connector has no tools.
  OfficeConnector(std::string name, Look look) : name_(std::move(name)), look_(std::move(look)) {}
  void Add(std::string tool, FunctionTool::Body body,
           FunctionTool::Settlement settlement = nullptr);

  const std::string& name() const override { return name_; }
  const std::string& domain() const override { return domain_; }
  std::vector<tools::Tool*> tools() override;
  Health Check(absl::Time deadline) override;

 private:
  const std::string name_, domain_ = "administration";
  const Look look_;
  std::vector<std::unique_ptr<FunctionTool>> tools_;
};

// Whether the call should go no further.
bool Late(const tools::CallContext& context);

}  // namespace connectors::administration
