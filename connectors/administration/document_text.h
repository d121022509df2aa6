// The text and tables of a document, whatever its format: HWPX, PDF, plain text.
//
// Errors: InvalidArgument (not readable, or of a format that is not read), PermissionDenied
// (encrypted).
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "model_core/base/status.h"

namespace connectors::administration {

struct DocumentText {
  std::string text;                            // paragraphs as lines, cells between tabs
  std::vector<std::vector<std::string>> rows;  // of all tables, one after the other
};

absl::StatusOr<DocumentText> ReadDocumentText(std::string_view bytes, std::string_view media_type);

absl::StatusOr<DocumentText> ReadHwpxText(std::string_view bytes);
absl::StatusOr<DocumentText> ReadPdfText(std::string_view bytes);

}  // namespace connectors::administration
