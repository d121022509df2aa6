// What a request calls the heading and what the words of a letter, a mail or a report: 제목은 …,
// "…"를 본문으로, subject "…".
#pragma once

#include <string_view>
#include <vector>

#include "model_core/base/quotations.h"

namespace agents {

struct SaidParts {
  std::vector<base::Quotation> headings, bodies;  // bytes of the request
};

SaidParts FindSaidParts(std::string_view request);

}  // namespace agents
