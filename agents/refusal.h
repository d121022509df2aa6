// Why a request is refused before any plan, as rules: each with its reason and what would lift it.
#pragma once

#include <vector>

#include "agents/plan.h"
#include "policies/decision.h"

namespace agents {

// One or more of which apply: a refusal does not tell them apart.
std::vector<policies::Rule> RefusalRules(RefuseReason reason);

}  // namespace agents
