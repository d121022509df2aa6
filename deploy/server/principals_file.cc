#include "deploy/server/principals_file.h"

#include <fcntl.h>
#include <unistd.h>

#include <filesystem>
#include <fstream>
#include <sstream>

#include "model_core/base/log.h"
#include "model_core/base/sha256.h"
#include "model_core/base/strings.h"

namespace deploy {
namespace {

using base::Json;
using base::StrCat;

bool Matches(const std::string& pattern, const std::string& tool) {
  return pattern.ends_with("*") ? tool.starts_with(pattern.substr(0, pattern.size() - 1)) : tool == pattern;
}

// What stands in the file; empty if there is none.
std::string ReadText(const std::string& path) {
  std::ifstream file(path, std::ios::binary);
  std::stringstream text;
  text << file.rdbuf();
  return text.str();
}

absl::StatusOr<Json> ReadJson(const std::string& path) {
  const std::string text = ReadText(path);
  if (!text.empty()) return base::ParseJson(text, path);
  return base::Error(absl::StatusCode::kNotFound, StrCat("principals file '", path, "' cannot be read or is empty"),
                     StrCat("사용자 파일 '", path, "'을(를) 읽을 수 없거나 비어 있습니다"));
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

absl::Status WriteSecret(const std::string& path, const std::string& text) {
  const int fd = open(path.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0600);
  const bool written = fd >= 0 && write(fd, text.data(), text.size()) == static_cast<ssize_t>(text.size()) &&
                       fsync(fd) == 0;
  if (fd >= 0) close(fd);
  if (written) return absl::OkStatus();
  return base::Error(absl::StatusCode::kPermissionDenied, StrCat("credential file '", path, "' cannot be written"),
                     StrCat("인증 파일 '", path, "'을(를) 쓸 수 없습니다"));
}

}  // namespace

absl::Status LoadPrincipals(const std::string& path, const tools::Catalogue& catalogue, agents::RunStore& store) {
  ASSIGN_OR_RETURN(const Json json, ReadJson(path));
  if (!json.is_object() || !json.contains("principals") || !json["principals"].is_array()) {
    return absl::InvalidArgumentError(StrCat(path, ": holds no list 'principals'"));
  }
  for (const Json& entry : json["principals"]) {
    auto record = agents::ParsePrincipalRecord(WithTools(entry, catalogue));
    if (!record.ok()) {
      return absl::InvalidArgumentError(StrCat(path, ": principal '", base::StringOr(entry, "id", "?"), "': ",
                                               std::string(record.status().message())));
    }
    RETURN_IF_ERROR(store.PutPrincipal(*record));
  }
  return absl::OkStatus();
}

absl::Status IssueCredentials(const std::string& directory, agents::RunStore& store, base::Random& random) {
  std::error_code error;
  std::filesystem::create_directories(directory, error);
  std::filesystem::permissions(directory, std::filesystem::perms::owner_all, error);
  ASSIGN_OR_RETURN(const std::vector<agents::PrincipalRecord> people, store.ListPrincipals());
  for (const agents::PrincipalRecord& person : people) {
    if (!person.active) continue;
    const std::string path = StrCat(directory, "/", person.principal.id);
    std::string credential(base::Trim(ReadText(path)));
    if (credential.empty()) {
      credential = StrCat("maru_", base::HexEncode(random.Bytes(32)));
      RETURN_IF_ERROR(WriteSecret(path, StrCat(credential, "\n")));
    }
    const std::string hash = base::Sha256Hex(credential);
    if (store.PrincipalOfCredential(hash).ok()) continue;
    RETURN_IF_ERROR(store.SetCredential(person.principal.id, hash));
    base::LogInfo("credential.issued", {{"principal", person.principal.id}, {"file", path}});
  }
  return absl::OkStatus();
}

}  // namespace deploy
