// Drafts of official documents: 공문 (letter), 보고서 (report), 검토서 (memo), 안내문 (notice),
// laid out as the Administrative Work Regulations (행정업무의 운영 및 혁신에 관한 규정) have them.
// Pure functions.
#pragma once

#include <optional>

#include "absl/time/time.h"
#include "connectors/administration/layout.h"
#include "model_core/base/json.h"
#include "tools/catalogue.h"

namespace connectors::administration {

struct DraftRequest {
  std::string kind;  // draft_kind of the catalogue
  std::string subject, recipient, body;
  base::Json sources = base::Json::array();
  std::string sender;  // 발신명의
  absl::Time now;
  bool untrusted = false;  // holds text from outside
};

struct Draft {
  std::string title;
  std::string doc_kind;  // what it is filed as
  Layout layout;
};

// Nothing if there is no template of that kind.
std::optional<Draft> WriteDraft(const tools::Catalogue& catalogue, const DraftRequest& request);

}  // namespace connectors::administration
