// Why policies are not loaded, in the languages of people.
#pragma once

#include <string_view>

#include "absl/status/status.h"

namespace policies {

// InvalidArgument from the faults that maru_cedar_new gives (bridge.h): each by file, line and rule
// as far as they are known; Cedar's own words stay as they are, in Korean as a quotation.
absl::Status PoliciesRefused(std::string_view faults);

}  // namespace policies
