// The text of a PDF. What poppler makes of a hostile file stays in a process of its own.
#include <poppler-document.h>
#include <poppler-global.h>
#include <poppler-page.h>

#include <algorithm>
#include <memory>

#include "connectors/administration/document_text.h"
#include "connectors/administration/isolated.h"
#include "model_core/base/strings.h"

namespace connectors::administration {
namespace {

using base::StrCat;
using enum absl::StatusCode;

constexpr int kPagesMax = 2000;
constexpr IsolationLimits kLimits{64 << 20, 1 << 30};
// The first letter of what the process says: the text follows, or the number of pages, or nothing.
constexpr char kText = 't', kDamaged = 'd', kLocked = 'l', kTooManyPages = 'p';

std::string Read(std::string_view bytes) {
  poppler::set_debug_error_function([](const std::string&, void*) {},
                                    nullptr);  // damaged files are an answer, not a log line
  const std::unique_ptr<poppler::document> pdf(
      poppler::document::load_from_raw_data(bytes.data(), static_cast<int>(bytes.size())));
  if (pdf == nullptr) return {kDamaged};
  if (pdf->is_locked()) return {kLocked};
  if (pdf->pages() > kPagesMax) return StrCat(std::string_view(&kTooManyPages, 1), pdf->pages());
  std::string out{kText};
  for (int i = 0; i < pdf->pages() && out.size() <= kLimits.output_max; ++i) {
    const std::unique_ptr<poppler::page> page(pdf->create_page(i));
    if (page == nullptr) return {kDamaged};
    const poppler::byte_array text = page->text().to_utf8();
    out.append(text.data(), text.size());
  }
  return out;
}

absl::Status NotRead(std::string_view english, std::string_view korean) {
  return base::Error(kInvalidArgument, StrCat("PDF: ", english), StrCat("PDF: ", korean));
}

absl::Status Failed(const absl::Status& status, bool callers_deadline) {
  switch (status.code()) {
    case kDeadlineExceeded: {
      if (!callers_deadline)
        return NotRead("not read within its time", "정해진 시간 안에 읽지 못했습니다");
      return base::Error(kDeadlineExceeded, "PDF: not read in the time that was left",
                         "PDF: 제한 시간 안에 읽지 못했습니다");
    }
    case kResourceExhausted:
      return NotRead(StrCat("its text is longer than ", kLimits.output_max, " bytes"),
                     StrCat("본문이 한도(", kLimits.output_max, "바이트)를 넘습니다"));
    case kDataLoss:
      return NotRead("it breaks its reader", "읽는 도중에 읽기 프로그램이 멈추었습니다");
    default:
      return status;
  }
}

}  // namespace

absl::StatusOr<DocumentText> ReadPdfText(std::string_view bytes, absl::Time deadline) {
  // Less than the caller has: one file may not keep all others from ever being read.
  const absl::Time now = absl::Now();
  const absl::Time own = now + std::clamp((deadline - now) * 0.75, absl::Seconds(4), kPdfTime);
  const auto said = RunIsolated([bytes] { return Read(bytes); }, std::min(own, deadline), kLimits);
  if (!said.ok()) return Failed(said.status(), deadline < own);
  const std::string rest = said->substr(std::min<size_t>(1, said->size()));
  switch (said->empty() ? kDamaged : said->front()) {
    case kText:
      return DocumentText{rest, {}};
    case kLocked:
      return base::Error(kPermissionDenied, "PDF is encrypted", "암호로 잠긴 PDF입니다");
    case kTooManyPages:
      return NotRead(StrCat(rest, " pages, limit ", kPagesMax),
                     StrCat(rest, "쪽으로 한도(", kPagesMax, "쪽)를 넘습니다"));
    default:
      return base::Error(kInvalidArgument, "no PDF file", "PDF 파일이 아니거나 손상되었습니다");
  }
}

}  // namespace connectors::administration
