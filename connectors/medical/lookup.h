// Lookup: which record a number means. Each is found by the identifier that the configuration gives
// its system; a number that means no single record is malformed_upstream, one that means none is
// not_found.
#pragma once

#include <string>

#include "connectors/medical/fhir.h"

namespace connectors::medical {

Fallible<Record> FindPatient(const Fhir& fhir, const std::string& number,
                             const tools::CallContext& context);
// A MedicationRequest, in whatever state.
Fallible<Record> FindOrder(const Fhir& fhir, const std::string& number,
                           const tools::CallContext& context);
// Whom the order is for.
Fallible<Record> PatientOfOrder(const Fhir& fhir, const Record& order,
                                const tools::CallContext& context);
// The Practitioners that stand for a principal id; none if the server knows none.
Fallible<Records> FindPractitioners(const Fhir& fhir, const std::string& principal,
                                    const tools::CallContext& context);

std::string LogicalId(const Record& record);
// Logical id of the patient whom `resource` is about; empty if it names none.
std::string PatientIdOf(const base::Json& resource);

}  // namespace connectors::medical
