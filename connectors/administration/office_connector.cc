#include "connectors/administration/office_connector.h"

namespace connectors::administration {

void OfficeConnector::Add(std::string tool, FunctionTool::Body body,
                          FunctionTool::Settlement settlement) {
  tools_.push_back(std::make_unique<FunctionTool>(std::move(tool), std::move(body), nullptr,
                                                  std::move(settlement)));
}

std::vector<tools::Tool*> OfficeConnector::tools() {
  std::vector<tools::Tool*> out;
  for (const auto& tool : tools_) out.push_back(tool.get());
  return out;
}

tools::Connector::Health OfficeConnector::Check(absl::Time deadline) {
  if (!look_) return {State::kNotConfigured, "not configured", "설정되지 않았습니다"};
  const auto wrong = look_(deadline);
  if (wrong) return {State::kDown, wrong->message_en, wrong->message_ko};
  return {State::kConnected, "answers", "응답합니다"};
}

bool Late(const tools::CallContext& context) {
  return absl::Now() >= context.deadline || (context.cancelled && context.cancelled());
}

}  // namespace connectors::administration
