// What a run says to people besides its answer, in both languages.
#pragma once

#include <string>

#include "agents/run.h"
#include "tools/catalogue.h"
#include "tools/tool.h"

namespace agents {

struct Wording {
  std::string english, korean;
};
// {message_en, message_ko}, and of a denial the rules themselves.
base::Json ToJson(const Wording& why, const std::vector<policies::Rule>& rules = {});
// The same of a step that is skipped because it is denied.
base::Json Denied(const Wording& why, const std::vector<policies::Rule>& rules = {});

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
// The rule that keeps a call from being made: the records that it names are not what they were when
// people answered about it.
inline constexpr char kRecordChangedRule[] = "approval.record_changed";
policies::Rule RecordChanged(const policies::NamedRecords& then, const policies::NamedRecords& now);
// Of a step that failed, or one of whose records could not be looked up: which, and how.
Wording FailureText(const std::string& step, const std::string& tool, const std::string& english,
                    const std::string& korean, const tools::Catalogue& catalogue);
// Its reason, its id and what would lift it.
Wording RuleText(const policies::Rule& rule);
Wording CanceledText();
Wording InactiveText(const std::string& principal);
// Of a draft whose answer was lost: it may exist, and this is how to find it.
Wording DraftInDoubtText(const Wording& why, std::string_view key);
// Of an effect whose answer was lost: it was looked for so often, last so long after it was sent,
// and not found; `failure`: of the last look-up, where it told nothing.
Wording LookedUpText(int times, absl::Duration since, const tools::ToolError* failure);
Wording ApprovalsVoidText();  // what was approved no longer suffices, and nobody is asked

// What holds a run that has not come to rest (RunLoop::Held): no planner answers, no worker has it,
// a call is under way; `lost`: it should have been answered, and is being looked up or repeated.
Wording PlannerAwayText(absl::Duration patience);
Wording NoWorkerText();
Wording CallUnderWayText(const std::string& step, const std::string& tool, bool lost,
                         const tools::Catalogue& catalogue);

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
