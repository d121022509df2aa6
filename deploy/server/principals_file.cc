#include "deploy/server/principals_file.h"

#include <filesystem>

#include "model_core/base/files.h"
#include "model_core/base/log.h"
#include "model_core/base/sha256.h"
#include "model_core/base/strings.h"

namespace deploy {
namespace {

using base::Json;
using base::StrCat;

bool Matches(const std::string& pattern, const std::string& tool) {
  return pattern.ends_with("*") ? tool.starts_with(pattern.substr(0, pattern.size() - 1))
                                : tool == pattern;
}

// The file's patterns, spelt out as tools.
Json WithTools(Json entry, const tools::Catalogue& catalogue) {
  Json names = Json::array();
  for (const tools::ToolSpec& tool : catalogue.tools()) {
    for (const Json& pattern : entry.value("patterns", Json::array())) {
      if (!pattern.is_string() || !Matches(pattern.get<std::string>(), tool.name)) continue;
      names.push_back(tool.name);
      break;
    }
  }
  entry["tools"] = std::move(names);
  return entry;
}

}  // namespace

absl::Status LoadPrincipals(const std::string& path, const tools::Catalogue& catalogue,
                            agents::RunStore& store) {
  ASSIGN_OR_RETURN(const Json json, base::ReadJsonFile(path, {"principals file", "사용자 파일"}));
  if (!json.is_object() || !json.contains("principals") || !json["principals"].is_array()) {
    return absl::InvalidArgumentError(StrCat(path, ": holds no list 'principals'"));
  }
  for (const Json& entry : json["principals"]) {
    auto record = agents::ParsePrincipalRecord(WithTools(entry, catalogue));
    if (!record.ok()) {
      return absl::InvalidArgumentError(StrCat(path, ": principal '",
                                               base::StringOr(entry, "id", "?"),
                                               "': ", std::string(record.status().message())));
    }
    RETURN_IF_ERROR(store.PutPrincipal(*record));
  }
  return absl::OkStatus();
}

absl::Status IssueCredentials(const std::string& directory, agents::RunStore& store,
                              base::Random& random) {
  std::error_code error;
  std::filesystem::create_directories(directory, error);
  std::filesystem::permissions(directory, std::filesystem::perms::owner_all, error);
  ASSIGN_OR_RETURN(const std::vector<agents::PrincipalRecord> people, store.ListPrincipals());
  for (const agents::PrincipalRecord& person : people) {
    if (!person.active) continue;
    const std::string path = StrCat(directory, "/", person.principal.id);
    const auto written = base::ReadFile(path, {"credential file", "인증 파일"});
    if (!written.ok() && !absl::IsNotFound(written.status())) return written.status();
    std::string credential(base::Trim(written.value_or("")));
    if (credential.empty()) {
      credential = StrCat("maru_", base::HexEncode(random.Bytes(32)));
      RETURN_IF_ERROR(base::WriteFile(path, StrCat(credential, "\n"), base::Readers::kOwner));
    }
    const std::string hash = base::Sha256Hex(credential);
    if (store.PrincipalOfCredential(hash).ok()) continue;
    RETURN_IF_ERROR(store.SetCredential(person.principal.id, hash));
    base::LogInfo("credential.issued", {{"principal", person.principal.id}, {"file", path}});
  }
  return absl::OkStatus();
}

}  // namespace deploy
