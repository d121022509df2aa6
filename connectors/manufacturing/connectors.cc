// Which tools each connector of the plant gives, and how its health is asked.
#include "connectors/manufacturing/plant.h"
#include "connectors/manufacturing/work_order.h"
#include "connectors/tool_group.h"
#include "model_core/base/strings.h"
#include "model_core/base/text.h"

namespace connectors {
namespace {

using manufacturing::Plant;
using Outcome = tools::ToolOutcome (*)(Plant&, const tools::ToolCall&, const tools::CallContext&);

FunctionTool::Body On(std::shared_ptr<Plant> plant, Outcome tool) {
  return [plant = std::move(plant), tool](const tools::ToolCall& call,
                                          const tools::CallContext& context) {
    return tool(*plant, call, context);
  };
}

std::unique_ptr<tools::Connector> OpcUaConnector(const std::shared_ptr<Plant>& plant,
                                                 bool may_write) {
  ToolGroup::Probe probe = [plant](const tools::CallContext& context) {
    return ErrorOf(plant->opcua.ServerState(context));
  };
  if (!plant->opcua.configured()) probe = nullptr;
  auto group =
      std::make_unique<ToolGroup>("manufacturing.opcua", "manufacturing", std::move(probe));
  group->Add("tag.read", On(plant, manufacturing::ReadTags));
  group->Add("tag.history", On(plant, manufacturing::TagHistory));
  group->Add("alarm.active", On(plant, manufacturing::ActiveAlarms));
  group->Add("alarm.ack", On(plant, manufacturing::AcknowledgeAlarm));
  group->Add("spc.evaluate", On(plant, manufacturing::EvaluateSpc));
  if (may_write) group->Add("setpoint.write", On(plant, manufacturing::WriteSetPoint));
  return group;
}

std::unique_ptr<tools::Connector> PlantDatabase(const std::shared_ptr<Plant>& plant,
                                                bool configured) {
  ToolGroup::Probe probe = [plant](const tools::CallContext& context) {
    return ErrorOf(plant->database->Rows("SELECT 1 AS one FROM plant.asset LIMIT 1", {}, context));
  };
  if (!configured) probe = nullptr;
  auto group =
      std::make_unique<ToolGroup>("manufacturing.plantdb", "manufacturing", std::move(probe));
  group->Add("rootcause.explain", On(plant, manufacturing::ExplainAlarm));
  group->Add("alarm.history", On(plant, manufacturing::AlarmHistory));
  group->Add("oee.compute", On(plant, manufacturing::ComputeOee));
  return group;
}

absl::Status Invalid(std::string_view english, std::string_view korean) {
  return base::Error(absl::StatusCode::kInvalidArgument, english, korean);
}

absl::Status CheckOptions(const ManufacturingOptions& options) {
  const std::string& security = options.opcua.security;
  const bool opcua = !options.opcua.url.empty();
  if (security != "none" && security != "sign" && security != "sign_encrypt") {
    return Invalid(base::StrCat("manufacturing.opcua: security '", security,
                                "' is not none, sign or sign_encrypt"),
                   base::StrCat("manufacturing.opcua: 보안 방식 '", security, "'",
                                base::Particle(security, "은"),
                                " none, sign, sign_encrypt 가운데 하나가 아닙니다"));
  }
  if (opcua && security != "none" && options.opcua.pki_directory.empty()) {
    return Invalid("manufacturing.opcua: security needs a pki directory",
                   "manufacturing.opcua: 보안 연결에는 PKI 폴더 설정이 필요합니다");
  }
  if (opcua && options.tag_map_path.empty()) {
    return Invalid("manufacturing.opcua: a tag map is needed",
                   "manufacturing.opcua: 태그 대응표 설정이 필요합니다");
  }
  if (!opcua && !options.set_points_path.empty()) {
    return Invalid("manufacturing: set points are written over opc ua, which is not configured",
                   "manufacturing: 설정값은 OPC UA로 쓰는데 OPC UA가 설정되지 않았습니다");
  }
  return CheckTransport(options.sparkplug.tls, "manufacturing.sparkplug", options.sparkplug.host);
}

}  // namespace

absl::StatusOr<std::vector<std::unique_ptr<tools::Connector>>> MakeManufacturingConnectors(
    ManufacturingOptions options, ManufacturingDeps deps) {
  RETURN_IF_ERROR(CheckOptions(options));
  manufacturing::TagMap tags;
  if (!options.tag_map_path.empty()) {
    ASSIGN_OR_RETURN(tags, manufacturing::TagMap::Load(options.tag_map_path));
  }
  manufacturing::SetPointList set_points;
  if (!options.set_points_path.empty()) {
    ASSIGN_OR_RETURN(set_points, manufacturing::SetPointList::Load(options.set_points_path, tags));
  }
  const bool database = !options.plant_dsn.empty();
  auto plant = std::shared_ptr<Plant>(
      new Plant{std::move(tags), std::move(set_points), manufacturing::OpcUaClient(options.opcua),
                MakeSqlReader(options.plant_dsn, "manufacturing.plantdb"),
                manufacturing::MakeSparkplugSource(options.sparkplug, deps.clock),
                manufacturing::MakeModbusSource(options.modbus, deps.clock), deps.clock});
  std::vector<std::unique_ptr<tools::Connector>> connectors;
  connectors.push_back(OpcUaConnector(plant, !options.set_points_path.empty()));
  connectors.push_back(PlantDatabase(plant, database));
  ASSIGN_OR_RETURN(connectors.emplace_back(),
                   manufacturing::MakeWorkOrderConnector(options.tryton, deps, plant));
  return connectors;
}

}  // namespace connectors
