// Reviews: who may be given pseudonymised data, and what a review on file allows them.
#pragma once

#include <string>
#include <vector>

#include "connectors/medical.h"
#include "connectors/tool_kit.h"

namespace connectors::medical {

struct Review {
  std::string recipient;  // by its full name
  std::string number;     // of the review
};

// The review that lets `recipient` (a name or alias) have `columns` on `day`. no_review if the file
// cannot be read, does not name the recipient, or its review has ended or is about other columns.
Fallible<Review> FindReview(const ExportOptions& options, const std::string& recipient,
                            const std::vector<std::string>& columns, const std::string& day);

}  // namespace connectors::medical
