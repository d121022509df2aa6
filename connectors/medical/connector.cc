// Which tools each connector of the hospital gives, and how its health is asked.
#include "connectors/medical/care.h"
#include "connectors/medical/imaging.h"
#include "connectors/medical/tools.h"
#include "connectors/tool_group.h"

namespace connectors {
namespace medical {
namespace {

using tools::CallContext;
using tools::ToolCall;

struct Hospital {
  base::Clock& clock;
  const Fhir fhir;
  DurSource dur;
  const ExportOptions exports;
};

template <typename Outcome>
std::function<Outcome(const ToolCall&, const CallContext&)> On(
    std::shared_ptr<Hospital> hospital,
    Outcome (*tool)(const Systems&, const ToolCall&, const CallContext&)) {
  return [hospital = std::move(hospital), tool](const ToolCall& call, const CallContext& context) {
    return tool({hospital->fhir, hospital->dur, hospital->clock, hospital->exports}, call, context);
  };
}

FunctionTool::Relation CareIn(std::shared_ptr<Hospital> hospital) {
  return [hospital = std::move(hospital)](const auto& requester, const auto& arguments) {
    return CareRelation(hospital->fhir, hospital->clock, requester, arguments);
  };
}

}  // namespace
}  // namespace medical

std::unique_ptr<tools::Connector> MakeMedicalConnector(MedicalOptions options, HttpClient& http,
                                                       base::Clock& clock) {
  using namespace medical;  // NOLINT: this function's own folder
  if (options.fhir.base_url.empty())
    return std::make_unique<ToolGroup>(kSystem, "medical", nullptr);
  const std::shared_ptr<Hospital> hospital(
      new Hospital{clock, Fhir(std::move(options.fhir), http, clock),
                   DurSource(std::move(options.dur_rules_file), std::move(options.drug_list_file)),
                   std::move(options.exports)});
  auto group = std::make_unique<ToolGroup>(
      kSystem, "medical",
      [hospital](const CallContext& context) { return ErrorOf(hospital->fhir.Ping(context)); });
  const FunctionTool::Relation care = CareIn(hospital);
  group->Add("patient.summary", On(hospital, &Summarise), nullptr, care);
  group->Add("med.active_list", On(hospital, &ActiveMedicines), nullptr, care);
  group->Add("med.safety_check", On(hospital, &SafetyCheck), nullptr, care);
  group->Add("lab.trend", On(hospital, &LabTrend), nullptr, care);
  group->Add("order.propose", On(hospital, &ProposeOrder), nullptr, care);
  group->Add("order.sign", On(hospital, &SignOrder), On(hospital, &FindSignature), care);
  // Of a cohort nobody is asked for a care relation: two people approve it, for research alone.
  if (!hospital->exports.directory.empty())
    group->Add("deid.export", On(hospital, &ExportCohort), On(hospital, &FindExport));
  return group;
}

std::unique_ptr<tools::Connector> MakeImagingConnector(ImagingOptions options, HttpClient& http,
                                                       base::Clock& clock) {
  using namespace medical;  // NOLINT: this function's own folder
  constexpr char kName[] = "medical.dicomweb";
  if (options.base_url.empty()) return std::make_unique<ToolGroup>(kName, "medical", nullptr);
  const auto imaging = std::make_shared<const Imaging>(std::move(options), http, clock);
  auto group = std::make_unique<ToolGroup>(kName, "medical", [imaging](const CallContext& context) {
    return ErrorOf(imaging->Ping(context));
  });
  group->Add(
      "imaging.find",
      [imaging](const ToolCall& call, const CallContext& context) {
        return imaging->Find(call, context);
      },
      nullptr,
      [imaging, &clock](const auto& requester, const auto& arguments) -> absl::StatusOr<bool> {
        if (imaging->fhir().options().base_url.empty()) return false;
        return CareRelation(imaging->fhir(), clock, requester, arguments);
      });
  return group;
}

}  // namespace connectors
