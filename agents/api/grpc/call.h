// One incoming call: who makes it, in which language, and how a Status goes out.
#pragma once

#include <grpcpp/grpcpp.h>

#include "agents/grpc_server.h"

namespace agents {

struct Caller {
  PrincipalRecord record;
  base::Language language = base::Language::kKorean;

  const std::string& id() const { return record.principal.id; }
  bool HasRole(std::string_view role) const;
};

// The caller by bearer credential (metadata `authorization`) or client certificate (common name). There is no
// anonymous call: Unauthenticated otherwise.
absl::StatusOr<Caller> Authenticate(RunStore& store, const grpc::ServerContext& context);

// Absl's codes are gRPC's; the text in the caller's language, google.rpc ErrorInfo and LocalizedMessage in the
// details.
grpc::Status ToGrpc(const absl::Status& status, base::Language language);

// Authenticates and runs `body(caller)`, which returns absl::Status.
template <typename Body>
grpc::Status Serve(const ApiContext& api, grpc::ServerContext* context, Body body) {
  auto caller = Authenticate(api.store, *context);
  if (!caller.ok()) return ToGrpc(caller.status(), base::Language::kKorean);
  return ToGrpc(body(*caller), caller->language);
}

// The deadline of the call, at most `most` from now.
absl::Time DeadlineOf(const grpc::ServerContext& context, base::Clock& clock, absl::Duration most);

}  // namespace agents
