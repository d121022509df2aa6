// Words that do not belong to a value, though they stand beside it.
#pragma once

#include <string_view>

#include "agents/plan.h"
#include "tools/catalogue.h"

namespace agents {

// Leaves out of values of `plan`: half a pair of quotation marks with what stands before or behind
// it (에 『접속 장애), the day beside the name of a place or unit (모레 해온면), a ministry whose
// rules are searched, which is no law, and behind an item how much of it is wanted (경유 200리터).
void DropStrayWords(Plan& plan, const tools::Catalogue& catalogue, std::string_view request);

// Where a step's unit, place or item would be no more than the word for one of its other values
// (유류가 얼마나 모자라?), the plan becomes a question for it.
void AskForNamed(Plan& plan, const tools::Catalogue& catalogue);

}  // namespace agents
