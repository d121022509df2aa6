#include "connectors/administration/document_text.h"

#include "connectors/administration/register.h"
#include "model_core/base/strings.h"
#include "model_core/base/text.h"

namespace connectors::administration {
namespace {

// Files hold what they like; from here on text is UTF-8, and without NUL.
std::string WellFormed(const std::string& text) {
  return base::ReplaceAll(base::WellFormedUtf8(text), std::string_view("\0", 1), " ");
}

absl::StatusOr<DocumentText> WellFormed(absl::StatusOr<DocumentText> text) {
  if (!text.ok()) return text;
  text->text = WellFormed(text->text);
  for (auto& row : text->rows) {
    for (std::string& cell : row) cell = WellFormed(cell);
  }
  return text;
}

}  // namespace

absl::StatusOr<DocumentText> ReadDocumentText(std::string_view bytes, std::string_view media_type,
                                              absl::Time deadline) {
  if (bytes.starts_with("%PDF-")) return WellFormed(ReadPdfText(bytes, deadline));
  if (bytes.starts_with("PK")) return WellFormed(ReadHwpxText(bytes));
  if (media_type.starts_with("text/") && base::FirstInvalidUtf8(bytes) == std::string_view::npos) {
    return DocumentText{std::string(bytes), {}};
  }
  return base::Error(absl::StatusCode::kInvalidArgument,
                     base::StrCat("format ", media_type, " is not read"),
                     base::StrCat(media_type, " 형식은 읽을 수 없습니다"));
}

}  // namespace connectors::administration
