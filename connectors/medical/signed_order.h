// A signed order: how a signature stands in a MedicationRequest.
//
// Everything is in the order itself, so that one conditional update makes it valid or leaves it as
// it was. `status` becomes active and an intent of proposal or plan order; `requester` is who
// signed (FHIR: who is responsible for its activation), `recorder` who wrote the draft. Contained:
// a Provenance (eventHistory) with signer, requester, time, override reason and the hash of the
// call that was approved; a DetectedIssue for each finding of the check, mitigated by the override
// reason. The effect's key is one of the identifiers.
#pragma once

#include <string>
#include <vector>

#include "connectors/medical/dur.h"

namespace connectors::medical {

struct Signature {
  std::string key;
  std::string signer;            // principal id
  std::string signer_reference;  // "Practitioner/…"
  std::string requester;         // principal id
  std::string call_hash;         // what the signer approved
  std::string reason;            // of the enumeration `override`; empty: none given
  std::string time;              // as base::TimeText
};

base::Json SignedOrder(const FhirOptions& options, base::Json draft, const Signature& signature,
                       const std::vector<Finding>& findings);

// Whether the order was made valid under that key, whatever has become of it since.
bool SignedUnder(const FhirOptions& options, const base::Json& order, const std::string& key);
std::string SignedAt(const base::Json& order);  // empty if it holds no signature of ours

}  // namespace connectors::medical
