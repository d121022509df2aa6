#include "agents/running/facts.h"

#include <algorithm>
#include <utility>

#include "agents/running/wording.h"
#include "policies/facts.h"
#include "tools/tool_executor.h"

namespace agents {
namespace {

using base::Json;
using policies::Label;

bool RelatedOrUnknown(const tools::ToolSpec& spec, const Json& arguments,
                      const std::string& principal, tools::ToolRegistry& registry) {
  tools::Tool* tool = registry.Find(spec.name);
  if (tool == nullptr) return true;  // it is not offered; nothing is read through it
  auto related = tool->Related(principal, arguments);
  return related.ok() && *related;
}

bool IsUntrusted(const Reference& reference, const Plan& plan, const tools::Catalogue& catalogue) {
  const Step* step = plan.Find(reference.step);
  const tools::ToolSpec* spec = step == nullptr ? nullptr : catalogue.Find(step->tool);
  if (spec == nullptr || reference.path.empty()) return true;
  const tools::ResultSpec* field = spec->Result(reference.path);
  return field == nullptr || field->untrusted;
}

// What earlier steps of a plan make of records, at the least.
class RelabelledRecords {
 public:
  // `records` of the next step, in the order of the plan.
  void Follow(policies::NamedRecords& records) {
    for (policies::NamedRecord& record : records) {
      const auto [it, first] =
          least_.try_emplace(std::pair(record.system, record.id), record.label);
      if (!first) record.label = it->second;
      if (record.becomes) it->second = Least(record.label, *record.becomes);
    }
  }

 private:
  static Label Least(const Label& a, const Label& b) {
    return {std::min(a.n2sf, b.n2sf), std::min(a.mil, b.mil), std::min(a.privacy, b.privacy),
            std::max(a.integrity, b.integrity)};
  }

  std::map<std::pair<std::string, std::string>, Label> least_;
};

}  // namespace

Label InputLabel(const Json& arguments, const Plan& plan, const tools::Catalogue& catalogue,
                 const std::function<Label(const std::string& step)>& label_of) {
  Label joined = policies::UserLabel();
  for (const Reference& reference : References(arguments)) {
    Label label = label_of(reference.step);
    const bool field_trusted = !reference.path.empty() && !IsUntrusted(reference, plan, catalogue);
    if (field_trusted) label = policies::WithIntegrity(label, policies::Integrity::kTrusted);
    joined = policies::Join(joined, label);
  }
  return joined;
}

policies::StepFacts FactsOf(const Step& step, const Plan& plan, const Json& arguments,
                            const Label& input, policies::NamedRecords records,
                            const std::string& principal, tools::ToolRegistry& registry) {
  const tools::Catalogue& catalogue = registry.catalogue();
  const tools::ToolSpec& spec = *catalogue.Find(step.tool);
  policies::StepFacts facts;
  facts.step_id = step.id;
  facts.tool = spec.name;
  facts.domain = spec.domain;
  facts.kind = tools::Name(spec.effect);
  facts.purposes = spec.purposes;
  facts.approval_line = spec.approval_line;
  facts.approval_roles = spec.approval_roles;
  facts.input = input;
  for (const Reference& reference : References(step.arguments)) {
    const bool whole =
        reference.path.empty();  // content that a document rests on, not what decides
    facts.sink_untrusted =
        facts.sink_untrusted || (!whole && IsUntrusted(reference, plan, catalogue));
  }
  facts.output = tools::FloorLabel(catalogue, spec, arguments, input);
  facts.confirm = step.confirm;
  facts.related = RelatedOrUnknown(spec, arguments, principal, registry);
  facts.attributes = policies::AttributesOf(arguments);
  facts.records = std::move(records);
  return facts;
}

RecordsOfPlan LookUpRecords(
    const Plan& plan,
    const std::function<tools::RecordsFound(const std::string& tool, const Json& arguments)>&
        look_up) {
  RecordsByStep records;
  for (const Step& step : plan.steps) {
    tools::RecordsFound found = look_up(step.tool, step.arguments);
    const auto* error = std::get_if<tools::ToolError>(&found);
    if (error != nullptr && error->code == "not_found") continue;  // its own step says so
    if (error != nullptr) return LookUpFailure{step.id, step.tool, *error};
    records[step.id] = std::get<policies::NamedRecords>(std::move(found));
  }
  return records;
}

policies::PlanFacts FactsOf(const Plan& plan, const RunRequest& request,
                            const policies::Principal& principal, tools::ToolRegistry& registry,
                            RecordsByStep records) {
  policies::PlanFacts facts{principal, request.purpose, {}};
  std::map<std::string, Label> outputs;
  RelabelledRecords relabelled;
  for (const Step& step : plan.steps) {
    policies::NamedRecords& named = records[step.id];
    relabelled.Follow(named);
    const Label input =
        policies::WithRecords(InputLabel(step.arguments, plan, registry.catalogue(),
                                         [&](const std::string& id) { return outputs.at(id); }),
                              named);
    facts.steps.push_back(
        FactsOf(step, plan, step.arguments, input, std::move(named), principal.id, registry));
    outputs[step.id] = facts.steps.back().output;
  }
  return facts;
}

std::vector<policies::Rule> RefusingRules(const policies::StepDecision& decision) {
  std::vector<policies::Rule> rules = decision.rules;
  std::erase_if(rules, [&](const policies::Rule& rule) {
    return decision.permitted &&
           std::none_of(decision.obligations.begin(), decision.obligations.end(),
                        [&](const policies::Obligation& o) { return o.rule == rule.id; });
  });
  return rules;
}

absl::StatusOr<AnswerFacts> AnswersOf(const Run& run, const std::string& step,
                                      const std::string& call_hash, const StandingOf& standing_of) {
  AnswerFacts facts;
  for (const auto& [id, approval] : run.approvals) {
    if (approval.step_id != step || approval.obligation.rule == kInDoubtRule) continue;
    for (const Approval::Answer& answer : approval.answers) {
      if (approval.obligation.kind == policies::Obligation::Kind::kConfirm) {
        facts.confirmed = facts.confirmed || (answer.approved && approval.call_hash == call_hash);
        continue;
      }
      ASSIGN_OR_RETURN(const auto approver, standing_of(answer.approver));
      if (!approver) continue;
      facts.approvals.push_back({*approver, answer.approved, approval.call_hash, answer.reason});
    }
  }
  return facts;
}

}  // namespace agents
