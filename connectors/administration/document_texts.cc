#include "connectors/administration/document_texts.h"

#include <algorithm>

#include "connectors/administration/document_index.h"
#include "connectors/administration/document_text.h"
#include "model_core/base/strings.h"

namespace connectors::administration {
namespace {

using base::StrCat;

constexpr size_t kNamedMax = 5;

DocumentPassage Passage(const Document& document, std::string text) {
  return {document.id(),    document.title,  document.kind,
          document.version, document.sha256, document.effective_label(),
          std::move(text)};
}

absl::Status NotRead(const Document& document, const absl::Status& status) {
  return base::Error(
      status.code(), StrCat("document ", document.id(), ": ", std::string(status.message())),
      StrCat("문서 ", document.id(), ": ", base::Message(status, base::Language::kKorean)));
}

absl::Status NoTextOf(const std::vector<std::string>& unread) {
  const size_t named = std::min(unread.size(), kNamedMax);
  const std::string list = base::StrJoin(
      std::vector(unread.begin(), unread.begin() + static_cast<ptrdiff_t>(named)), ", ");
  const size_t others = unread.size() - named;
  return base::Error(absl::StatusCode::kAborted,
                     StrCat("no text of these documents can be searched: ", list,
                            others == 0 ? "" : StrCat(" and ", others, " more")),
                     StrCat("내용을 찾아볼 수 없는 문서가 있습니다: ", list,
                            others == 0 ? "" : StrCat(" 외 ", others, "건")));
}

absl::Status TooMany(size_t count, int limit) {
  return base::Error(absl::StatusCode::kResourceExhausted,
                     StrCat(count, " documents match, more than ", limit),
                     StrCat("해당하는 문서가 ", count, "건으로 한도(", limit, "건)를 넘습니다"));
}

}  // namespace

absl::StatusOr<DocumentPassage> RegisterTexts::GetText(const std::string& id, absl::Time deadline) {
  const auto document = documents_.Get(id, deadline);
  if (!document.ok()) return document.status();
  auto text = ReadDocumentText(document->bytes, document->media_type, deadline);
  if (!text.ok()) return NotRead(*document, text.status());
  return Passage(*document, std::move(text->text));
}

absl::StatusOr<DocumentPassage> RegisterTexts::Describe(const std::string& id,
                                                        absl::Time deadline) {
  ASSIGN_OR_RETURN(const Document document, documents_.Describe(id, deadline));
  return Passage(document, "");
}

absl::StatusOr<std::vector<DocumentPassage>> RegisterTexts::FindTexts(
    const std::vector<std::string>& words, const std::string& kind, const std::string& principal,
    int limit, absl::Time deadline) {
  RETURN_IF_ERROR(IndexNew(documents_, deadline));
  const auto may_read = [&, clearance = clearance_ ? clearance_(principal) : policies::Clearance{}](
                            const Document& document) {
    return !clearance_ || policies::MayRead(clearance, document.effective_label());
  };
  ASSIGN_OR_RETURN(const std::vector<DocumentMention> mentions,
                   documents_.Mentions(words, kind, deadline));
  std::vector<std::string> unread;
  std::vector<int64_t> numbers;
  for (const DocumentMention& mention : mentions) {
    if (!may_read(mention.document)) continue;
    if (mention.unread)
      unread.push_back(StrCat(mention.document.id(), " (", mention.document.title, ")"));
    numbers.push_back(mention.document.number);
  }
  if (!unread.empty()) return NoTextOf(unread);
  if (numbers.size() > static_cast<size_t>(limit)) return TooMany(numbers.size(), limit);
  ASSIGN_OR_RETURN(std::vector<DocumentHit> hits, documents_.Texts(numbers, deadline));
  std::vector<DocumentPassage> passages;
  for (DocumentHit& hit : hits) {
    // Its label may have been raised since.
    if (may_read(hit.document)) passages.push_back(Passage(hit.document, std::move(hit.content)));
  }
  return passages;
}

}  // namespace connectors::administration
