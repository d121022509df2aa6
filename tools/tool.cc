#include "tools/tool.h"

#include "model_core/base/check.h"
#include "model_core/base/text.h"

namespace tools {

// The messages may repeat what the other side sent: a byte that is no UTF-8 becomes U+FFFD.
ToolError MakeToolError(std::string code, std::string message_en, std::string message_ko) {
  ToolError error;
  error.retryable = code == "unreachable" || code == "timeout" || code == "rate_limited";
  error.in_doubt = code == "in_doubt";
  error.code = std::move(code);
  error.message_en = base::WellFormedUtf8(message_en);
  error.message_ko = base::WellFormedUtf8(message_ko);
  return error;
}

std::optional<ToolOutcome> Tool::Reconcile(const ToolCall&, const CallContext&) {
  return ToolOutcome(MakeToolError("in_doubt",
                                   "the outside system cannot be asked whether it happened",
                                   "외부 시스템에서 처리 여부를 확인할 수 없습니다"));
}

RecordsFound Tool::Records(const base::Json&, const CallContext&) {
  return policies::NamedRecords{};
}

absl::StatusOr<bool> Tool::Related(const std::string&, const base::Json&) { return true; }

void Spend(policies::Permit permit, const ToolCall& call) {
  const policies::Permit spent = std::move(permit);
  CHECK(spent.call_hash() == call.binding.Hash(), "tool '%s': the permit is for another call",
        call.binding.tool.c_str());
}

}  // namespace tools
