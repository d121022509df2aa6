// The schema and the policies that are in force, as text: those built into the program, or a
// directory's.
#pragma once

#include <string>
#include <vector>

#include "model_core/base/json.h"

namespace policies {

struct PolicyFile {
  std::string name;  // "access.cedar"
  std::string text;
};

struct PolicyFiles {
  std::string schema;
  std::vector<PolicyFile> files;  // by name
  std::vector<PolicyFile> cases =
      {};  // *.cases, by name: what the policies are held to; they decide nothing

  std::string Version() const;  // hex SHA-256 over schema, names and texts
  base::Json ToJson() const;    // [{"file","text"}], as the bridge takes them
};

// {"schema","policies":[{"file","text"}]}: all that the version is the hash of; it holds no cases.
base::Json TextsJson(const PolicyFiles& files);
// InvalidArgument: another shape, or a further member.
absl::StatusOr<PolicyFiles> ParsePolicyFiles(const base::Json& json);

// Every *.cedarschema, *.cedar and *.cases of `directory`, or what is built in if it is empty.
// NotFound: no such directory, or neither schema nor policies in it. A file that cannot be read is
// an error: without it less would be forbidden.
absl::StatusOr<PolicyFiles> ReadPolicyFiles(const std::string& directory);

}  // namespace policies
