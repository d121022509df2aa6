// PrincipalService: who there is, what they may do, and how they prove who they are.
#include "agents/api/grpc/admin_services.h"
#include "agents/principal_document.h"
#include "model_core/base/random.h"
#include "model_core/base/sha256.h"
#include "model_core/base/strings.h"
#include "model_core/base/text.h"

namespace agents {
namespace {

using base::Error;
using base::Json;
using base::StrCat;

constexpr size_t kCredentialBytes = 32;

void Fill(const PrincipalRecord& record, maru::v1::Principal& out) {
  out.set_id(record.principal.id);
  out.set_document_json(base::DumpJson(ToJson(record)));
}

// What everyone may know of everyone, so that an approver has a name.
void FillPublic(const PrincipalRecord& record, maru::v1::Principal& out) {
  out.set_id(record.principal.id);
  out.set_document_json(base::DumpJson({{"id", record.principal.id},
                                        {"title", record.principal.title},
                                        {"title_en", record.title_en},
                                        {"unit", record.principal.unit},
                                        {"active", record.active}}));
}

absl::Status CheckAdministrator(const Caller& caller) {
  if (caller.HasRole("administrator")) return absl::OkStatus();
  return Error(absl::StatusCode::kPermissionDenied, StrCat(caller.id(), " is not an administrator"),
               StrCat(base::WithParticle(caller.id(), "은"), " 관리자(administrator)가 아닙니다"));
}

absl::Status CheckNotSelf(const Caller& caller, const std::string& id) {
  if (id != caller.id()) return absl::OkStatus();
  return Error(absl::StatusCode::kPermissionDenied,
               "nobody changes their own rights: ask another administrator",
               "자기 권한은 스스로 바꿀 수 없습니다. 다른 관리자에게 요청하십시오");
}

absl::StatusOr<PrincipalRecord> ParseDocument(const std::string& text,
                                              const tools::Catalogue& catalogue) {
  ASSIGN_OR_RETURN(const Json document, base::ParseJson(text, "document_json"));
  auto record = ReadPrincipalDocument(document, catalogue);
  if (record.ok()) return record;
  return InvalidField("document_json", base::Message(record.status(), base::Language::kEnglish),
                      base::Message(record.status(), base::Language::kKorean));
}

}  // namespace

grpc::Status PrincipalService::WhoAmI(grpc::ServerContext* context,
                                      const maru::v1::WhoAmIRequest* request,
                                      maru::v1::Principal* response) {
  return Serve(api_, context, *request, [&](const Caller& caller) {
    Fill(caller.record, *response);
    return absl::OkStatus();
  });
}

grpc::Status PrincipalService::ListPrincipals(grpc::ServerContext* context,
                                              const maru::v1::ListPrincipalsRequest* request,
                                              maru::v1::ListPrincipalsResponse* response) {
  return Serve(api_, context, *request, [&](const Caller& caller) -> absl::Status {
    ASSIGN_OR_RETURN(const std::vector<PrincipalRecord> records, api_.store.ListPrincipals());
    const bool all = caller.HasRole("administrator") || MaySeeEverything(caller);
    for (const PrincipalRecord& record : records) {
      (all ? Fill : FillPublic)(record, *response->add_principals());
    }
    return absl::OkStatus();
  });
}

absl::Status PrincipalService::Put(const Caller& caller, const PrincipalRecord& record,
                                   const std::string& what) {
  RETURN_IF_ERROR(api_.store.Record(caller.id(), what, ToJson(record)));
  return api_.store.PutPrincipal(record);
}

grpc::Status PrincipalService::PutPrincipal(grpc::ServerContext* context,
                                            const maru::v1::PutPrincipalRequest* request,
                                            maru::v1::Principal* response) {
  return Serve(api_, context, *request, [&](const Caller& caller) -> absl::Status {
    RETURN_IF_ERROR(CheckAdministrator(caller));
    ASSIGN_OR_RETURN(const PrincipalRecord record,
                     ParseDocument(request->document_json(), api_.registry.catalogue()));
    RETURN_IF_ERROR(CheckNotSelf(caller, record.principal.id));
    RETURN_IF_ERROR(Put(caller, record, "principal.put_requested"));
    Fill(record, *response);
    return absl::OkStatus();
  });
}

grpc::Status PrincipalService::DisablePrincipal(grpc::ServerContext* context,
                                                const maru::v1::DisablePrincipalRequest* request,
                                                maru::v1::Principal* response) {
  return Serve(api_, context, *request, [&](const Caller& caller) -> absl::Status {
    RETURN_IF_ERROR(CheckAdministrator(caller));
    RETURN_IF_ERROR(CheckNotSelf(caller, request->id()));
    ASSIGN_OR_RETURN(PrincipalRecord record, api_.store.GetPrincipal(request->id()));
    record.active = false;
    RETURN_IF_ERROR(Put(caller, record, "principal.disable_requested"));
    Fill(record, *response);
    return absl::OkStatus();
  });
}

grpc::Status PrincipalService::IssueCredential(grpc::ServerContext* context,
                                               const maru::v1::IssueCredentialRequest* request,
                                               maru::v1::IssueCredentialResponse* response) {
  return Serve(api_, context, *request, [&](const Caller& caller) -> absl::Status {
    const std::string id = request->principal().empty() ? caller.id() : request->principal();
    if (id != caller.id()) RETURN_IF_ERROR(CheckAdministrator(caller));
    RETURN_IF_ERROR(api_.store.GetPrincipal(id).status());
    const std::string credential =
        StrCat("maru_", base::HexEncode(base::SystemRandom().Bytes(kCredentialBytes)));
    RETURN_IF_ERROR(api_.store.Record(caller.id(), "credential.requested", {{"principal", id}}));
    RETURN_IF_ERROR(api_.store.SetCredential(id, base::Sha256Hex(credential)));
    response->set_credential(credential);
    return absl::OkStatus();
  });
}

}  // namespace agents
