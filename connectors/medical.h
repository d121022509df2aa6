// The medical connectors: a patient's record over FHIR R4 REST, DUR rules from a local file, and
// imaging studies over DICOMweb (QIDO-RS).
//
// MakeMedicalConnector gives patient.summary, med.active_list, med.safety_check, lab.trend,
// order.propose, order.sign and, where an outbox is configured, deid.export; MakeImagingConnector
// gives imaging.find. Thread-safe; nothing about
// a patient is kept between calls. With an empty base_url: not configured, no tools.
#pragma once

#include <memory>
#include <string>

#include "connectors/http.h"
#include "model_core/base/clock.h"
#include "tools/tool.h"

namespace connectors {

struct FhirOptions {
  std::string base_url;      // "https://fhir.hospital.example/fhir/R4"
  std::string bearer_token;  // empty: no Authorization header
  std::string patient_system =
      "urn:maru:patient-no";  // Identifier.system of patient numbers ("P-1027")
  std::string order_system = "urn:maru:order-no";         // … of order numbers ("ORD-5512")
  std::string practitioner_system = "urn:maru:staff-id";  // … of principal ids ("lee.doctor")
  std::string key_system =
      "urn:maru:effect-key";  // … of idempotency keys, in drafts and signed orders
  std::string ingredient_system =
      "urn:maru:dur-ingredient";  // Coding.system of DUR ingredient codes
};

// Where pseudonymised data go.
struct ExportOptions {
  std::string directory;  // the outbox, with its register; empty: deid.export is not offered
  // JSON, read at each export: {"recipients":[{"name","aliases":[…],"review":{"number","until":
  // "YYYY-MM-DD","columns":[…]}}]}. Who is not in it, or has no valid review: no_review.
  std::string recipients_file;
  int k_min = 5;  // fewer people than that alike: k_too_small
  // The folder at or above `directory` where a file system has to be mounted; while none is,
  // nothing is written. Empty: none has to be.
  std::string mount = {};
};

struct MedicalOptions {
  FhirOptions fhir;
  ExportOptions exports;
  // UTF-8 CSV with the fields of the public DUR list, read again when it changes; empty:
  // rules_missing.
  std::string dur_rules_file;
  // UTF-8 CSV ITEM_SEQ, ITEM_NAME, INGR_CODE, INGR_NAME; empty: only the ingredients that the rules
  // name are known.
  std::string drug_list_file;
};

struct ImagingOptions {
  std::string base_url;        // of the DICOMweb service: "https://pacs.hospital.example/dicom-web"
  std::string user, password;  // HTTP Basic; an empty user sends none
  FhirOptions fhir;            // who cares for the patient; with an empty base_url nobody does
};

// `http` and `clock` outlive the connectors.
std::unique_ptr<tools::Connector> MakeMedicalConnector(MedicalOptions options, HttpClient& http,
                                                       base::Clock& clock);
std::unique_ptr<tools::Connector> MakeImagingConnector(ImagingOptions options, HttpClient& http,
                                                       base::Clock& clock);

}  // namespace connectors
