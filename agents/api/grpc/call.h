// One incoming call: who makes it, in which language, until when.
#pragma once

#include <google/protobuf/message.h>
#include <grpcpp/grpcpp.h>

#include <optional>

#include "agents/api/grpc/errors.h"
#include "agents/grpc_server.h"

namespace agents {

// What every service works with.
struct Api : ApiContext {
  int request_bytes_max;
};

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

// The caller by bearer credential (metadata `authorization`) or client certificate (common name).
// There is no anonymous call: Unauthenticated otherwise.
absl::StatusOr<Caller> Authenticate(RunStore& store, const grpc::ServerContext& context);

// What no request may be, whatever it asks: larger than the limit (ResourceExhausted), or with a
// NUL byte in a text (InvalidArgument names the field).
absl::Status CheckRequest(const google::protobuf::Message& request, int bytes_max);

// Authenticates, checks the request and runs `body(caller)`, which returns absl::Status.
template <typename Body>
grpc::Status Serve(const Api& api, grpc::ServerContext* context,
                   const google::protobuf::Message& request, Body body) {
  const base::Language language = AcceptedLanguage(*context).value_or(base::Language::kKorean);
  auto caller = Authenticate(api.store, *context);
  if (!caller.ok()) return ToGrpc(caller.status(), language);
  if (const absl::Status status = CheckRequest(request, api.request_bytes_max); !status.ok()) {
    return ToGrpc(status, language);
  }
  return ToGrpc(body(*caller), language);
}

// The deadline of the call, at most `most` from now, in the time of `clock`.
absl::Time DeadlineOf(const grpc::ServerContext& context, base::Clock& clock, absl::Duration most);

}  // namespace agents
