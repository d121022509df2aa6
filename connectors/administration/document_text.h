// The text and tables of a document, whatever its format: HWPX, PDF, plain text.
//
// Errors: InvalidArgument (not readable, too large or too deep to be read, or of a format that is
// not read), PermissionDenied (encrypted), DeadlineExceeded (the caller's deadline came first).
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "absl/time/time.h"
#include "model_core/base/status.h"

namespace connectors::administration {

struct DocumentText {
  std::string text;                            // paragraphs as lines, cells between tabs
  std::vector<std::vector<std::string>> rows;  // of all tables, one after the other
};

// Whether it failed for want of time or processes, and not for what the file is.
inline bool ReadableAnotherTime(const absl::Status& status) {
  return absl::IsDeadlineExceeded(status) || absl::IsUnavailable(status);
}

absl::StatusOr<DocumentText> ReadDocumentText(std::string_view bytes, std::string_view media_type,
                                              absl::Time deadline);

absl::StatusOr<DocumentText> ReadHwpxText(std::string_view bytes);
// Read in a process of its own, which has kPdfTime.
inline constexpr absl::Duration kPdfTime = absl::Seconds(15);
absl::StatusOr<DocumentText> ReadPdfText(std::string_view bytes, absl::Time deadline);

}  // namespace connectors::administration
