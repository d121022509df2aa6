// Periods as the tools have them: {"from","to"}, both ends included, two dates (Seoul) or two
// times.
#pragma once

#include "connectors/tool_kit.h"

namespace connectors::manufacturing {

struct Period {
  absl::Time from;
  absl::Time to;  // the last moment that counts
};

// invalid_argument: an end is neither a date nor a time, or the period ends before it begins.
Fallible<Period> ParsePeriod(const base::Json& period);

// "2026-11-24" or "2026-11-24T10:00:00+09:00" in Seoul's zone, for SQL and for protocols.
std::string DateText(absl::Time time);

}  // namespace connectors::manufacturing
