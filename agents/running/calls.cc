// What is called: every reference resolved, every default bound, and what policy is told about it.
#include <algorithm>

#include "agents/running/driver.h"
#include "agents/running/facts.h"
#include "model_core/base/strings.h"

namespace agents {

using base::Json;

void NameRecords(tools::ToolCall& call, policies::NamedRecords records) {
  call.binding.label = policies::WithRecords(call.binding.label, records);
  call.binding.records = std::move(records);
}

Json Driver::BindDefaults(const Step& step, Json arguments) const {
  const auto now = base::ParseTimeText(run_.request.now);
  for (const tools::ArgumentSpec& argument :
       context_.registry.catalogue().Find(step.tool)->arguments) {
    if (argument.default_value.empty() || arguments.contains(argument.name) || !now.ok()) continue;
    arguments[argument.name] = BindDefault(argument, *now);
  }
  return arguments;
}

const std::string& Driver::PlanHash() {
  if (plan_hash_.empty()) plan_hash_ = base::HashJson(ToJson(*run_.plan, /*derived=*/true));
  return plan_hash_;
}

tools::ToolCall Driver::MakeCall(const Step& step, Json arguments) {
  tools::ToolCall call;
  call.binding.run_id = run_.id;
  call.binding.step_id = step.id;
  call.binding.tool = step.tool;
  call.binding.arguments = BindDefaults(step, std::move(arguments));
  call.binding.label =
      InputLabel(step.arguments, *run_.plan, context_.registry.catalogue(),
                 [this](const std::string& id) { return run_.steps.at(id).label; });
  call.binding.plan_hash = PlanHash();
  call.binding.policy_version = context_.authorizer.policy_version();
  call.idempotency_key = base::StrCat(run_.id, "/", step.id);
  call.requester = run_.request.principal;
  call.requester_unit = principal_.principal.unit;
  call.language = base::ParseLanguage(run_.request.language);
  if (auto now = base::ParseTimeText(run_.request.now); now.ok()) call.now = *now;
  return call;
}

// nullopt: a reference into an empty list.
std::optional<tools::ToolCall> Driver::ResolveCall(const Step& step) {
  const auto result = [this](std::string_view id) -> const Json* {
    const StepRecord& record = run_.steps.at(std::string(id));
    return record.state == StepState::kSucceeded ? &record.value : nullptr;
  };
  const auto wrap = [this](std::string_view id) {
    const StepRecord& record = run_.steps.at(std::string(id));
    Json origins = Json::array();
    for (const policies::Origin& origin : record.origins)
      origins.push_back(policies::ToJson(origin));
    return Json{{"step", std::string(id)},
                {"tool", run_.plan->Find(id)->tool},
                {"value", record.value},
                {"label", policies::ToJson(record.label)},
                {"origins", origins}};
  };
  auto arguments = ResolveArguments(step.arguments, result, wrap);
  if (!arguments) return std::nullopt;
  return MakeCall(step, *std::move(arguments));
}

absl::Status Driver::InputsGone(const Step& step) const {
  return base::Error(absl::StatusCode::kDataLoss,
                     base::StrCat("run ", run_.id, " step ", step.id, ": its inputs are gone"),
                     base::StrCat("실행 ", run_.id, " ", step.id, " 단계: 쓸 자료가 없어졌습니다"));
}

// Looked up on the driver's own thread, which keeps the lease: they end well before it does.
absl::Time Driver::LookUpDeadline() const {
  return context_.clock.Now() +
         std::min(context_.options.call_timeout, context_.options.lease * 0.5);
}

absl::StatusOr<std::optional<tools::ToolCall>> Driver::PrepareCall(const Step& step) {
  auto call = ResolveCall(step);
  if (!call) {
    RETURN_IF_ERROR(Skip(step, {{"reason", "empty_input"}}));
    return std::nullopt;
  }
  auto found = context_.executor.Records(step.tool, call->arguments(), LookUpDeadline());
  if (const auto* error = std::get_if<tools::ToolError>(&found)) {
    RETURN_IF_ERROR(Skip(step, {{"reason", "look_up_failed"},
                                {"code", error->code},
                                {"message_en", error->message_en},
                                {"message_ko", error->message_ko}}));
    return std::nullopt;
  }
  NameRecords(*call, std::get<policies::NamedRecords>(std::move(found)));
  return call;
}

void Driver::KeepPlanFacts(policies::PlanFacts facts) {
  facts.purpose = run_.decision->purpose;
  plan_facts_ = std::make_shared<const policies::PlanFacts>(std::move(facts));
}

// Answers of people who are no longer active count for nothing.
absl::StatusOr<Driver::CallFacts> Driver::FactsOfCall(const Step& step,
                                                      const tools::ToolCall& call) {
  if (plan_facts_ == nullptr)
    KeepPlanFacts(FactsOf(*run_.plan, run_.request, principal_.principal, context_.registry, {}));
  CallFacts facts{plan_facts_,
                  FactsOf(step, *run_.plan, call.arguments(), call.binding.label,
                          call.binding.records, run_.request.principal, context_.registry),
                  {},
                  false};
  if (run_.approvals.empty()) return facts;
  const auto standing_of =
      [this](const std::string& id) -> absl::StatusOr<std::optional<policies::Principal>> {
    ASSIGN_OR_RETURN(PrincipalRecord record, context_.store.GetPrincipal(id));
    if (!record.active) return std::nullopt;
    return std::move(record.principal);
  };
  ASSIGN_OR_RETURN(AnswerFacts answers, AnswersOf(run_, step.id, call.binding.Hash(), standing_of));
  facts.approvals = std::move(answers.approvals);
  facts.confirmed = answers.confirmed;
  return facts;
}

}  // namespace agents
