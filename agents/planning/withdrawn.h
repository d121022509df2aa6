// Identifiers that an act may not be done to: those that the request says to leave alone, or
// reports on, while it names others of their kind. "Leave AL-1206 alone, acknowledge AL-1207."
#pragma once

#include <string_view>
#include <vector>

#include "agents/planning/patterns.h"
#include "agents/planning/recogniser.h"

namespace agents {

// Takes them out of `own`, its literals and its bounds. `identifiers`: those of the request that it
// does not quote. Where it means several together (둘 다, both), all stay.
void DropWithdrawn(std::string_view request, const std::vector<Candidate>& identifiers,
                   Findings& own);

}  // namespace agents
