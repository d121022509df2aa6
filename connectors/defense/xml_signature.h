// Enveloped XML signatures (XML-DSig 1.1, exclusive C14N, SHA-384 digest, ECDSA or RSA with
// SHA-384) over libxmlsec1.
//
// Thread-safe. Weaker algorithms, partial references and DTDs are refused.
#pragma once

#include <string>

#include "model_core/base/status.h"

namespace connectors::defense {

// `xml` with a ds:Signature over all of it as first child of its root. FailedPrecondition: the key
// cannot be used.
absl::StatusOr<std::string> SignXml(const std::string& xml, const std::string& key_path);
// OK if the document's one signature covers all of it and is by the certificate's key.
// InvalidArgument: it does not hold, with the reason. FailedPrecondition: the certificate cannot be
// used.
absl::Status VerifyXml(const std::string& xml, const std::string& certificate_path);

}  // namespace connectors::defense
