#include "agents/api/grpc/listen.h"

#include <netdb.h>
#include <sys/socket.h>
#include <unistd.h>

#include "model_core/base/address.h"
#include "model_core/base/errno_text.h"
#include "model_core/base/files.h"
#include "model_core/base/strings.h"
#include "model_core/base/text.h"

namespace agents {
namespace {

using absl::StatusCode;
using base::Error;
using base::StrCat;

absl::StatusOr<std::string> ReadPem(const std::string& path) {
  ASSIGN_OR_RETURN(std::string text, base::ReadFile(path, {"PEM file", "PEM 파일"}));
  if (text.find("-----BEGIN") != std::string::npos) return text;
  return Error(StatusCode::kInvalidArgument, StrCat("'", path, "' is no PEM file"),
               StrCat("'", path, "'", base::Particle(path, "은"), " PEM 파일이 아닙니다"));
}

absl::Status CheckTlsOptions(const Listen& listen, const GrpcOptions& options) {
  const bool tls = !options.tls_certificate.empty() && !options.tls_key.empty();
  if (!tls && !(options.tls_certificate.empty() && options.tls_key.empty() &&
                options.tls_client_ca.empty())) {
    return Error(StatusCode::kInvalidArgument, "TLS needs both a certificate and a key",
                 "TLS에는 인증서와 개인키가 모두 필요합니다");
  }
  if (tls || listen.loopback) return absl::OkStatus();
  return Error(
      StatusCode::kInvalidArgument,
      StrCat("listening on ", options.listen,
             ", beyond this machine, needs TLS: set a certificate and a key"),
      StrCat(base::WithParticle(options.listen, "은"),
             " 이 컴퓨터 밖에서 접속할 수 있는 주소라서 TLS 인증서와 개인키가 필요합니다"));
}

}  // namespace

absl::StatusOr<Listen> ParseListen(const std::string& text) {
  auto address = base::ParseAddress(text);
  if (!address.has_value()) {
    return Error(StatusCode::kInvalidArgument,
                 StrCat("'", text, "' is not host:port with a port of 0–", base::kPortMax),
                 StrCat("'", text, "'", base::Particle(text, "은"), " 주소:포트(0–", base::kPortMax,
                        ") 형식이 아닙니다"));
  }
  const bool loopback = base::IsLoopback(address->host);
  return Listen{std::move(address->host), address->port, loopback};
}

absl::StatusOr<std::shared_ptr<grpc::ServerCredentials>> CredentialsFor(
    const Listen& listen, const GrpcOptions& options) {
  RETURN_IF_ERROR(CheckTlsOptions(listen, options));
  if (options.tls_certificate.empty()) return grpc::InsecureServerCredentials();
  const bool mutual = !options.tls_client_ca.empty();
  grpc::SslServerCredentialsOptions tls(
      mutual ? GRPC_SSL_REQUEST_AND_REQUIRE_CLIENT_CERTIFICATE_AND_VERIFY
             : GRPC_SSL_DONT_REQUEST_CLIENT_CERTIFICATE);
  grpc::SslServerCredentialsOptions::PemKeyCertPair pair;
  ASSIGN_OR_RETURN(pair.private_key, ReadPem(options.tls_key));
  ASSIGN_OR_RETURN(pair.cert_chain, ReadPem(options.tls_certificate));
  tls.pem_key_cert_pairs.push_back(std::move(pair));
  if (mutual) {
    ASSIGN_OR_RETURN(tls.pem_root_certs, ReadPem(options.tls_client_ca));
  }
  return grpc::SslServerCredentials(tls);
}

absl::Status WhyNotBound(const Listen& listen) {
  const std::string place = StrCat(listen.host, ":", listen.port);
  addrinfo hints{};
  hints.ai_socktype = SOCK_STREAM;
  addrinfo* found = nullptr;
  if (getaddrinfo(listen.host.c_str(), std::to_string(listen.port).c_str(), &hints, &found) != 0) {
    return Error(StatusCode::kInvalidArgument,
                 StrCat("'", listen.host, "' is not an address of this machine"),
                 StrCat("'", listen.host, "'", base::Particle(listen.host, "은"),
                        " 이 컴퓨터의 주소가 아닙니다"));
  }
  const int probe = socket(found->ai_family, found->ai_socktype, found->ai_protocol);
  const int one = 1;
  setsockopt(probe, SOL_SOCKET, SO_REUSEADDR, &one, sizeof(one));
  const int error = bind(probe, found->ai_addr, found->ai_addrlen) == 0 ? 0 : errno;
  close(probe);
  freeaddrinfo(found);
  if (error == EADDRINUSE) {
    return Error(
        StatusCode::kAlreadyExists,
        StrCat("port ", listen.port, " on ", listen.host, " is taken by another program"),
        StrCat(listen.host, "의 ", listen.port, "번 포트를 다른 프로그램이 쓰고 있습니다"));
  }
  const std::string english = error == 0 ? "the TLS certificate or key is not accepted"
                                         : base::ErrnoText(error, base::Language::kEnglish);
  const std::string korean = error == 0 ? "TLS 인증서나 키를 쓸 수 없습니다"
                                        : base::ErrnoText(error, base::Language::kKorean);
  return Error(StatusCode::kInvalidArgument, StrCat("cannot listen on ", place, ": ", english),
               StrCat(place, "에서 접속을 받을 수 없습니다: ", korean));
}

}  // namespace agents
