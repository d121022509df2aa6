// PlanService: planning without running.
#include <algorithm>

#include "agents/api/grpc/run_services.h"
#include "agents/running/facts.h"
#include "model_core/base/strings.h"

namespace agents {

using base::DumpJson;
using base::Json;

namespace {
constexpr absl::Duration kPlanningMax = absl::Minutes(2);
constexpr absl::Duration kLookUpMax = absl::Seconds(10);
}  // namespace

grpc::Status PlanService::MakePlan(grpc::ServerContext* context,
                                   const maru::v1::MakePlanRequest* request,
                                   maru::v1::MakePlanResponse* response) {
  return Serve(api_, context, *request, [&](const Caller& caller) -> absl::Status {
    PlanRequest plan;
    plan.text = request->text();
    plan.now = api_.clock.Now();
    if (!request->now().empty()) {
      ASSIGN_OR_RETURN(plan.now, base::ParseTimeText(request->now()));
    }
    plan.offered = api_.registry.Offered();
    if (request->all_tools()) {
      for (const tools::ToolSpec& tool : api_.registry.catalogue().tools())
        plan.offered.insert(tool.name);
    }
    plan.allowed = {caller.record.principal.tools.begin(), caller.record.principal.tools.end()};
    plan.tenant = caller.record.principal.id;
    plan.deadline = DeadlineOf(*context, api_.clock, kPlanningMax);
    plan.cancelled = [context] { return context->IsCancelled(); };
    ASSIGN_OR_RETURN(const PlanResult result, api_.planner.MakePlan(plan));
    response->set_plan_json(DumpJson(ToJson(result.plan, false)));
    response->set_evidence_json(DumpJson(result.evidence.ToJson()));
    response->set_unusable_tool(result.unusable_tool);
    response->set_milliseconds(result.milliseconds);
    return absl::OkStatus();
  });
}

// The records that the plan names, as a run would look them up before its first call; none of tools
// that the caller may not use.
absl::StatusOr<RecordsByStep> RecordsNamedIn(const Api& api, const Plan& plan,
                                             const std::vector<std::string>& may_use) {
  RecordsOfPlan found = LookUpRecords(plan, [&](const std::string& name, const Json& arguments) {
    tools::Tool* tool = api.registry.Find(name);
    const bool may = std::find(may_use.begin(), may_use.end(), name) != may_use.end();
    return tool == nullptr || !may
               ? tools::RecordsFound(policies::NamedRecords{})
               : tool->Records(arguments, {api.clock.Now() + kLookUpMax, nullptr});
  });
  if (auto* named = std::get_if<RecordsByStep>(&found)) return std::move(*named);
  const auto& failure = std::get<LookUpFailure>(found);
  return base::Error(absl::StatusCode::kUnavailable,
                     base::StrCat(failure.step, " ", failure.tool, ": ", failure.error.message_en),
                     base::StrCat(failure.step, " ", failure.tool, ": ", failure.error.message_ko));
}

absl::StatusOr<policies::PlanDecision> DecisionOn(const Api& api, const std::string& plan_json,
                                                  const policies::Principal& principal,
                                                  const std::string& purpose) {
  ASSIGN_OR_RETURN(const Json json, base::ParseJson(plan_json, "plan", "계획"));
  ASSIGN_OR_RETURN(Plan plan, ParsePlan(json));
  RETURN_IF_ERROR(Validate(plan, api.registry.catalogue()));
  Derive(plan, api.registry.catalogue(), "");
  RunRequest request;
  request.purpose = purpose;
  ASSIGN_OR_RETURN(const std::vector<PrincipalRecord> records, api.store.ListPrincipals());
  std::vector<policies::Principal> people;
  for (const PrincipalRecord& record : records) {
    if (record.active) people.push_back(record.principal);
  }
  ASSIGN_OR_RETURN(RecordsByStep named, RecordsNamedIn(api, plan, principal.tools));
  return api.authorizer.CheckPlan(FactsOf(plan, request, principal, api.registry, std::move(named)),
                                  people);
}

grpc::Status PlanService::CheckPlan(grpc::ServerContext* context,
                                    const maru::v1::CheckPlanRequest* request,
                                    maru::v1::CheckPlanResponse* response) {
  return Serve(api_, context, *request, [&](const Caller& caller) -> absl::Status {
    ASSIGN_OR_RETURN(
        const policies::PlanDecision decision,
        DecisionOn(api_, request->plan_json(), caller.record.principal, request->purpose()));
    response->set_decision_json(DumpJson(policies::ToJson(decision)));
    return absl::OkStatus();
  });
}

}  // namespace agents
