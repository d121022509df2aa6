// What a decision was made from, written down, and the decision made again from it.
#include "agents/redecide.h"

#include <algorithm>
#include <set>

#include "agents/running/facts.h"
#include "agents/running/wording.h"
#include "model_core/base/strings.h"
#include "policies/facts.h"

namespace agents {
namespace {

using base::Json;
using base::Member;
using base::StrCat;
using base::StringOr;
using policies::StepDecision;

// The rules that denied a call, before it was made or at the last moment; null if it was not
// denied, policy could not decide, or what the call acts on had changed, which is no rule's word.
Json DenyingRules(std::string_view type, const Json& body) {
  const bool early = type == "step.skipped" && StringOr(body, "reason", "") == "denied";
  const Json error = Member(body, "error");
  const bool late = type == "effect.outcome" && StringOr(error, "code", "") == "forbidden";
  const Json rules = early ? Member(body, "rules") : late ? Member(error, "rules") : Json();
  const bool named = rules.is_array() && !rules.empty();
  return named && StringOr(rules[0], "id", "") != kRecordChangedRule ? rules : Json();
}

// What says from what was decided: of a call that was denied late its outcome or, where that does
// not, the event that it was begun or taken up with.
const Json& Source(const Run& run, std::string_view type, const Json& body) {
  if (type != "effect.outcome") return body;
  if (body.contains("decided")) return body["decided"];
  const auto step = run.steps.find(StringOr(body, "step", ""));
  return step != run.steps.end() ? step->second.decided : body;
}

absl::Status Differs(std::string_view english, std::string_view korean) {
  return base::Error(absl::StatusCode::kDataLoss, english, korean);
}

absl::Status OfAnother(std::string_view english, std::string_view korean) {
  return Differs(StrCat("its facts are not the run's: ", english),
                 StrCat("판단 근거가 이 실행의 것이 아닙니다: ", korean));
}

// "permit [access.granted]", "permit [approval.two] approve_two(head, manager)".
std::string Said(const StepDecision& decision) {
  std::vector<std::string> rules;
  for (const policies::Rule& rule : decision.rules) rules.push_back(rule.id);
  std::string said =
      StrCat(decision.permitted ? "permit" : "forbid", " [", base::StrJoin(rules, ", "), "]");
  for (const policies::Obligation& obligation : decision.obligations) {
    said += StrCat(" ", policies::Name(obligation.kind), "(", base::StrJoin(obligation.roles, ", "),
                   obligation.parameter.empty() ? "" : ": ", obligation.parameter, ")");
  }
  return said;
}

absl::Status SameDecision(const std::string& step, const std::string& sealed,
                          const std::string& made) {
  if (sealed == made) return absl::OkStatus();
  return Differs(
      StrCat("step ", step, " was decided '", sealed, "', by its facts it is '", made, "'"),
      StrCat(step, " 단계의 판단은 '", sealed, "'인데 근거대로면 '", made, "'입니다"));
}

absl::StatusOr<policies::Principal> RequesterOf(const Run& run, const Json& facts) {
  ASSIGN_OR_RETURN(policies::Principal requester,
                   policies::ParsePrincipal(Member(facts, "principal")));
  if (requester.id == run.request.principal) return requester;
  return OfAnother(StrCat("they are about '", requester.id, "'"),
                   StrCat("'", requester.id, "'에 대한 것입니다"));
}

// How those count whose clearance nobody looked at.
constexpr policies::Clearance kClearedForAll = {policies::N2sf::kC, policies::Mil::kI};

// What policy was told of the plan; `run` knows the plan, the facts all else.
absl::StatusOr<policies::PlanFacts> PlanFactsOf(const Run& run, const Json& facts) {
  const Json steps = Member(facts, "steps");
  if (!run.plan || !steps.is_array() || steps.size() != run.plan->steps.size())
    return OfAnother("their steps are not the plan's", "단계가 계획과 다릅니다");
  policies::PlanFacts plan;
  ASSIGN_OR_RETURN(plan.principal, RequesterOf(run, facts));
  plan.purpose = run.request.purpose;
  for (size_t i = 0; i < steps.size(); ++i) {
    const Step& step = run.plan->steps[i];
    ASSIGN_OR_RETURN(policies::StepFacts told, policies::ParseStepFacts(steps[i]));
    if (told.step_id != step.id)
      return OfAnother("their steps are not the plan's", "단계가 계획과 다릅니다");
    told.tool = step.tool;
    told.attributes = policies::AttributesOf(step.arguments);
    plan.steps.push_back(std::move(told));
  }
  return plan;
}

absl::Status RedecidePlan(policies::Authorizer& authorizer, const Run& run, const Json& body) {
  const Json facts = Member(body, "facts");
  ASSIGN_OR_RETURN(const policies::PlanDecision sealed, policies::ParsePlanDecision(body));
  ASSIGN_OR_RETURN(const policies::PlanFacts plan, PlanFactsOf(run, facts));
  const auto unsaid = OfOlderMaru(run.planned) ? std::optional(kClearedForAll) : std::nullopt;
  ASSIGN_OR_RETURN(const auto people, policies::ParseEligible(Member(facts, "eligible"), unsaid));
  ASSIGN_OR_RETURN(const policies::PlanDecision made, authorizer.CheckPlan(plan, people));
  if (sealed.steps.size() != made.steps.size())
    return OfAnother("their steps are not the decision's", "단계가 판단과 다릅니다");
  for (size_t i = 0; i < made.steps.size(); ++i) {
    const StepDecision& was = sealed.steps[i];
    const StepDecision& is = made.steps[i];
    if (was.step_id != is.step_id || was.input != is.input || was.output != is.output)
      return OfAnother(StrCat("step ", was.step_id, " has other labels"),
                       StrCat(was.step_id, " 단계의 등급이 다릅니다"));
    RETURN_IF_ERROR(SameDecision(is.step_id, Said(was), Said(is)));
  }
  if (sealed.purpose != made.purpose || sealed.permitted != made.permitted) {
    return Differs(StrCat("the plan was decided for the purpose '", sealed.purpose,
                          "', by its facts it is '", made.purpose, "'"),
                   StrCat("계획은 '", sealed.purpose, "' 목적으로 판단했는데 근거대로면 '",
                          made.purpose, "'입니다"));
  }
  return absl::OkStatus();
}

// An answer of `person` about the step counted whatever they are cleared for.
bool CountedUncleared(const Run& run, const std::string& step, const std::string& person) {
  if (!OfOlderMaru(run.planned)) return false;
  return std::any_of(run.approvals.begin(), run.approvals.end(), [&](const auto& entry) {
    const auto& answers = entry.second.answers;
    return entry.second.step_id == step &&
           std::any_of(answers.begin(), answers.end(), [&](const Approval::Answer& answer) {
             return answer.approver == person && answer.seal.empty();
           });
  });
}

// The answers that stood before the event, of those who counted then.
absl::StatusOr<AnswerFacts> AnswersBefore(const Run& run, const std::string& step,
                                          const std::string& call_hash, const Json& approvers) {
  std::map<std::string, policies::Principal> counted;
  if (!approvers.is_array()) return OfAnother("they name no approvers", "승인자 항목이 없습니다");
  for (const Json& approver : approvers) {
    ASSIGN_OR_RETURN(policies::Principal person, policies::ParsePrincipal(approver));
    if (CountedUncleared(run, step, person.id)) person.clearance = kClearedForAll;
    counted[person.id] = std::move(person);
  }
  return AnswersOf(
      run, step, call_hash,
      [&](const std::string& id) -> absl::StatusOr<std::optional<policies::Principal>> {
        const auto it = counted.find(id);
        if (it == counted.end()) return std::nullopt;
        return it->second;
      });
}

// nullopt, a permit, or what policy says of the call that the event and its facts describe.
absl::StatusOr<std::optional<StepDecision>> DecideCall(policies::Authorizer& authorizer,
                                                       const Run& run, const Step& step,
                                                       const Json& body) {
  const Json facts = Member(body, "facts");
  policies::PlanFacts plan;
  if (run.decision_facts.is_object()) {  // the steps settle the purpose where the check found none
    ASSIGN_OR_RETURN(plan, PlanFactsOf(run, run.decision_facts));
  }
  ASSIGN_OR_RETURN(plan.principal, RequesterOf(run, facts));
  plan.purpose = run.decision->purpose;
  ASSIGN_OR_RETURN(policies::StepFacts told, policies::ParseStepFacts(Member(facts, "step")));
  ASSIGN_OR_RETURN(const policies::Label label, policies::ParseLabel(Member(body, "label")));
  ASSIGN_OR_RETURN(const policies::NamedRecords records,
                   policies::ParseNamedRecords(Member(body, "records")));
  if (told.step_id != step.id || told.input != label ||
      policies::WithoutTitles(told.records) != policies::WithoutTitles(records))
    return OfAnother("they are about another call", "다른 호출에 대한 것입니다");
  told.tool = step.tool;
  told.attributes = policies::AttributesOf(Member(body, "arguments"));
  // A late denial keeps no titles; the call's hash is over those of its intent.
  const auto begun = run.steps.find(step.id);
  const bool same = begun != run.steps.end() && policies::WithoutTitles(begun->second.records) ==
                                                    policies::WithoutTitles(records);
  const policies::CallBinding binding{run.id,
                                      step.id,
                                      step.tool,
                                      Member(body, "arguments"),
                                      label,
                                      base::HashJson(Member(run.planned, "plan")),
                                      authorizer.policy_version(),
                                      same ? begun->second.records : records};
  ASSIGN_OR_RETURN(const AnswerFacts answers,
                   AnswersBefore(run, step.id, binding.Hash(), Member(facts, "approvers")));
  ASSIGN_OR_RETURN(const auto made, authorizer.AuthorizeCall(plan, told, binding, answers.approvals,
                                                             answers.confirmed));
  const auto* decision = std::get_if<StepDecision>(&made);
  return decision == nullptr ? std::nullopt : std::optional(*decision);
}

// What the event says that policy said: "permit", or as Said.
std::string SealedDecision(std::string_view type, const Json& body) {
  const Json denying = DenyingRules(type, body);
  const bool permit = type == "effect.intent" || base::BoolOr(body, "permitted", false);
  if (permit && !Member(body, "rules").is_array()) return "permit";
  StepDecision sealed;
  sealed.permitted = denying.is_null() && base::BoolOr(body, "permitted", false);
  for (const Json& rule : denying.is_null() ? Member(body, "rules") : denying)
    sealed.rules.push_back({StringOr(rule, "id", ""), "", "", "", ""});
  for (const Json& obligation : Member(body, "obligations")) {
    if (auto parsed = policies::ParseObligation(obligation); parsed.ok())
      sealed.obligations.push_back(*std::move(parsed));
  }
  return Said(sealed);
}

// A denial at the last moment names no obligation: its rules are those of what was left unmet.
void NameUnmet(StepDecision& decision) {
  decision.rules = RefusingRules(decision);
  decision.permitted = false;
  decision.obligations.clear();
}

absl::Status RedecideCall(policies::Authorizer& authorizer, const Run& run, std::string_view type,
                          const Json& body) {
  const std::string id = StringOr(body, "step", "");
  const Step* step = run.plan ? run.plan->Find(id) : nullptr;
  if (step == nullptr || !run.decision)
    return OfAnother(StrCat("step ", id, " is not of a checked plan"),
                     StrCat(id, " 단계가 점검된 계획에 없습니다"));
  ASSIGN_OR_RETURN(auto made, DecideCall(authorizer, run, *step, Source(run, type, body)));
  if (made && type == "effect.outcome") NameUnmet(*made);
  return SameDecision(id, SealedDecision(type, body), made ? Said(*made) : "permit");
}

}  // namespace

Json CheckedBody(const policies::PlanDecision& decision, const policies::PlanFacts& facts,
                 const std::vector<policies::Principal>& people) {
  Json steps = Json::array();
  for (const policies::StepFacts& step : facts.steps) steps.push_back(policies::ToJson(step));
  Json body = policies::ToJson(decision);
  body["facts"] = {{"principal", policies::ToJson(facts.principal)},
                   {"steps", std::move(steps)},
                   {"eligible", policies::EligibleJson(decision, people)}};
  return body;
}

Json CallFactsJson(const policies::Principal& requester, const policies::StepFacts& step,
                   const std::vector<policies::ApprovalFact>& approvals) {
  Json approvers = Json::array();
  std::set<std::string> told;
  for (const policies::ApprovalFact& fact : approvals) {
    if (told.insert(fact.approver.id).second)
      approvers.push_back(policies::StandingJson(fact.approver));
  }
  return {{"principal", policies::ToJson(requester)},
          {"step", policies::ToJson(step)},
          {"approvers", std::move(approvers)}};
}

Json DecidedOn(const policies::CallBinding& call, Json facts, bool titles) {
  Json body = {{"policy_version", call.policy_version},
               {"arguments", call.arguments},
               {"label", policies::ToJson(call.label)},
               {"facts", std::move(facts)}};
  if (!call.records.empty()) {
    body["records"] =
        titles ? policies::ToJson(call.records) : policies::WithoutTitles(call.records);
  }
  return body;
}

Json SaidJson(const StepDecision* decision) {
  if (decision == nullptr) return {{"permitted", true}};
  const Json whole = policies::ToJson(*decision);
  return {{"permitted", whole["permitted"]},
          {"rules", whole["rules"]},
          {"obligations", whole["obligations"]}};
}

bool OfOlderMaru(const Json& planned) {
  constexpr int64_t kSince = 9;  // the planner's rules then: what a plan tells of its Maru
  return base::IntOr(Member(planned, "evidence"), "rules", 1) < kSince;
}

std::optional<DecidedBy> WhoDecided(const Run& run, std::string_view type, const Json& body) {
  const bool decides = type == "plan.checked" || type == "effect.intent" ||
                       type == "effect.resumed" || !DenyingRules(type, body).is_null();
  if (!decides) return std::nullopt;
  const Json& source = Source(run, type, body);
  DecidedBy decided{StringOr(source, "policy_version", ""), Member(source, "facts").is_object()};
  // Begun with a permit, and denied from facts of its own that are nowhere.
  const bool late =
      type == "effect.outcome" && !body.contains("decided") && !source.contains("how");
  if (late && OfOlderMaru(run.planned)) decided.recorded = false;
  const bool of_plan =
      decided.policy_version.empty() && run.decision;  // it may change within a run
  if (of_plan) decided.policy_version = run.decision->policy_version;
  return decided;
}

absl::Status Redecide(policies::Authorizer& authorizer, const Run& run, std::string_view type,
                      const Json& body) {
  const auto decided = WhoDecided(run, type, body);
  if (!decided) return absl::OkStatus();
  if (!decided->recorded) {
    return base::Error(absl::StatusCode::kFailedPrecondition, "facts not recorded",
                       "판단 근거를 적기 전의 기록입니다");
  }
  const std::string& version = decided->policy_version;
  if (version != authorizer.policy_version()) {
    return base::Error(
        absl::StatusCode::kFailedPrecondition,
        StrCat("sealed policy version ", version, ", here ", authorizer.policy_version()),
        StrCat("봉인된 정책 버전은 ", version, ", 여기는 ", authorizer.policy_version(), "입니다"));
  }
  if (type == "plan.checked") return RedecidePlan(authorizer, run, body);
  return RedecideCall(authorizer, run, type, body);
}

}  // namespace agents
