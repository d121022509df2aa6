#include "connectors/administration/document_index.h"

#include "connectors/administration/document_text.h"
#include "model_core/base/strings.h"

namespace connectors::administration {
namespace {

constexpr size_t kIndexedAtOnce = 50;

}  // namespace

absl::Status IndexNew(Register& documents, absl::Time deadline) {
  ASSIGN_OR_RETURN(std::vector<Document> found,
                   documents.Unindexed(static_cast<int>(kIndexedAtOnce) + 1, deadline));
  const bool more = found.size() > kIndexedAtOnce;
  if (more) found.pop_back();
  for (const Document& document : found) {
    const auto text = ReadDocumentText(document.bytes, document.media_type, deadline);
    if (ReadableAnotherTime(text.status())) return text.status();
    RETURN_IF_ERROR(documents.SetContent(document, text.ok() ? text->text : "", deadline));
  }
  if (!more) return absl::OkStatus();
  return base::Error(absl::StatusCode::kAborted,
                     base::StrCat("more than ", kIndexedAtOnce,
                                  " documents were not indexed yet; ask again for the rest"),
                     base::StrCat("색인되지 않은 문서가 ", kIndexedAtOnce,
                                  "건을 넘습니다. 나머지를 색인하도록 다시 요청해 주십시오"));
}

}  // namespace connectors::administration
