#include "connectors/medical/care.h"
#include "connectors/medical/imaging.h"
#include "connectors/medical/tools.h"

namespace connectors {
namespace medical {
namespace {

using Health = tools::Connector::Health;
using State = tools::Connector::State;

Health NotConfigured() {
  return {State::kNotConfigured, "no address is configured", "주소가 설정되지 않았습니다"};
}

Health FromPing(const Fallible<bool>& ping) {
  if (!ping.ok()) return {State::kDown, ping.error().message_en, ping.error().message_ko};
  return {State::kConnected, "the server answers", "서버가 응답합니다"};
}

// What both connectors share: a name, a domain, and tools with a care relation.
class Base : public tools::Connector {
 public:
  explicit Base(std::string name) : name_(std::move(name)) {}
  const std::string& name() const override { return name_; }
  const std::string& domain() const override { return domain_; }
  std::vector<tools::Tool*> tools() override {
    std::vector<tools::Tool*> out;
    for (const auto& tool : tools_) out.push_back(tool.get());
    return out;
  }

 protected:
  void Add(std::string name, FunctionTool::Body body, FunctionTool::Relation relation,
           FunctionTool::Settlement settlement = nullptr) {
    tools_.push_back(std::make_unique<FunctionTool>(std::move(name), std::move(body),
                                                    std::move(relation), std::move(settlement)));
  }

 private:
  const std::string name_, domain_ = "medical";
  std::vector<std::unique_ptr<FunctionTool>> tools_;
};

class MedicalConnector : public Base {
 public:
  MedicalConnector(MedicalOptions options, HttpClient& http, base::Clock& clock)
      : Base(kSystem),
        clock_(clock),
        fhir_(std::move(options.fhir), http, clock),
        dur_(std::move(options.dur_rules_file), std::move(options.drug_list_file)),
        exports_(std::move(options.exports)) {
    if (fhir_.options().base_url.empty()) return;
    Give("patient.summary", &Summarise);
    Give("med.active_list", &ActiveMedicines);
    Give("med.safety_check", &SafetyCheck);
    Give("lab.trend", &LabTrend);
    Give("order.propose", &ProposeOrder);
    Give("order.sign", &SignOrder, &FindSignature);
    if (!exports_.directory.empty()) GiveExport();
  }

  Health Check(absl::Time deadline) override {
    return fhir_.options().base_url.empty() ? NotConfigured()
                                            : FromPing(fhir_.Ping({deadline, {}}));
  }

 private:
  template <typename Outcome>
  using Function = Outcome (*)(const Systems&, const tools::ToolCall&, const tools::CallContext&);

  void Give(std::string name, Function<tools::ToolOutcome> function,
            Function<std::optional<tools::ToolOutcome>> settlement = nullptr) {
    FunctionTool::Settlement settle;
    if (settlement != nullptr) settle = Bound(settlement);
    Add(
        std::move(name), Bound(function),
        [this](const auto& requester, const auto& arguments) {
          return CareRelation(fhir_, clock_, requester, arguments);
        },
        std::move(settle));
  }
  // Of a cohort nobody is asked for a care relation: two people approve it, for research alone.
  void GiveExport() { Add("deid.export", Bound(&ExportCohort), nullptr, Bound(&FindExport)); }

  template <typename Outcome>
  std::function<Outcome(const tools::ToolCall&, const tools::CallContext&)> Bound(
      Function<Outcome> function) {
    return [this, function](const tools::ToolCall& call, const tools::CallContext& context) {
      return function({fhir_, dur_, clock_, exports_}, call, context);
    };
  }

  base::Clock& clock_;
  const Fhir fhir_;
  DurSource dur_;
  const ExportOptions exports_;
};

class ImagingConnector : public Base {
 public:
  ImagingConnector(ImagingOptions options, HttpClient& http, base::Clock& clock)
      : Base("medical.dicomweb"),
        configured_(!options.base_url.empty()),
        clock_(clock),
        imaging_(std::move(options), http, clock) {
    if (!configured_) return;
    Add(
        "imaging.find",
        [this](const auto& call, const auto& context) { return imaging_.Find(call, context); },
        [this](const auto& requester, const auto& arguments) -> absl::StatusOr<bool> {
          if (imaging_.fhir().options().base_url.empty()) return false;
          return CareRelation(imaging_.fhir(), clock_, requester, arguments);
        });
  }

  Health Check(absl::Time deadline) override {
    return configured_ ? FromPing(imaging_.Ping({deadline, {}})) : NotConfigured();
  }

 private:
  const bool configured_;
  base::Clock& clock_;
  const Imaging imaging_;
};

}  // namespace
}  // namespace medical

std::unique_ptr<tools::Connector> MakeMedicalConnector(MedicalOptions options, HttpClient& http,
                                                       base::Clock& clock) {
  return std::make_unique<medical::MedicalConnector>(std::move(options), http, clock);
}

std::unique_ptr<tools::Connector> MakeImagingConnector(ImagingOptions options, HttpClient& http,
                                                       base::Clock& clock) {
  return std::make_unique<medical::ImagingConnector>(std::move(options), http, clock);
}

}  // namespace connectors
