#include "agents/api/grpc/call.h"

#include "google/rpc/error_details.pb.h"
#include "google/rpc/status.pb.h"
#include "model_core/base/sha256.h"
#include "model_core/base/strings.h"

namespace agents {
namespace {

constexpr std::string_view kBearer = "Bearer ";

std::string Metadata(const grpc::ServerContext& context, const char* key) {
  auto it = context.client_metadata().find(key);
  return it == context.client_metadata().end() ? "" : std::string(it->second.data(), it->second.size());
}

absl::Status Unauthenticated() {
  return base::WithReason(base::Error(absl::StatusCode::kUnauthenticated,
                                      "no valid credential: send 'authorization: Bearer …' or a client certificate",
                                      "인증 정보가 없거나 올바르지 않습니다"),
                          "CREDENTIAL_INVALID");
}

absl::StatusOr<std::string> PrincipalOf(RunStore& store, const grpc::ServerContext& context) {
  const std::string authorization = Metadata(context, "authorization");
  if (authorization.starts_with(kBearer)) {
    return store.PrincipalOfCredential(base::Sha256Hex(authorization.substr(kBearer.size())));
  }
  const auto auth = context.auth_context();
  if (auth != nullptr && auth->IsPeerAuthenticated()) {
    const auto names = auth->FindPropertyValues(GRPC_X509_CN_PROPERTY_NAME);
    if (!names.empty()) return std::string(names.front().data(), names.front().size());
  }
  return Unauthenticated();
}

}  // namespace

bool Caller::HasRole(std::string_view role) const {
  for (const std::string& held : record.principal.roles) {
    if (held == role) return true;
  }
  return false;
}

absl::StatusOr<Caller> Authenticate(RunStore& store, const grpc::ServerContext& context) {
  auto id = PrincipalOf(store, context);
  if (absl::IsUnavailable(id.status())) return id.status();
  if (!id.ok()) return Unauthenticated();
  auto record = store.GetPrincipal(*id);
  if (absl::IsUnavailable(record.status())) return record.status();
  if (!record.ok() || !record->active) return Unauthenticated();
  const std::string language = Metadata(context, "accept-language");
  return Caller{*std::move(record), language.empty() ? base::Language::kKorean : base::ParseLanguage(language)};
}

grpc::Status ToGrpc(const absl::Status& status, base::Language language) {
  if (status.ok()) return grpc::Status::OK;
  const std::string message = base::Message(status, language);
  google::rpc::Status details;
  details.set_code(static_cast<int>(status.code()));
  details.set_message(message);
  google::rpc::ErrorInfo info;
  const std::string reason = base::Reason(status);
  info.set_reason(reason.empty() ? std::string(absl::StatusCodeToString(status.code())) : reason);
  info.set_domain("maru");
  details.add_details()->PackFrom(info);
  google::rpc::LocalizedMessage localized;
  localized.set_locale(std::string(base::LanguageCode(language)));
  localized.set_message(message);
  details.add_details()->PackFrom(localized);
  return {static_cast<grpc::StatusCode>(status.code()), message, details.SerializeAsString()};
}

absl::Time DeadlineOf(const grpc::ServerContext& context, base::Clock& clock, absl::Duration most) {
  return std::min(absl::FromChrono(context.deadline()), clock.Now() + most);
}

}  // namespace agents
