// Words that only say what kind of thing an identifier names.
#pragma once

#include "agents/plan.h"
#include "agents/planning/recogniser.h"
#include "tools/catalogue.h"

namespace agents {

// Takes a type word from before an identifier: the value "conveyor CV-118" becomes "CV-118"
// (tools.md §1.2). The plan is valid.
void DropTypeWords(Plan& plan, const tools::Catalogue& catalogue, const Recognition& recognition);

}  // namespace agents
