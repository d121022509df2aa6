// NamedRecord: a record that exists already and that a call names by its id: a document to be
// mailed, a requisition to be sent. Its own label counts for the call as much as the labels of the
// arguments do.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "policies/label.h"

namespace policies {

struct NamedRecord {
  std::string system;                 // as in Origin
  std::string id;                     // "DOC-2041"
  std::string title;                  // shown to those alone who are cleared for `label`
  Label label;                        // that it bears now
  std::optional<Label> becomes = {};  // that the call gives it; none: it keeps its own

  bool operator==(const NamedRecord&) const = default;
};
using NamedRecords = std::vector<NamedRecord>;

// `input` with what the records bear. Of a record its id decides what is done, and that is trusted
// whatever its content; grade and privacy count in full.
Label WithRecords(Label input, const NamedRecords& records);

// Whether the call puts the grade of one of them below what it bears.
bool Lowers(const NamedRecords& records);

// The grade of a record for people: "S", or "C → O" where the call changes it.
std::string DescribeGrade(const NamedRecord& record, base::Language language);

// [{"system","id","title","label","becomes"}]; `becomes` where there is one.
base::Json ToJson(const NamedRecords& records);
// The same without titles: what decisions are made from, and what those may see who are not
// cleared.
base::Json WithoutTitles(const NamedRecords& records);
// Either form; null: none.
absl::StatusOr<NamedRecords> ParseNamedRecords(const base::Json& json);

}  // namespace policies
