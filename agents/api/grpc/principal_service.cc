// PrincipalService: who there is, what they may do, and how they prove who they are.
#include <algorithm>

#include "agents/api/grpc/admin_services.h"
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
constexpr size_t kIdBytesMax = 64;

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

// Lists of texts, before anything reads them as such.
absl::Status CheckLists(const Json& document) {
  for (const char* key : {"roles", "purposes", "patterns", "tools"}) {
    const Json list = document.value(key, Json::array());
    const bool texts = list.is_array() && std::all_of(list.begin(), list.end(),
                                                      [](const Json& i) { return i.is_string(); });
    if (!texts)
      return InvalidField(StrCat("document_json.", key), "not a list of texts",
                          "문자열 목록이 아닙니다");
  }
  return absl::OkStatus();
}

// Tools are what the patterns name in this catalogue: "law.*", "order.sign".
absl::Status NameTools(const tools::Catalogue& catalogue, PrincipalRecord& record) {
  record.principal.tools.clear();
  for (const std::string& pattern : record.tool_patterns) {
    const bool prefix = pattern.ends_with(".*");
    const std::string stem = pattern.substr(0, pattern.size() - (prefix ? 1 : 0));
    const size_t before = record.principal.tools.size();
    for (const tools::ToolSpec& tool : catalogue.tools()) {
      if (prefix ? tool.name.starts_with(stem) : tool.name == stem)
        record.principal.tools.push_back(tool.name);
    }
    if (record.principal.tools.size() == before) {
      return InvalidField("document_json.patterns",
                          StrCat("'", pattern, "' names no tool of the catalogue"),
                          StrCat("'", pattern, "'에 맞는 도구가 없습니다"));
    }
  }
  return absl::OkStatus();
}

absl::StatusOr<PrincipalRecord> ParseDocument(const std::string& text,
                                              const tools::Catalogue& catalogue) {
  ASSIGN_OR_RETURN(const Json document, base::ParseJson(text, "document_json"));
  if (!document.is_object())
    return InvalidField("document_json", "not a JSON object", "JSON 객체가 아닙니다");
  RETURN_IF_ERROR(CheckLists(document));
  const Json clearance = document.value("clearance", Json::object());
  if (!clearance.is_object())
    return InvalidField("document_json.clearance", "not a JSON object", "JSON 객체가 아닙니다");
  ASSIGN_OR_RETURN(PrincipalRecord record, ParsePrincipalRecord(document));
  const std::string& id = record.principal.id;
  const bool printable =
      std::all_of(id.begin(), id.end(), [](unsigned char c) { return c > ' ' && c != 0x7f; });
  if (id.size() > kIdBytesMax || !printable) {
    return InvalidField("document_json.id",
                        StrCat("over ", kIdBytesMax, " bytes, or holds white space"),
                        StrCat(kIdBytesMax, "바이트를 넘거나 공백이 있습니다"));
  }
  RETURN_IF_ERROR(NameTools(catalogue, record));
  return record;
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
