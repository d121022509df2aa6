#include "connectors/administration/office_connector.h"

#include "model_core/base/strings.h"

namespace connectors::administration {

using base::StrCat;
using tools::MakeToolError;

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

tools::ToolError FromStatus(const absl::Status& status, std::string_view system) {
  const auto error = [&](std::string code) {
    return MakeToolError(std::move(code), StrCat(system, ": ", std::string(status.message())),
                         StrCat(system, ": ", base::Message(status, base::Language::kKorean)));
  };
  switch (status.code()) {
    case absl::StatusCode::kNotFound:
      return error("not_found");
    case absl::StatusCode::kPermissionDenied:
    case absl::StatusCode::kUnauthenticated:
      return error("auth");
    case absl::StatusCode::kDeadlineExceeded:
    case absl::StatusCode::kCancelled:
      return error("timeout");
    case absl::StatusCode::kInvalidArgument:
      return error("invalid_argument");
    case absl::StatusCode::kAborted:
      return error("stale");
    case absl::StatusCode::kDataLoss:
      return error("malformed_upstream");
    default:
      return error("unreachable");
  }
}

bool Late(const tools::CallContext& context) {
  return absl::Now() >= context.deadline || (context.cancelled && context.cancelled());
}

tools::ToolError LateError(std::string_view system) {
  return MakeToolError("timeout", StrCat(system, " did not answer in time"),
                       StrCat(system, "이(가) 제한 시간 안에 응답하지 않았습니다"));
}

}  // namespace connectors::administration
