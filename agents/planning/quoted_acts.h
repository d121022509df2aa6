// Acts that nothing but quoted words asks for.
//
// Words of others give no orders, yet a model may read one in them: '… 작업지시를 내고 …'라고 메일
// 보내줘 asks for a mail. So a request that is to act is planned again with neutral words between
// its quotation marks: what must happen cannot hang on what is passed on.
#pragma once

#include <set>
#include <string>
#include <string_view>

#include "agents/plan.h"
#include "tools/catalogue.h"

namespace agents {

// The request with "내용" or "text" in place of what it quotes; the same if it quotes nothing.
std::string WithNeutralQuotations(std::string_view request);

// Tools of `plan` that act and are neither steps of `neutral`, the plan of the neutral request, nor
// what it asks about.
std::set<std::string> ActsBeyond(const Plan& plan, const Plan& neutral,
                                 const tools::Catalogue& catalogue);

}  // namespace agents
