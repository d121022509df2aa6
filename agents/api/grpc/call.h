// One incoming call: who makes it, in which language, until when.
#pragma once

#include <optional>

#include <grpcpp/grpcpp.h>

#include "agents/api/grpc/errors.h"
#include "agents/grpc_server.h"

namespace agents {

struct Caller {
  PrincipalRecord record;
  base::Language language = base::Language::kKorean;  // of what is said to them

  const std::string& id() const { return record.principal.id; }
  bool HasRole(std::string_view role) const;
};

// Auditors and security officers see every run and record, read-only.
bool MaySeeEverything(const Caller& caller);

// First value of a metadata key; empty if it was not sent.
std::string Metadata(const grpc::ServerContext& context, const char* key);
// What `accept-language` asks for, if it was sent.
std::optional<base::Language> AcceptedLanguage(const grpc::ServerContext& context);

// The caller by bearer credential (metadata `authorization`) or client certificate (common name). There is no
// anonymous call: Unauthenticated otherwise.
absl::StatusOr<Caller> Authenticate(RunStore& store, const grpc::ServerContext& context);

// Authenticates and runs `body(caller)`, which returns absl::Status.
template <typename Body>
grpc::Status Serve(const ApiContext& api, grpc::ServerContext* context, Body body) {
  const base::Language language = AcceptedLanguage(*context).value_or(base::Language::kKorean);
  auto caller = Authenticate(api.store, *context);
  if (!caller.ok()) return ToGrpc(caller.status(), language);
  return ToGrpc(body(*caller), language);
}

// The deadline of the call, at most `most` from now, in the time of `clock`.
absl::Time DeadlineOf(const grpc::ServerContext& context, base::Clock& clock, absl::Duration most);

}  // namespace agents
