#include "policies/cedar_cases.h"

#include <algorithm>
#include <set>

#include "model_core/base/strings.h"
#include "policies/cedar_engine.h"

namespace policies {
namespace {

using base::StrCat;

CallBinding BindingOf(const PolicyCase& given, const std::string& policy_version) {
  const StepFacts& step = given.plan.steps[0];
  return {"case", step.step_id, step.tool, base::Json::object(), step.input, "", policy_version};
}

// In the words of a case: "permit", "forbid RULE …", "ask RULE:OBLIGATION …".
std::string InWords(const std::variant<Permit, StepDecision>& answer) {
  const auto* decision = std::get_if<StepDecision>(&answer);
  if (decision == nullptr) return "permit";
  std::vector<std::string> names;
  if (decision->permitted) {
    for (const Obligation& asked : decision->obligations)
      names.push_back(StrCat(asked.rule, ":", Name(asked.kind)));
  } else {
    for (const Rule& rule : decision->rules) names.push_back(rule.id);
  }
  std::sort(names.begin(), names.end());
  return StrCat(decision->permitted ? "ask " : "forbid ", base::StrJoin(names, " "));
}

std::string Answer(Authorizer& authorizer, const PolicyCase& given) {
  const auto answer = authorizer.AuthorizeCall(
      given.plan, given.plan.steps[0], BindingOf(given, authorizer.policy_version()), {}, false);
  return answer.ok() ? InWords(*answer)
                     : StrCat("error: ", base::Message(answer.status(), base::Language::kEnglish));
}

// The rules that `expected` names.
std::set<std::string> RulesIn(const std::string& expected) {
  std::set<std::string> rules;
  for (std::string_view word : base::StrSplit(expected, ' '))
    rules.emplace(word.substr(0, word.find(':')));
  return rules;
}

}  // namespace

absl::StatusOr<PolicyCaseReport> RunPolicyCases(const std::string& directory) {
  ASSIGN_OR_RETURN(const PolicyFiles files, ReadPolicyFiles(directory));
  ASSIGN_OR_RETURN(const auto engine, CedarEngine::Load(files));
  ASSIGN_OR_RETURN(const auto authorizer, MakeCedarAuthorizer(files));
  PolicyCaseReport report;
  std::set<std::string> tested;
  for (const PolicyFile& file : files.cases) {
    ASSIGN_OR_RETURN(const std::vector<PolicyCase> cases, ReadPolicyCases(file));
    for (const PolicyCase& given : cases) {
      ++report.cases;
      tested.merge(RulesIn(given.expected));
      const std::string got = Answer(*authorizer, given);
      if (got == given.expected) continue;
      report.failures.push_back(
          StrCat(given.place, ": ", given.name, ": expected ", given.expected, ", got ", got));
    }
  }
  for (const LoadedRule& rule : engine->rules()) {
    if (!rule.permits && !tested.contains(rule.rule.id)) report.untested.push_back(rule.rule.id);
  }
  return report;
}

}  // namespace policies
