// What a run says to people besides its answer, in both languages.
#pragma once

#include <string>

#include "agents/run.h"
#include "tools/catalogue.h"

namespace agents {

struct Wording {
  std::string english, korean;
};
// {message_en, message_ko}, and of a denial the rules themselves.
base::Json ToJson(const Wording& why, const std::vector<policies::Rule>& rules = {});

// obligation.rule of the question whether an in-doubt effect happened; its answer approves nothing.
inline constexpr std::string_view kInDoubtRule = "in_doubt";

// The question for the slots that are missing, each by its caption.
std::string AskText(const Plan& plan, const tools::Catalogue& catalogue, base::Language language);
// Why a request is refused. `unusable_tool`: of the tool that was wanted and cannot be used, or
// empty.
Wording RefusalText(const Plan& plan, std::string_view unusable_tool,
                    const tools::Catalogue& catalogue);
// The rules that forbid, with reasons and what would lift them.
Wording DenialText(const policies::PlanDecision& decision, const tools::Catalogue& catalogue);
Wording DenialText(const policies::StepDecision& decision, const tools::Catalogue& catalogue);
Wording UndecidedText(const absl::Status& status);  // policy could not be asked
Wording RejectionText(const Approval& approval,
                      const tools::Catalogue& catalogue);  // who said no, and why
// The rule that keeps a result from a reader who is not cleared for it.
policies::Rule LabelTooHigh(const policies::Label& label, const policies::Clearance& clearance);
// Its reason, its id and what would lift it.
Wording RuleText(const policies::Rule& rule);
Wording CanceledText();
Wording InactiveText(const std::string& principal);
// Of a draft whose answer was lost: it may exist, and this is how to find it.
Wording DraftInDoubtText(const Wording& why, std::string_view key);
Wording ApprovalsVoidText();  // what was approved no longer suffices, and nobody is asked

// For what a run waits: an answer to an in-doubt question before an approval, an approval before
// the requester's own word. No state: nobody is asked anything.
struct Waiting {
  std::optional<RunState> state;
  Wording why;
};
Waiting WaitingText(const Run& run, const tools::Catalogue& catalogue);

// How a run ends whose steps are settled, or were given up: canceled, failed, rejected, completed.
struct Ending {
  RunState state;
  Wording why;
};
Ending EndingOf(const Run& run, const tools::Catalogue& catalogue);

}  // namespace agents
