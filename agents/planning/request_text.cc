#include "agents/planner.h"
#include "model_core/base/status.h"
#include "model_core/base/strings.h"
#include "model_core/base/text.h"

namespace agents {
namespace {

absl::Status Refused(std::string_view english, std::string_view korean) {
  return base::Error(absl::StatusCode::kInvalidArgument, english, korean);
}

}  // namespace

absl::Status CheckRequestText(std::string_view text) {
  using base::StrCat;
  if (base::Trim(text).empty()) return Refused("the request is empty", "요청이 비어 있습니다");
  if (text.size() > kRequestBytesMax) {
    return Refused(
        StrCat("the request has ", text.size(), " bytes, limit ", kRequestBytesMax),
        StrCat("요청이 ", text.size(), "바이트입니다 (한도 ", kRequestBytesMax, "바이트)"));
  }
  if (const size_t at = base::FirstInvalidUtf8(text); at != std::string_view::npos) {
    return Refused(StrCat("the request is not valid UTF-8 at byte ", at),
                   StrCat("요청의 ", at, "번째 바이트가 올바른 UTF-8이 아닙니다"));
  }
  if (const size_t at = text.find('\0'); at != std::string_view::npos) {
    return Refused(StrCat("the request holds a NUL byte at byte ", at),
                   StrCat("요청의 ", at, "번째 바이트에 NUL 문자가 있습니다"));
  }
  return absl::OkStatus();
}

base::Json PlanEvidence::ToJson() const {
  return {{"provider", provider},
          {"model", model},
          {"weights_sha256", weights_sha256},
          {"grammar_sha256", grammar_sha256},
          {"prompt_sha256", prompt_sha256},
          {"rules", rules},
          {"arithmetic", arithmetic}};
}

}  // namespace agents
