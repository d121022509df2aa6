// Protocol messages as JSON, and gRPC's errors as Maru's. Only client.cc and tests include it.
#pragma once

#include <google/protobuf/message.h>
#include <grpcpp/support/status.h>

#include "model_core/base/json.h"

namespace deploy::cli {

// InvalidArgument names a text that is no UTF-8.
absl::Status FromJson(const base::Json& json, google::protobuf::Message& message);
// Parses NAME_json fields and turns 64-bit numbers, which proto3 JSON writes as text, into numbers.
absl::StatusOr<base::Json> FromMessage(const google::protobuf::Message& message);

// google.rpc details: ErrorInfo's reason, LocalizedMessages' texts; both languages are the
// same where a server knows its text in one.
absl::Status FromGrpc(const grpc::Status& status, const std::string& server);

}  // namespace deploy::cli
