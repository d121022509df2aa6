#include "connectors/legal/document_source.h"

#include "model_core/base/strings.h"

namespace connectors::legal {
namespace {

const char* CodeOf(absl::StatusCode code) {
  switch (code) {
    case absl::StatusCode::kAborted:
      return "index_stale";
    case absl::StatusCode::kResourceExhausted:
      return "partial";
    case absl::StatusCode::kNotFound:
      return "not_found";
    case absl::StatusCode::kUnauthenticated:
      return "auth";
    case absl::StatusCode::kDeadlineExceeded:
      return "timeout";
    case absl::StatusCode::kDataLoss:
      return "malformed_upstream";
    default:
      return "unreachable";
  }
}

}  // namespace

policies::Origin OriginOf(const DocumentPassage& document, absl::Time time) {
  return {kDocumentSystem, document.id, base::StrCat(document.version), base::TimeText(time),
          document.sha256};
}

tools::ToolError DocumentError(const absl::Status& status) {
  return tools::MakeToolError(
      CodeOf(status.code()), base::StrCat(kDocumentSystem, ": ", std::string(status.message())),
      base::StrCat(kDocumentSystem, ": ", base::Message(status, base::Language::kKorean)));
}

}  // namespace connectors::legal
