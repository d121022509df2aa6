// The medical tools, as functions of a call. Each is one entry of the catalogue
// (tools/catalogue/catalogue.json).
#pragma once

#include "connectors/medical/dur.h"
#include "connectors/medical/fhir.h"
#include "connectors/medical/record.h"

namespace connectors::medical {

struct Systems {
  const Fhir& fhir;
  DurSource& dur;
  base::Clock& clock;
  const ExportOptions& exports;
};

tools::ToolOutcome Summarise(const Systems& systems, const tools::ToolCall& call,
                             const tools::CallContext& context);
tools::ToolOutcome ActiveMedicines(const Systems& systems, const tools::ToolCall& call,
                                   const tools::CallContext& context);
tools::ToolOutcome LabTrend(const Systems& systems, const tools::ToolCall& call,
                            const tools::CallContext& context);
tools::ToolOutcome SafetyCheck(const Systems& systems, const tools::ToolCall& call,
                               const tools::CallContext& context);
tools::ToolOutcome ProposeOrder(const Systems& systems, const tools::ToolCall& call,
                                const tools::CallContext& context);
tools::ToolOutcome SignOrder(const Systems& systems, const tools::ToolCall& call,
                             const tools::CallContext& context);
tools::ToolOutcome ExportCohort(const Systems& systems, const tools::ToolCall& call,
                                const tools::CallContext& context);
// Tool::Reconcile of order.sign and deid.export.
std::optional<tools::ToolOutcome> FindSignature(const Systems& systems, const tools::ToolCall& call,
                                                const tools::CallContext& context);
std::optional<tools::ToolOutcome> FindExport(const Systems& systems, const tools::ToolCall& call,
                                             const tools::CallContext& context);

// A check of everything the patient takes together with `drugs`. `id` names what was checked
// against: the patient's orders and their versions, and the rules; it changes when one of them
// does. Errors: rules_missing, unknown_drug.
struct Checked {
  std::string id;
  Outcome outcome = Outcome::kClear;
  std::vector<Finding> findings;
  Evidence evidence;
};
Fallible<Checked> CheckDrugs(const Systems& systems, const Record& patient,
                             const std::vector<std::string>& drugs, const tools::ToolCall& call,
                             const tools::CallContext& context);
// The same with what `order` (a MedicationRequest) prescribes. Its drug may be unknown: then the
// outcome is at least not_checked.
Fallible<Checked> CheckOrder(const Systems& systems, const Record& patient, const Record& order,
                             const std::string& day, const tools::CallContext& context);
tools::ToolError UnknownDrug(const std::string& drug);

// Age in full years and months on `day`; nullopt if the record has no full birth date.
struct Age {
  int years, months;
};
std::optional<Age> AgeOn(const base::Json& patient, const std::string& day);

}  // namespace connectors::medical
