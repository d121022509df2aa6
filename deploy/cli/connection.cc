#include "deploy/cli/connection.h"

#include <algorithm>
#include <cstdlib>
#include <filesystem>
#include <vector>

#include "deploy/server/config.h"
#include "model_core/base/address.h"
#include "model_core/base/files.h"
#include "model_core/base/strings.h"
#include "model_core/base/text.h"

namespace deploy::cli {
namespace {

using base::StrCat;

std::string Environment(const char* name) {
  const char* value = std::getenv(name);
  return value == nullptr ? "" : value;
}

std::string CredentialDirectory(const ConnectionOptions& options) {
  return StrCat(options.home, "/credentials");
}

std::vector<std::string> KnownPrincipals(const ConnectionOptions& options) {
  std::vector<std::string> names;
  std::error_code error;
  for (const auto& entry :
       std::filesystem::directory_iterator(CredentialDirectory(options), error)) {
    const std::string name = entry.path().filename().string();
    if (!name.starts_with('.')) names.push_back(name);
  }
  std::sort(names.begin(), names.end());
  return names;
}

absl::StatusOr<std::string> ReadCredential(const std::string& path) {
  std::string credential(base::Trim(base::ReadFile(path).value_or("")));
  const bool line =
      credential.find_first_of("\r\n") == std::string::npos && credential.size() <= 4096;
  if (!credential.empty() && line) return credential;
  return base::Error(absl::StatusCode::kUnauthenticated,
                     StrCat("credential file '", path, "' cannot be read, or holds no credential"),
                     StrCat("인증 파일 '", path, "'", base::Particle(path, "을"),
                            " 읽을 수 없거나 인증 정보가 없습니다"));
}

// "a.kim, b.lee, …": enough of them to choose from.
std::string Listed(const std::vector<std::string>& names) {
  constexpr size_t kNamesMax = 20;
  const size_t shown = std::min(names.size(), kNamesMax);
  const std::string list =
      base::StrJoin(std::vector(names.begin(), names.begin() + static_cast<int>(shown)), ", ");
  return shown < names.size() ? StrCat(list, ", …") : list;
}

absl::Status NobodyNamed(const std::vector<std::string>& known) {
  absl::Status status = base::Error(absl::StatusCode::kUnauthenticated,
                                    "there is no credential here", "사용할 인증 정보가 없습니다");
  if (known.size() > 1) {
    status = base::Error(absl::StatusCode::kUnauthenticated,
                         StrCat("there are credentials of ", known.size(), " principals here (",
                                Listed(known), "): which one asks?"),
                         StrCat("여기에는 사용자 ", known.size(), "명의 인증 정보가 있습니다(",
                                Listed(known), "). 누구로 요청할지 정해야 합니다"));
  }
  return base::WithReason(status, kNobodyNamed);
}

}  // namespace

std::string ConfigPath(const std::string& home) {
  const std::string path = StrCat(home, "/maru.yaml");
  std::error_code error;
  return std::filesystem::exists(path, error) ? path : "";
}

absl::StatusOr<std::string> ResolveServer(const ConnectionOptions& options) {
  std::string server = options.server.empty() ? Environment("MARU_SERVER") : options.server;
  if (server.empty()) {
    ASSIGN_OR_RETURN(const Config config, Config::Load(ConfigPath(options.home), options.home));
    server = config.Text("server.listen");
  }
  const size_t colon = server.rfind(':');
  int64_t port = 0;
  if (colon == std::string::npos || !base::ParseInt(server.substr(colon + 1), port) || port < 1 ||
      port > 65535) {
    return base::Error(absl::StatusCode::kInvalidArgument,
                       StrCat("server '", server, "' is not HOST:PORT"),
                       StrCat("서버 '", server, "'", base::Particle(server, "이"),
                              " 호스트:포트 형식이 아닙니다"));
  }
  const std::string host = server.substr(0, colon);
  return host == "0.0.0.0" || host == "[::]" || host.empty() ? StrCat("127.0.0.1:", port) : server;
}

bool NamesCaller(const ConnectionOptions& options) {
  for (const std::string* given : {&options.as, &options.credential_file, &options.certificate}) {
    if (!given->empty()) return true;
  }
  return !Environment("MARU_AS").empty() || !Environment("MARU_CREDENTIAL").empty();
}

std::string ResolvePrincipal(const ConnectionOptions& options) {
  if (!options.as.empty()) return options.as;
  if (std::string named = Environment("MARU_AS"); !named.empty()) return named;
  const std::vector<std::string> known = KnownPrincipals(options);
  return known.size() == 1 ? known.front() : "";
}

absl::StatusOr<std::string> ResolveCredential(const ConnectionOptions& options) {
  if (!options.credential_file.empty()) return ReadCredential(options.credential_file);
  if (options.as.empty()) {
    if (std::string credential = Environment("MARU_CREDENTIAL"); !credential.empty())
      return credential;
  }
  const std::string principal = ResolvePrincipal(options);
  if (!principal.empty() && principal.find('/') == std::string::npos) {
    return ReadCredential(StrCat(CredentialDirectory(options), "/", principal));
  }
  if (!options.certificate.empty()) return std::string();
  return NobodyNamed(KnownPrincipals(options));
}

bool IsLoopback(const std::string& server) {
  const auto address = base::ParseAddress(server);
  return address.has_value() && base::IsLoopback(address->host);
}

}  // namespace deploy::cli
