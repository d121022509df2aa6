// Cohort: what the record holds of the patients with a condition, a row each, without anything that
// says who they are.
//
// Only codes, their displays and numbers leave the record: no text that somebody typed, no date, no
// number of a patient. Left out: who has refused (an active Consent that denies), and what is
// labelled C.
#pragma once

#include <map>
#include <string>
#include <vector>

#include "connectors/medical/fhir.h"

namespace connectors::medical {

struct CohortQuery {
  std::string condition;             // display, text or code, as the record has it
  std::vector<std::string> columns;  // of the enumeration `column`
  std::string from, to;              // days, ends included; an empty `from` holds for ever
};

using Row = std::vector<std::string>;  // a cell for each column

// Rows in the order of their contents, which tells nothing of the patients'.
Fallible<std::vector<Row>> ReadCohort(const Fhir& fhir, const CohortQuery& query,
                                      const tools::CallContext& context);

// How many rows share what others may know of a person (age band, sex, diagnosis, visits), at
// least: k of k-anonymity. 0 if there are none.
int SmallestClass(const std::vector<std::string>& columns, const std::vector<Row>& rows);

// RFC 4180, with a header; a cell that a spreadsheet would compute begins with an apostrophe.
std::string Csv(const std::vector<std::string>& columns, const std::vector<Row>& rows);

}  // namespace connectors::medical
