// Questions for what the request says: the tag whose set point to change, where it names one tag;
// the words of a mail, where it quotes some that are no heading; whom it is sent to; how much
// of a thing.
#pragma once

#include "agents/plan.h"
#include "agents/planning/recogniser.h"
#include "tools/catalogue.h"

namespace agents {

// `plan` is a question, and for each slot that it asks for `request` holds the one identifier that
// can stand there, names whom it goes to, or quotes words, for no fewer than all slots that want
// such.
bool AsksForAnswered(const Plan& plan, const tools::Catalogue& catalogue, std::string_view request,
                     const Recognition& recognition);

// Leaves those slots out of a question that also asks for others.
void DropAnswered(Plan& plan, const tools::Catalogue& catalogue, std::string_view request,
                  const Recognition& recognition);

}  // namespace agents
