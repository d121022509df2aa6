#include "agents/running/facts.h"

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
                            const Label& input, const std::string& principal,
                            tools::ToolRegistry& registry) {
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
  return facts;
}

policies::PlanFacts FactsOf(const Plan& plan, const RunRequest& request,
                            const policies::Principal& principal, tools::ToolRegistry& registry) {
  policies::PlanFacts facts{principal, request.purpose, {}};
  std::map<std::string, Label> outputs;
  for (const Step& step : plan.steps) {
    const Label input = InputLabel(step.arguments, plan, registry.catalogue(),
                                   [&](const std::string& id) { return outputs.at(id); });
    facts.steps.push_back(FactsOf(step, plan, step.arguments, input, principal.id, registry));
    outputs[step.id] = facts.steps.back().output;
  }
  return facts;
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
