// Cells of a cohort: what the records of one patient say in a column.
#pragma once

#include <string>

#include "connectors/medical/cohort.h"

namespace connectors::medical {

// What was read of one patient; lists of columns that nobody asked for are empty.
struct PatientRecords {
  base::Json patient;
  Records conditions, labs, orders, visits;
};

// Whether the day lies in the period; no day does not.
bool InPeriod(const CohortQuery& query, const std::string& day);

Fallible<std::string> CellOf(const Fhir& fhir, const PatientRecords& records,
                             const std::string& column, const CohortQuery& query,
                             const tools::CallContext& context);

}  // namespace connectors::medical
