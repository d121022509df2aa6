// Care: who cares for the patient, and what the patient has refused.
#pragma once

#include <string>

#include "connectors/medical/lookup.h"

namespace connectors::medical {

// True, or no_consent if an active Consent of the patient denies `requester` on `day`.
Fallible<bool> CheckConsent(const Fhir& fhir, const Record& patient, const std::string& requester,
                            const std::string& day, const tools::CallContext& context);

// The patient of a call, unless they have refused (CheckConsent).
Fallible<Record> PatientOf(const Fhir& fhir, const tools::ToolCall& call,
                           const tools::CallContext& context);

// Whether `requester` (a principal id) is, on `day`, in an active CareTeam of the patient, as a
// Practitioner or in a PractitionerRole. False for a practitioner that the server does not know.
Fallible<bool> CaresFor(const Fhir& fhir, const std::string& requester, const Record& patient,
                        const std::string& day, const tools::CallContext& context);

// CaresFor as Tool::Related wants it, for the `patient` of the arguments or that of their `order`.
// False for a number that the server does not know; true for an order that an earlier step has yet
// to name (it is asked again when the number is known).
absl::StatusOr<bool> CareRelation(const Fhir& fhir, base::Clock& clock,
                                  const std::string& requester, const base::Json& arguments);

}  // namespace connectors::medical
