#include "connectors/administration/document_text.h"

#include <poppler-document.h>
#include <poppler-global.h>
#include <poppler-page.h>

#include <memory>

#include "connectors/administration/register.h"
#include "model_core/base/strings.h"
#include "model_core/base/text.h"

namespace connectors::administration {
namespace {

constexpr int kPagesMax = 2000;

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

absl::StatusOr<DocumentText> ReadPdfText(std::string_view bytes) {
  poppler::set_debug_error_function([](const std::string&, void*) {},
                                    nullptr);  // damaged files are an answer, not a log line
  const std::unique_ptr<poppler::document> pdf(
      poppler::document::load_from_raw_data(bytes.data(), static_cast<int>(bytes.size())));
  if (pdf == nullptr)
    return base::Error(absl::StatusCode::kInvalidArgument, "no PDF file",
                       "PDF 파일이 아니거나 손상되었습니다");
  if (pdf->is_locked())
    return base::Error(absl::StatusCode::kPermissionDenied, "PDF is encrypted",
                       "암호로 잠긴 PDF입니다");
  if (pdf->pages() > kPagesMax) {
    return base::Error(
        absl::StatusCode::kInvalidArgument,
        base::StrCat("PDF has ", pdf->pages(), " pages, limit ", kPagesMax),
        base::StrCat("PDF가 ", pdf->pages(), "쪽입니다. 한도는 ", kPagesMax, "쪽입니다"));
  }
  DocumentText out;
  for (int i = 0; i < pdf->pages(); ++i) {
    const std::unique_ptr<poppler::page> page(pdf->create_page(i));
    if (page == nullptr) continue;
    const poppler::byte_array text = page->text().to_utf8();
    out.text.append(text.data(), text.size());
  }
  return out;
}

absl::StatusOr<DocumentText> ReadDocumentText(std::string_view bytes, std::string_view media_type) {
  if (bytes.starts_with("%PDF-")) return WellFormed(ReadPdfText(bytes));
  if (bytes.starts_with("PK")) return WellFormed(ReadHwpxText(bytes));
  if (media_type.starts_with("text/") && base::FirstInvalidUtf8(bytes) == std::string_view::npos) {
    return DocumentText{std::string(bytes), {}};
  }
  return base::Error(absl::StatusCode::kInvalidArgument,
                     base::StrCat("format ", media_type, " is not read"),
                     base::StrCat(media_type, " 형식은 읽을 수 없습니다"));
}

}  // namespace connectors::administration
