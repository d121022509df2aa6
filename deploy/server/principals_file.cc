#include "deploy/server/principals_file.h"

#include <filesystem>

#include "agents/principal_document.h"
#include "model_core/base/files.h"
#include "model_core/base/log.h"
#include "model_core/base/sha256.h"
#include "model_core/base/strings.h"

namespace deploy {
namespace {

using agents::PrincipalRecord;
using base::Json;
using base::StrCat;

constexpr size_t kCredentialBytes = 32;

absl::Status Invalid(std::string_view english, std::string_view korean) {
  return base::Error(absl::StatusCode::kInvalidArgument, english, korean);
}

// Whoever was disabled stays so until the file itself says otherwise.
absl::Status KeepDisabled(agents::RunStore& store, PrincipalRecord& record) {
  const auto stored = store.GetPrincipal(record.principal.id);
  if (stored.ok()) record.active = stored->active;
  return absl::IsNotFound(stored.status()) ? absl::OkStatus() : stored.status();
}

absl::StatusOr<FiledPrincipal> ReadPrincipal(const std::string& path, const Json& entry,
                                             const tools::Catalogue& catalogue) {
  auto record = agents::ReadPrincipalDocument(entry, catalogue);
  if (!record.ok()) {
    const std::string id = base::StringOr(entry, "id", "?");
    return Invalid(StrCat(path, ": principal '", id,
                          "': ", base::Message(record.status(), base::Language::kEnglish)),
                   StrCat(path, ": 사용자 '", id,
                          "': ", base::Message(record.status(), base::Language::kKorean)));
  }
  return FiledPrincipal{*std::move(record), entry.contains("active")};
}

// What the file at `path` holds, unless somebody has it already; else a new one, written there.
absl::StatusOr<std::string> CredentialAt(const std::string& path, agents::RunStore& store,
                                         base::Random& random) {
  const auto written = base::ReadFile(path, {"credential file", "인증 파일"});
  if (!written.ok() && !absl::IsNotFound(written.status())) return written.status();
  std::string credential(base::Trim(written.value_or("")));
  if (!credential.empty() && !store.PrincipalOfCredential(base::Sha256Hex(credential)).ok())
    return credential;
  credential = StrCat("maru_", base::HexEncode(random.Bytes(kCredentialBytes)));
  RETURN_IF_ERROR(base::WriteFile(path, StrCat(credential, "\n"), base::Readers::kOwner));
  return credential;
}

}  // namespace

absl::StatusOr<std::vector<FiledPrincipal>> ReadPrincipals(const std::string& path,
                                                           const tools::Catalogue& catalogue) {
  ASSIGN_OR_RETURN(const Json json, base::ReadJsonFile(path, {"principals file", "사용자 파일"}));
  if (!json.is_object() || !json.contains("principals") || !json["principals"].is_array()) {
    return Invalid(StrCat(path, ": holds no list 'principals'"),
                   StrCat(path, ": 'principals' 목록이 없습니다"));
  }
  std::vector<FiledPrincipal> people;
  for (const Json& entry : json["principals"]) {
    ASSIGN_OR_RETURN(people.emplace_back(), ReadPrincipal(path, entry, catalogue));
  }
  return people;
}

absl::Status LoadPrincipals(const std::string& path, const tools::Catalogue& catalogue,
                            agents::RunStore& store) {
  ASSIGN_OR_RETURN(std::vector<FiledPrincipal> people, ReadPrincipals(path, catalogue));
  for (FiledPrincipal& person : people) {
    if (!person.says_active) RETURN_IF_ERROR(KeepDisabled(store, person.record));
    RETURN_IF_ERROR(store.PutPrincipal(person.record));
  }
  return absl::OkStatus();
}

absl::Status IssueCredentials(const std::string& directory, agents::RunStore& store,
                              base::Random& random) {
  std::error_code error;
  std::filesystem::create_directories(directory, error);
  std::filesystem::permissions(directory, std::filesystem::perms::owner_all, error);
  ASSIGN_OR_RETURN(const std::vector<PrincipalRecord> people, store.ListPrincipals());
  for (const PrincipalRecord& person : people) {
    const std::string& id = person.principal.id;
    ASSIGN_OR_RETURN(const bool known, store.HasCredential(id));
    if (known || !person.active) continue;
    if (!agents::CheckPrincipalId(id)
             .ok()) {  // stored before ids were checked; no file may bear it
      base::LogWarning("credential.not_issued", {{"principal", id}});
      continue;
    }
    const std::string path = StrCat(directory, "/", id);
    ASSIGN_OR_RETURN(const std::string credential, CredentialAt(path, store, random));
    RETURN_IF_ERROR(store.SetCredential(id, base::Sha256Hex(credential)));
    base::LogInfo("credential.issued", {{"principal", id}, {"file", path}});
  }
  return absl::OkStatus();
}

}  // namespace deploy
