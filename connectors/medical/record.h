// Reading FHIR resources: members that may be absent, concepts, days, security labels.
#pragma once

#include <string>
#include <string_view>

#include "connectors/days.h"
#include "connectors/medical/fhir.h"
#include "model_core/base/json.h"

namespace connectors::medical {

using base::Member;                               // iterating over null does nothing
const base::Json& First(const base::Json& list);  // null if it is empty or no list

// What a person reads of a CodeableConcept: its text, else the first display.
std::string ConceptText(const base::Json& concept_value);
// The code of `system`; of any system if that is empty.
std::string ConceptCode(const base::Json& concept_value, std::string_view system = "");
std::string IdentifierValue(const base::Json& resource, std::string_view system);
std::string NoteText(const base::Json& resource);  // note[].text, one a line

// The day in Seoul of a FHIR date or dateTime; empty if it is only a month or a year.
std::string DayOf(std::string_view date);
std::string DayOf(absl::Time time);  // YYYY-MM-DD in Seoul
// Whether a Reference is to `wanted` ("Patient/1"), on whatever server and in whatever version.
bool RefersTo(const base::Json& reference, const std::string& wanted);
// Whether what begins, or lasts, as a FHIR date says has begun by `day`, or lasts to it: a month or
// a year from its first day to its last. Without a date it has, and does.
bool BeginsBy(const std::string& date, const std::string& day);
bool LastsTo(const std::string& date, const std::string& day);
// Whether `day` is inside a Period, by both.
bool Covers(const base::Json& period, const std::string& day);
base::Json TextOrNull(std::string text);

// S and sensitive, or more where a record's security labels say so: v3-Confidentiality V is C, and
// a label of urn:maru:n2sf is that grade.
policies::Label PatientLabel(const base::Json& resource);

// Evidence: the records that an answer rests on, and their joined label.
class Evidence {
 public:
  void Add(const Record& record);
  void AddOrigin(const policies::Origin& origin) { origins_.push_back(origin); }
  size_t size() const { return origins_.size(); }
  tools::ToolResult Result(base::Json value) const;

 private:
  policies::Label label_ = PatientLabel(base::Json());
  std::vector<policies::Origin> origins_;
};

}  // namespace connectors::medical
