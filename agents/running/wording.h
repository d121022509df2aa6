// What a run says to people besides its answer, in both languages.
#pragma once

#include <string>

#include "agents/run.h"
#include "tools/catalogue.h"

namespace agents {

struct Wording {
  std::string english, korean;
};

// obligation.rule of the question whether an in-doubt effect happened; its answer approves nothing.
inline constexpr std::string_view kInDoubtRule = "in_doubt";

// The question for the slots that are missing, each by its caption.
std::string AskText(const Plan& plan, const tools::Catalogue& catalogue, base::Language language);
// Why a request is refused. `unavailable_tool`: the connector of a tool that was wanted is not up.
Wording RefusalText(const Plan& plan, std::string_view unavailable_tool);
// The rules that forbid, with reasons and what would lift them.
Wording DenialText(const policies::PlanDecision& decision);
Wording RejectionText(const Approval& approval);  // who said no, and why
Wording WaitingText(const Run& run);              // whose approval is awaited
Wording FailureText(const Run& run);              // the first step that failed; empty if none did
Wording LabelTooHigh(const policies::Label& label, const policies::Clearance& clearance);

// A person's word for an argument: "수신처" / "recipient".
std::string Caption(std::string_view argument, base::Language language);

}  // namespace agents
