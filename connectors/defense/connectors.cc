// Which tools each defense connector gives, and how its health is asked.
#include "connectors/defense.h"
#include "connectors/defense/depot.h"
#include "connectors/defense/label_tools.h"
#include "connectors/defense/readiness.h"
#include "connectors/defense/tak_feed.h"
#include "connectors/tool_group.h"

namespace connectors {
namespace {

using defense::Depot;
using tools::CallContext;
using tools::ToolCall;
using tools::ToolError;

using DepotTool = tools::ToolOutcome (*)(Depot&, const ToolCall&, const CallContext&);
using LabelTool = tools::ToolOutcome (*)(defense::LabelDesk&, const ToolCall&, const CallContext&);

FunctionTool::Body On(std::shared_ptr<Depot> depot, DepotTool tool) {
  return [depot = std::move(depot), tool](const ToolCall& call, const CallContext& context) {
    return tool(*depot, call, context);
  };
}

absl::StatusOr<std::unique_ptr<tools::Connector>> DepotConnector(TrytonOptions options,
                                                                 DefenseDeps deps) {
  const bool configured = options.configured();
  ASSIGN_OR_RETURN(std::unique_ptr<TrytonClient> tryton,
                   MakeTrytonClient(deps.http, std::move(options)));
  auto depot = std::shared_ptr<Depot>(new Depot{std::move(tryton), deps.clock});
  ToolGroup::Probe probe = [depot](const CallContext& context) {
    return ErrorOf(depot->tryton->Call(depot->Name("/item/model"), "search_count",
                                       base::Json::array({base::Json::array()}),
                                       base::Json::object(), false, context));
  };
  if (!configured) probe = nullptr;
  auto group =
      std::make_unique<ToolGroup>(std::string(defense::kDepotSystem), "defense", std::move(probe));
  group->Add("supply.stock", On(depot, defense::Stock));
  group->Add("supply.shortfall", On(depot, defense::Shortfall));
  group->Add("supply.requisition.draft", On(depot, defense::DraftRequisition));
  group
      ->Add("supply.requisition.submit", On(depot, defense::SubmitRequisition),
            [depot](const ToolCall& call, const CallContext& context) {
              return defense::SettleSubmission(*depot, call, context);
            })
      .NamesRecords([depot](const base::Json& arguments, const CallContext& context) {
        return defense::NamedRequisition(*depot, arguments, context);
      });
  group->Add("maint.orders", On(depot, defense::MaintenanceOrders));
  return group;
}

std::unique_ptr<tools::Connector> ReadinessConnector(const std::string& dsn, base::Clock& clock) {
  std::shared_ptr<SqlReader> database = MakeSqlReader(dsn, std::string(defense::kReadinessSystem));
  ToolGroup::Probe probe = [database](const CallContext& context) {
    return ErrorOf(database->Rows("SELECT 1 AS one FROM readiness.report LIMIT 1", {}, context));
  };
  if (dsn.empty()) probe = nullptr;
  auto group = std::make_unique<ToolGroup>(std::string(defense::kReadinessSystem), "defense",
                                           std::move(probe));
  group->Add("readiness.status",
             [database, &clock](const ToolCall& call, const CallContext& context) {
               return defense::ReadinessStatus(*database, clock, call, context);
             });
  return group;
}

absl::StatusOr<std::unique_ptr<tools::Connector>> TakConnector(TakOptions options,
                                                               base::Clock& clock) {
  RETURN_IF_ERROR(CheckTransport(options.tls, defense::kTakSystem, options.host));
  std::map<std::string, defense::Area> areas;
  if (!options.areas_path.empty()) {
    ASSIGN_OR_RETURN(areas, defense::LoadAreas(options.areas_path));
  }
  const bool configured = !options.host.empty();
  auto feed = std::make_shared<defense::TakFeed>(std::move(options), clock);
  ToolGroup::Probe probe = [feed](const CallContext& context) { return feed->Probe(context); };
  if (!configured) probe = nullptr;
  auto group =
      std::make_unique<ToolGroup>(std::string(defense::kTakSystem), "defense", std::move(probe));
  group->Add("sa.tracks", [feed, areas = std::move(areas), &clock](const ToolCall& call,
                                                                   const CallContext& context) {
    return defense::FindTracks(*feed, areas, clock, call, context);
  });
  return group;
}

ToolError NotConfigured() {
  return tools::MakeToolError("unreachable", "defense.labels is not configured",
                              "등급 표시 연결이 설정되지 않았습니다");
}

// Signs and checks a binding of nothing: whether the keys can be used and belong together.
absl::Status TryKeys(const defense::LabelPolicy& policy, const defense::BindingKeys& keys,
                     absl::Time now) {
  LabelledDocument document;
  document.id = "check";
  ASSIGN_OR_RETURN(document.binding, defense::MakeBinding(policy, keys, document, "O", now));
  return defense::CheckBinding(policy, keys, document).status();
}

std::optional<ToolError> ProbeLabels(const defense::LabelDesk& desk) {
  const absl::Status status = TryKeys(desk.policy, desk.keys, desk.clock.Now());
  if (status.ok()) return std::nullopt;
  return tools::MakeToolError("auth", std::string(status.message()),
                              base::Message(status, base::Language::kKorean));
}

absl::StatusOr<std::unique_ptr<tools::Connector>> LabelConnector(const LabelOptions& options,
                                                                 DefenseDeps deps) {
  std::shared_ptr<defense::LabelDesk> desk;
  if (!options.policy_path.empty() && deps.documents != nullptr) {
    ASSIGN_OR_RETURN(defense::LabelPolicy policy, defense::LoadLabelPolicy(options.policy_path));
    desk.reset(new defense::LabelDesk{std::move(policy),
                                      {options.key_path, options.certificate_path},
                                      *deps.documents,
                                      deps.clock});
  }
  ToolGroup::Probe probe = [desk](const CallContext&) { return ProbeLabels(*desk); };
  if (desk == nullptr) probe = nullptr;
  auto group =
      std::make_unique<ToolGroup>(std::string(defense::kLabelSystem), "defense", std::move(probe));
  const auto add = [&](const char* name, LabelTool tool) {
    group
        ->Add(name,
              [desk, tool](const ToolCall& call, const CallContext& context) {
                return desk ? tool(*desk, call, context) : tools::ToolOutcome(NotConfigured());
              })
        .NamesRecords([desk](const base::Json& arguments, const CallContext& context) {
          return desk ? defense::NamedDocument(*desk, arguments, context)
                      : tools::RecordsFound(NotConfigured());
        });
  };
  add("label.assign", defense::AssignLabel);
  add("release.check", defense::CheckRelease);
  return group;
}

}  // namespace

absl::StatusOr<std::vector<std::unique_ptr<tools::Connector>>> MakeDefenseConnectors(
    DefenseOptions options, DefenseDeps deps) {
  std::vector<std::unique_ptr<tools::Connector>> connectors;
  ASSIGN_OR_RETURN(connectors.emplace_back(), DepotConnector(std::move(options.tryton), deps));
  connectors.push_back(ReadinessConnector(options.readiness_dsn, deps.clock));
  ASSIGN_OR_RETURN(connectors.emplace_back(), TakConnector(std::move(options.tak), deps.clock));
  ASSIGN_OR_RETURN(connectors.emplace_back(), LabelConnector(options.labels, deps));
  return connectors;
}

}  // namespace connectors
