#include "agents/api/grpc/call.h"

#include <algorithm>

#include "model_core/base/log.h"
#include "model_core/base/sha256.h"
#include "model_core/base/strings.h"

namespace agents {
namespace {

constexpr std::string_view kBearer = "bearer ";

absl::Status Unauthenticated() {
  return base::WithReason(
      base::Error(absl::StatusCode::kUnauthenticated,
                  "no valid credential: send 'authorization: Bearer …' or a client certificate",
                  "인증 정보가 없거나 올바르지 않습니다"),
      "CREDENTIAL_INVALID");
}

absl::StatusOr<std::string> PrincipalOf(RunStore& store, const grpc::ServerContext& context) {
  const std::string authorization = Metadata(context, "authorization");
  if (base::LowerAscii(authorization.substr(0, kBearer.size())) == kBearer) {
    const std::string_view credential = std::string_view(authorization).substr(kBearer.size());
    return store.PrincipalOfCredential(base::Sha256Hex(base::Trim(credential)));
  }
  const auto auth = context.auth_context();
  if (auth != nullptr && auth->IsPeerAuthenticated()) {
    const auto names = auth->FindPropertyValues(GRPC_X509_CN_PROPERTY_NAME);
    if (!names.empty()) return std::string(names.front().data(), names.front().size());
  }
  return Unauthenticated();
}

// A store that cannot answer is said as it is; everything else about a credential looks the same.
absl::Status Opaque(const absl::Status& status) {
  return absl::IsUnavailable(status) || absl::IsDeadlineExceeded(status) ? status
                                                                         : Unauthenticated();
}

// Who from and, where it is known, as whom; never what was sent as a credential.
absl::Status Refused(const grpc::ServerContext& context, const std::string& principal,
                     const absl::Status& status) {
  const absl::Status said = Opaque(status);
  if (!absl::IsUnauthenticated(said)) return said;
  base::LogWarning(
      "login.failed",
      {{"peer", context.peer()}, {"principal", principal}, {"why", std::string(status.message())}});
  return said;
}

using google::protobuf::FieldDescriptor;
using google::protobuf::Message;

absl::Status CheckTexts(const Message& message, const std::string& path);

absl::Status CheckField(const Message& message, const FieldDescriptor& field,
                        const std::string& path) {
  const auto& reflection = *message.GetReflection();
  const bool repeated = field.is_repeated();
  const int count = repeated ? reflection.FieldSize(message, &field) : 1;
  for (int i = 0; i < count; ++i) {
    if (field.cpp_type() == FieldDescriptor::CPPTYPE_MESSAGE) {
      RETURN_IF_ERROR(CheckTexts(repeated ? reflection.GetRepeatedMessage(message, &field, i)
                                          : reflection.GetMessage(message, &field),
                                 base::StrCat(path, ".")));
    } else if (field.type() == FieldDescriptor::TYPE_STRING) {
      const std::string text = repeated ? reflection.GetRepeatedString(message, &field, i)
                                        : reflection.GetString(message, &field);
      if (text.find('\0') != std::string::npos)
        return InvalidField(path, "holds a NUL byte", "NUL 바이트가 있습니다");
    }
  }
  return absl::OkStatus();
}

absl::Status CheckTexts(const Message& message, const std::string& path) {
  std::vector<const FieldDescriptor*> fields;
  message.GetReflection()->ListFields(message, &fields);
  for (const FieldDescriptor* field : fields) {
    RETURN_IF_ERROR(CheckField(message, *field, base::StrCat(path, field->name())));
  }
  return absl::OkStatus();
}

}  // namespace

absl::Status CheckRequest(const Message& request, int bytes_max) {
  const size_t bytes = request.ByteSizeLong();
  if (bytes <= static_cast<size_t>(bytes_max)) return CheckTexts(request, "");
  return base::WithReason(
      base::Error(
          absl::StatusCode::kResourceExhausted,
          base::StrCat("the request is ", bytes, " bytes long, the limit is ", bytes_max),
          base::StrCat("요청이 ", bytes, "바이트입니다. 한도는 ", bytes_max, "바이트입니다")),
      "REQUEST_TOO_LARGE");
}

bool Caller::HasRole(std::string_view role) const {
  const auto& roles = record.principal.roles;
  return std::find(roles.begin(), roles.end(), role) != roles.end();
}

bool MaySeeEverything(const Caller& caller) {
  return caller.HasRole("auditor") || caller.HasRole("security_officer");
}

std::string Metadata(const grpc::ServerContext& context, const char* key) {
  const auto it = context.client_metadata().find(key);
  return it == context.client_metadata().end() ? ""
                                               : std::string(it->second.data(), it->second.size());
}

std::optional<base::Language> AcceptedLanguage(const grpc::ServerContext& context) {
  const std::string header = Metadata(context, "accept-language");
  const std::string_view wanted = base::Trim(header);
  if (wanted.empty() || wanted.front() == '*') return std::nullopt;
  return base::ParseLanguage(wanted);
}

absl::StatusOr<Caller> Authenticate(RunStore& store, const grpc::ServerContext& context) {
  auto id = PrincipalOf(store, context);
  if (!id.ok()) return Refused(context, "", id.status());
  auto record = store.GetPrincipal(*id);
  if (!record.ok()) return Refused(context, *id, record.status());
  if (!record->active) {
    return Refused(context, *id, absl::PermissionDeniedError("the principal is disabled"));
  }
  return Caller{*std::move(record), AcceptedLanguage(context).value_or(base::Language::kKorean)};
}

absl::Time DeadlineOf(const grpc::ServerContext& context, base::Clock& clock, absl::Duration most) {
  return clock.Now() + std::min(absl::FromChrono(context.deadline()) - absl::Now(), most);
}

}  // namespace agents
