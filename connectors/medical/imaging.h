// Imaging: studies on record, from a DICOMweb server (QIDO-RS, PS3.18). Thread-safe.
#pragma once

#include <string>

#include "connectors/medical/fhir.h"

namespace connectors::medical {

class Imaging {
 public:
  Imaging(ImagingOptions options, HttpClient& http, base::Clock& clock)
      : options_(std::move(options)),
        http_(http),
        clock_(clock),
        fhir_(options_.fhir, http, clock) {}

  tools::ToolOutcome Find(const tools::ToolCall& call, const tools::CallContext& context) const;
  Fallible<bool> Ping(const tools::CallContext& context) const;
  const Fhir& fhir() const { return fhir_; }

 private:
  struct Answer {
    base::Json datasets;
    std::string bytes;
    absl::Time time;
    bool cut;  // the server has more than it gives at once
  };
  Fallible<Answer> Get(const std::string& url, const tools::CallContext& context) const;
  // Series that are all of `patient`, and are all that there are.
  Fallible<Answer> Series(const std::string& url, const std::string& patient,
                          const tools::CallContext& context) const;
  Fallible<policies::Label> LabelOf(const tools::ToolCall& call,
                                    const tools::CallContext& context) const;

  const ImagingOptions options_;
  HttpClient& http_;
  base::Clock& clock_;
  const Fhir fhir_;  // consent and labels of the patient
};

}  // namespace connectors::medical
