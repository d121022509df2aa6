// What a request takes back in the same breath: "P-1027, 아니 P-1072 환자", "March, sorry, April".
#pragma once

#include <string>
#include <string_view>

#include "absl/time/time.h"

namespace agents {

// The request without the words that others beside them put right, the word that says so included;
// the request itself where there are none. Only words of one kind do: of one shape (P-1027, P-1072;
// 2라인, 3라인), two dates, or for one place (총무과에, 감사실에). Quotations stay as they are.
std::string WithoutCorrected(std::string_view request, absl::Time now);

}  // namespace agents
