#include "connectors/tls.h"
#include "model_core/base/address.h"
#include "model_core/base/strings.h"
#include "model_core/base/text.h"

namespace connectors {
namespace {

using base::StrCat;

absl::Status Invalid(std::string_view system, std::string_view english, std::string_view korean) {
  return base::Error(absl::StatusCode::kInvalidArgument, StrCat(system, ": ", english),
                     StrCat(system, ": ", korean));
}

}  // namespace

absl::Status CheckPlain(std::string_view system, const std::string& host) {
  if (host.empty() || base::IsLoopback(host)) return absl::OkStatus();
  return Invalid(
      system, StrCat("'", host, "' is another machine, which needs TLS"),
      StrCat("'", host, "'", base::Particle(host, "은"), " 다른 컴퓨터이므로 TLS가 필요합니다"));
}

absl::Status CheckTransport(const TlsFiles& files, std::string_view system,
                            const std::string& host) {
  if (host.empty()) return absl::OkStatus();
  if (!files.on() && !(files.cert_file.empty() && files.key_file.empty())) {
    return Invalid(system, "cert_file and key_file need a ca_file",
                   "cert_file과 key_file에는 ca_file이 필요합니다");
  }
  if (!files.on()) return CheckPlain(system, host);
  const auto tls = TlsContext::Make(files, host);
  if (tls.ok()) return absl::OkStatus();
  return Invalid(system, base::Message(tls.status(), base::Language::kEnglish),
                 base::Message(tls.status(), base::Language::kKorean));
}

}  // namespace connectors
