// Plans, policy's decisions and steps as people read them, from their JSON. JSON of another shape
// shows less, and is no error: it comes from a server that may be newer. Pure but for the page.
#pragma once

#include "deploy/cli/page.h"
#include "deploy/cli/session.h"

namespace deploy::cli {

// Steps with titles and captioned arguments; what is missing; why it was refused.
void ShowPlan(const Session& session, const base::Json& plan, Page& page);

// The rules by which a plan refuses, as policy's own are told: id, reason, what would lift it.
// Empty: it does not refuse.
base::Json RefusalRules(const base::Json& plan);

// One rule: its id and reason, and what would lift it.
void ShowRule(const Session& session, const base::Json& rule, Page& page);

// Permitted or not, the purpose, and for each step the rules that decided with their reasons, what
// would lift a forbid, and what people have to do.
void ShowDecision(const Session& session, const base::Json& decision, Page& page);

// One settled step: sign, tool, time, error.
void ShowStep(const Session& session, const base::Json& step, Page& page);

// A value as people write it: "P-1027", "2026-11-16 ~ 2026-11-22", "eGFR, 칼륨", "←
// s1.items[0].law_id".
std::string ValueText(const base::Json& value);
// "조문 조회" / "Text of an article"; the id of a tool that is not known.
std::string ToolTitle(const Session& session, const std::string& tool);
// Arguments of a call, captioned and aligned.
void ShowArguments(const Session& session, const std::string& tool, const base::Json& arguments,
                   int indent, Page& page);
// "approve_two" with its roles, in words.
std::string ObligationText(const Session& session, const base::Json& obligation);

}  // namespace deploy::cli
