// readiness.status: the newest report of a unit's equipment on or before a day, not older than a
// week.
#pragma once

#include <memory>

#include "connectors/sql.h"

namespace connectors::defense {

inline constexpr std::string_view kReadinessSystem = "defense.readiness";

tools::ToolOutcome ReadinessStatus(SqlReader& database, base::Clock& clock,
                                   const tools::ToolCall& call, const tools::CallContext& context);

}  // namespace connectors::defense
