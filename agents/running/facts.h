// What policy is told about a plan: one StepFacts a step, before anything was read (labels at their
// floor) and again with real values.
#pragma once

#include <functional>
#include <map>
#include <optional>
#include <string>
#include <variant>
#include <vector>

#include "agents/run.h"
#include "policies/authorizer.h"
#include "tools/tool_registry.h"

namespace agents {

// The records that the steps of a plan name by ids that the request states, by step id.
using RecordsByStep = std::map<std::string, policies::NamedRecords>;
// Of a plan whose records could not all be looked up: which step failed, and how.
struct LookUpFailure {
  std::string step, tool;
  tools::ToolError error;
};
using RecordsOfPlan = std::variant<RecordsByStep, LookUpFailure>;
// What is not found has no label, and keeps other steps from nothing: its own step says so.
RecordsOfPlan LookUpRecords(
    const Plan& plan,
    const std::function<tools::RecordsFound(const std::string& tool, const base::Json& arguments)>&
        look_up);

// Facts of every step with what is known before the first call. Labels are floors: a step that is
// denied at the floor is denied for every value. So a record that an earlier step lowers counts
// there as low as it may be by then. Asks tools for the relation that their system keeps (care
// relation).
policies::PlanFacts FactsOf(const Plan& plan, const RunRequest& request,
                            const policies::Principal& principal, tools::ToolRegistry& registry,
                            RecordsByStep records);

// Facts of one step with its resolved arguments, the records that they name, and the label of both.
policies::StepFacts FactsOf(const Step& step, const Plan& plan, const base::Json& arguments,
                            const policies::Label& input, policies::NamedRecords records,
                            const std::string& principal, tools::ToolRegistry& registry);

// Join of the labels of everything `arguments` (unresolved) refers to, and of the user's own words.
// `label_of(step)`: the label of that step's result. A field that is not `~` counts as trusted.
policies::Label InputLabel(const base::Json& arguments, const Plan& plan,
                           const tools::Catalogue& catalogue,
                           const std::function<policies::Label(const std::string& step)>& label_of);

// The rules that keep a call from being made under `decision` at the last moment: those that forbid
// it, or, where it is permitted, those of the obligations that it still has.
std::vector<policies::Rule> RefusingRules(const policies::StepDecision& decision);

// What people answered about one call, as policy counts it. Of somebody whose standing is nullopt
// (no longer active) nothing counts.
struct AnswerFacts {
  std::vector<policies::ApprovalFact> approvals;
  bool confirmed = false;  // by the requester
};
using StandingOf =
    std::function<absl::StatusOr<std::optional<policies::Principal>>(const std::string& id)>;
absl::StatusOr<AnswerFacts> AnswersOf(const Run& run, const std::string& step,
                                      const std::string& call_hash, const StandingOf& standing_of);

}  // namespace agents
