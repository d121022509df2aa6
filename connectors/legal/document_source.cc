#include "connectors/legal/document_source.h"

#include "model_core/base/strings.h"

namespace connectors::legal {
policies::Origin OriginOf(const DocumentPassage& document, absl::Time time) {
  return {kDocumentSystem, document.id, base::StrCat(document.version), base::TimeText(time),
          document.sha256};
}

}  // namespace connectors::legal
