// What is connected, what can be called, which model plans, what policy says.
#include "agents/api/grpc/admin_services.h"

#include <algorithm>
#include <set>

#include "agents/api/grpc/run_services.h"
#include "model_core/base/strings.h"
#include "model_core/base/text.h"

namespace agents {
namespace {

using base::StrCat;
using tools::Connector;

constexpr absl::Duration kCheckMax = absl::Seconds(10);  // of asking every connector

std::string_view Name(Connector::State state) {
  switch (state) {
    case Connector::State::kConnected:
      return "connected";
    case Connector::State::kDown:
      return "down";
    case Connector::State::kNotConfigured:
      return "not_configured";
  }
  return "down";
}

void Fill(const tools::ToolRegistry& registry, maru::v1::ListConnectorsResponse& out) {
  for (const tools::ConnectorStatus& status : registry.Status()) {
    maru::v1::Connector& connector = *out.add_connectors();
    connector.set_name(status.name);
    connector.set_domain(status.domain);
    connector.set_state(std::string(Name(status.health.state)));
    connector.set_detail_en(status.health.detail_en);
    connector.set_detail_ko(status.health.detail_ko);
    for (const std::string& tool : status.tools) connector.add_tools(tool);
  }
}

// The catalogue's own JSON of one tool.
std::string SpecJson(const tools::Catalogue& catalogue, const std::string& name) {
  for (const base::Json& tool : catalogue.json().value("tools", base::Json::array())) {
    if (base::StringOr(tool, "name", "") == name) return base::DumpJson(tool);
  }
  return "{}";
}

}  // namespace

grpc::Status ConnectorService::ListConnectors(grpc::ServerContext* context,
                                              const maru::v1::ListConnectorsRequest* request,
                                              maru::v1::ListConnectorsResponse* response) {
  return Serve(api_, context, *request, [&](const Caller&) {
    Fill(api_.registry, *response);
    return absl::OkStatus();
  });
}

grpc::Status ConnectorService::CheckConnectors(grpc::ServerContext* context,
                                               const maru::v1::CheckConnectorsRequest* request,
                                               maru::v1::ListConnectorsResponse* response) {
  return Serve(api_, context, *request, [&](const Caller&) {
    api_.registry.Refresh(DeadlineOf(*context, api_.clock, kCheckMax));
    Fill(api_.registry, *response);
    return absl::OkStatus();
  });
}

grpc::Status ToolService::ListTools(grpc::ServerContext* context,
                                    const maru::v1::ListToolsRequest* request,
                                    maru::v1::ListToolsResponse* response) {
  return Serve(api_, context, *request, [&](const Caller& caller) {
    const std::set<std::string> offered = api_.registry.Offered();
    const auto& mine = caller.record.principal.tools;
    for (const tools::ToolSpec& spec : api_.registry.catalogue().tools()) {
      maru::v1::Tool& tool = *response->add_tools();
      tool.set_name(spec.name);
      tool.set_title(spec.title);
      const bool permitted = std::find(mine.begin(), mine.end(), spec.name) != mine.end();
      tool.set_state(!permitted                    ? "not_permitted"
                     : offered.contains(spec.name) ? "offered"
                                                   : "not_connected");
      tool.set_spec_json(SpecJson(api_.registry.catalogue(), spec.name));
    }
    return absl::OkStatus();
  });
}

grpc::Status ModelService::GetModel(grpc::ServerContext* context,
                                    const maru::v1::GetModelRequest* request,
                                    maru::v1::Model* response) {
  return Serve(api_, context, *request, [&](const Caller&) {
    response->set_info_json(info_json_);
    return absl::OkStatus();
  });
}

grpc::Status PolicyService::ExplainPlan(grpc::ServerContext* context,
                                        const maru::v1::ExplainPlanRequest* request,
                                        maru::v1::ExplainPlanResponse* response) {
  return Serve(api_, context, *request, [&](const Caller& caller) -> absl::Status {
    if (request->principal() != caller.id() && !caller.HasRole("security_officer")) {
      return base::Error(
          absl::StatusCode::kPermissionDenied,
          StrCat(caller.id(),
                 " may not ask what policy says about others: that is for a security officer"),
          StrCat(base::WithParticle(caller.id(), "은"),
                 " 다른 사람에 대한 정책 판단을 볼 수 없습니다. 보안담당관(security_officer)만 볼 "
                 "수 있습니다"));
    }
    ASSIGN_OR_RETURN(const PrincipalRecord record, api_.store.GetPrincipal(request->principal()));
    ASSIGN_OR_RETURN(const policies::PlanDecision decision,
                     DecisionOn(api_, request->plan_json(), record.principal, request->purpose()));
    response->set_decision_json(base::DumpJson(policies::ToJson(decision)));
    return absl::OkStatus();
  });
}

grpc::Status PolicyService::GetPolicy(grpc::ServerContext* context,
                                      const maru::v1::GetPolicyRequest* request,
                                      maru::v1::Policy* response) {
  return Serve(api_, context, *request, [&](const Caller&) {
    response->set_version(api_.authorizer.policy_version());
    return absl::OkStatus();
  });
}

}  // namespace agents
