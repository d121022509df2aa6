// How an absl::Status goes out: Abseil's codes are gRPC's; in the details google.rpc ErrorInfo, the
// LocalizedMessages of both languages, the caller's first, and BadRequest for a field at fault.
#pragma once

#include <grpcpp/support/status.h>

#include <string>
#include <string_view>

#include "model_core/base/status.h"

namespace agents {

grpc::Status ToGrpc(const absl::Status& status, base::Language language);

// InvalidArgument about one field of the request: "message.message_id".
absl::Status InvalidField(std::string_view field, std::string_view english,
                          std::string_view korean);

// The errors that A2A 1.0 names. Their reasons go out under the domain a2a-protocol.org, all others
// under "maru".
absl::Status TaskNotFound(std::string_view id);
absl::Status TaskNotCancelable(std::string_view id, std::string_view state);
absl::Status UnsupportedOperation(std::string_view english, std::string_view korean);
absl::Status PushNotificationNotSupported();
absl::Status ContentTypeNotSupported(std::string_view english, std::string_view korean);
absl::Status VersionNotSupported(std::string_view version);

}  // namespace agents
