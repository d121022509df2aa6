// Questions for what the request says: the tag whose set point to change, where it names one tag.
#pragma once

#include "agents/plan.h"
#include "agents/planning/recogniser.h"
#include "tools/catalogue.h"

namespace agents {

// `plan` is a question, and for each slot that it asks for the request holds the one identifier
// that can stand there.
bool AsksForAnswered(const Plan& plan, const tools::Catalogue& catalogue,
                     const Recognition& recognition);

// Leaves those slots out of a question that also asks for others.
void DropAnswered(Plan& plan, const tools::Catalogue& catalogue, const Recognition& recognition);

}  // namespace agents
