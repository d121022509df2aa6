// Confidentiality labels bound to documents: ADatP-4774 labels in ADatP-4778 bindings.
//
// A binding names the document, holds the SHA-384 of its bytes and the originator's label, and is
// signed as a whole. ReviewDateTime is ten years after creation, since no succession handling is
// given.
#pragma once

#include <string>

#include "connectors/documents.h"
#include "model_core/base/json.h"

namespace connectors::defense {

// LabelPolicy: the site's grades and recipients, from a file.
//   {"policy":"…","grades":{"O":"공개",…,"I":"Ⅰ급 비밀"},
//    "recipients":[{"name":"가온도청","aliases":["도청"],"n2sf":"C","mil":"restricted",
//                   "privacy":"none"}]}
struct LabelPolicy {
  std::string identifier;
  base::Json grades;  // grade → Classification text
  base::Json recipients;
};
// As base::ReadFile; InvalidArgument names the file and what it lacks.
absl::StatusOr<LabelPolicy> LoadLabelPolicy(const std::string& path);

struct BindingKeys {
  std::string key_path, certificate_path;
};

absl::StatusOr<std::string> MakeBinding(const LabelPolicy& policy, const BindingKeys& keys,
                                        const LabelledDocument& document, const std::string& grade,
                                        absl::Time created);
// The grade that a valid binding says. InvalidArgument: signature, document, digest or form do not
// hold.
absl::StatusOr<std::string> CheckBinding(const LabelPolicy& policy, const BindingKeys& keys,
                                         const LabelledDocument& document);

}  // namespace connectors::defense
