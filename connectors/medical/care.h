// Care: which record a patient number means, who cares for the patient, and what the patient has
// refused.
#pragma once

#include <string>

#include "connectors/medical/fhir.h"

namespace connectors::medical {

// The one Patient with that number: not_found if there is none.
Fallible<Record> FindPatient(const Fhir& fhir, const std::string& number,
                             const tools::CallContext& context);

// The patient of a call, unless an active Consent of theirs denies `requester` (no_consent).
Fallible<Record> PatientOf(const Fhir& fhir, const tools::ToolCall& call,
                           const tools::CallContext& context);

// Whether `requester` (a principal id) is, on `day`, in an active CareTeam of the patient, as a
// Practitioner or in a PractitionerRole. False for a patient or a practitioner that the server does
// not know.
Fallible<bool> CaresFor(const Fhir& fhir, const std::string& requester,
                        const std::string& patient_number, const std::string& day,
                        const tools::CallContext& context);

// CaresFor as Tool::Related wants it, for the `patient` of the arguments.
absl::StatusOr<bool> CareRelation(const Fhir& fhir, base::Clock& clock,
                                  const std::string& requester, const base::Json& arguments);

std::string LogicalId(const Record& record);

}  // namespace connectors::medical
