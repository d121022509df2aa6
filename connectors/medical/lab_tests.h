// Laboratory tests by the names that people use, and their LOINC codes.
#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace connectors::medical {

inline constexpr char kLoinc[] = "http://loinc.org";

// LOINC codes of a common test by its Korean or English name, or of a LOINC code itself; empty: not
// a known name. Several codes when laboratories measure the same thing in several ways.
std::vector<std::string> LoincCodes(std::string_view name);
// Names compare without spaces, hyphens and case.
std::string TestKey(std::string_view name);

}  // namespace connectors::medical
