// PolicyCase: one request and what policy must say of it, as written in a *.cases file beside the
// rules. Who changes a rule runs them before it is in force (`maru policy check`). The form is
// described in policies/README.md.
#pragma once

#include <string>
#include <vector>

#include "policies/authorizer.h"
#include "policies/policy_files.h"

namespace policies {

struct PolicyCase {
  std::string place;     // "access.cases:12"
  std::string name;      // what the case is about
  PlanFacts plan;        // of one step
  std::string expected;  // "permit", "forbid RULE …" or "ask RULE:OBLIGATION …", names sorted
};

// InvalidArgument names file and line: an unknown word, setting or value, or a case without what it
// expects.
absl::StatusOr<std::vector<PolicyCase>> ReadPolicyCases(const PolicyFile& file);

struct PolicyCaseReport {
  size_t cases = 0;
  std::vector<std::string> failures;  // "access.cases:12: NAME: expected …, got …"
  std::vector<std::string> untested;  // ids of forbids that no case expects
};

// Runs every *.cases of `directory` against its rules; of what is built in if it is empty. A failed
// Status: rules or cases could not be read.
absl::StatusOr<PolicyCaseReport> RunPolicyCases(const std::string& directory);

}  // namespace policies
