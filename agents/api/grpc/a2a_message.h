// An incoming A2A message, checked: what the person said, and under which conditions it is to run.
#pragma once

#include "agents/api/grpc/call.h"
#include "lf/a2a/v1/a2a.pb.h"

namespace agents {

// VersionNotSupported unless `a2a-version` is 1.0 (an absent one means 0.3).
absl::Status CheckVersion(const grpc::ServerContext& context);

// The message's words: its text parts, one a line. Errors: InvalidField, ContentTypeNotSupported.
absl::StatusOr<std::string> TextOf(const lf::a2a::v1::Message& message);

// Everything that a message must be besides its words: id, role, and what the client wants back.
absl::Status CheckMessage(const lf::a2a::v1::SendMessageRequest& request);

// The run that a message without a task asks for. From metadata (of the message, else of the
// request): `purpose`, `language` ("ko", "en"; else accept-language; else as the words are), `now`
// (RFC 3339; else the server's).
absl::StatusOr<RunRequest> RunRequestOf(const lf::a2a::v1::SendMessageRequest& request,
                                        const Caller& caller, const grpc::ServerContext& context,
                                        base::Clock& clock);

}  // namespace agents
