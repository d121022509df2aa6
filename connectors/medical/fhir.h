// Fhir: searches, reads, conditional creates and updates on a FHIR R4 server. Thread-safe.
//
// A search that fails is never an empty bundle: an answer that is no Bundle, a page that is
// missing, a record of another patient are errors (malformed_upstream, partial). Pages are followed
// on the configured server only.
#pragma once

#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "connectors/medical.h"
#include "connectors/tool_kit.h"

namespace connectors::medical {

inline constexpr char kSystem[] = "medical.fhir";
inline constexpr char kFhirServer[] = "FHIR server";  // as error messages call it

using Parameters = std::vector<std::pair<std::string, std::string>>;

// A resource, with the hash of the answer that it came in.
struct Record {
  base::Json resource;
  policies::Origin origin;
};

using Records = std::vector<Record>;

tools::ToolError MalformedFhir(std::string_view detail_en, std::string_view detail_ko);

// `value` as a search takes it for itself: in FHIR searches , | and $ separate values.
std::string SearchEscape(const std::string& value);
std::string SearchToken(const std::string& system, const std::string& value);

class Fhir {
 public:
  Fhir(FhirOptions options, HttpClient& http, base::Clock& clock)
      : options_(std::move(options)), http_(http), clock_(clock) {}

  const FhirOptions& options() const { return options_; }

  Fallible<Records> Search(const std::string& type, const Parameters& parameters,
                           const tools::CallContext& context) const;
  // A search whose every record must be about `patient_id` (a logical id).
  Fallible<Records> SearchPatient(const std::string& type, const std::string& patient_id,
                                  Parameters parameters, const tools::CallContext& context) const;
  // "Type/id".
  Fallible<Record> Read(const std::string& reference, const tools::CallContext& context) const;
  // Creates `resource` unless one with `identifier` ("system|value") exists; either way that one is
  // returned, so a repeat has no second effect.
  Fallible<Record> CreateOnce(const base::Json& resource, const std::string& identifier,
                              const tools::CallContext& context) const;
  // Puts `resource` in the place of version `version` of it, as it then stands there. Errors:
  // version_conflict (it is another version by now), in_doubt (the answer was lost).
  Fallible<Record> Update(const base::Json& resource, const std::string& version,
                          const tools::CallContext& context) const;
  // OK if the server answers and accepts the credential.
  Fallible<bool> Ping(const tools::CallContext& context) const;

 private:
  struct Answer {
    base::Json json;
    std::string bytes;
    absl::Time time;
  };
  // `effect`: a lost answer leaves the exchange in doubt, and a repeat is no remedy.
  Fallible<Answer> Exchange(HttpRequest request, const tools::CallContext& context,
                            bool effect = false) const;
  Record ToRecord(const base::Json& resource, const Answer& answer) const;

  const FhirOptions options_;
  HttpClient& http_;
  base::Clock& clock_;
};

}  // namespace connectors::medical
