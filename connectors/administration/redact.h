// A masked copy of a document. HWPX stays HWPX, with every text part masked and the preview picture
// left out; plain text stays plain text; a PDF becomes an HWPX file of its masked text, so that
// nothing stays beneath the mask.
#pragma once

#include <string>

#include "connectors/administration/personal_data.h"
#include "connectors/administration/register.h"

namespace connectors::administration {

struct Redacted {
  std::string bytes;
  std::string media_type;
  int masked = 0;  // how many places
};

// Errors as ReadDocumentText.
absl::StatusOr<Redacted> Redact(const Document& document, const PersonalKinds& kinds,
                                absl::Time deadline);

// Masks a line of text; adds to `count`.
std::string MaskText(std::string_view text, const PersonalKinds& kinds, int& count);

}  // namespace connectors::administration
