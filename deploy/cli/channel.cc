#include "deploy/cli/channel.h"

#include <grpcpp/create_channel.h>
#include <grpcpp/security/credentials.h>

#include "deploy/cli/client.h"
#include "model_core/base/files.h"
#include "model_core/base/strings.h"
#include "model_core/base/text.h"

namespace deploy::cli {
namespace {

constexpr int kAnswerBytesMax = 256 << 20;  // an export of a long run

absl::StatusOr<std::string> ReadPem(const std::string& path) {
  if (path.empty()) return std::string();
  std::string text = base::ReadFile(path).value_or("");
  if (!text.empty()) return text;
  return base::Error(
      absl::StatusCode::kInvalidArgument, base::StrCat("PEM file '", path, "' cannot be read"),
      base::StrCat("PEM 파일 '", path, "'", base::Particle(path, "을"), " 읽을 수 없습니다"));
}

absl::StatusOr<std::shared_ptr<grpc::ChannelCredentials>> Credentials(
    const ConnectionOptions& options, const std::string& server) {
  if (options.tls || !options.ca.empty() || !options.certificate.empty()) {
    grpc::SslCredentialsOptions tls;
    ASSIGN_OR_RETURN(tls.pem_root_certs, ReadPem(options.ca));
    ASSIGN_OR_RETURN(tls.pem_cert_chain, ReadPem(options.certificate));
    ASSIGN_OR_RETURN(tls.pem_private_key, ReadPem(options.key));
    return grpc::SslCredentials(tls);
  }
  if (IsLoopback(server)) return grpc::InsecureChannelCredentials();
  return base::Error(
      absl::StatusCode::kInvalidArgument,
      base::StrCat("a credential is not sent unencrypted to ", server, ": give --ca FILE or --tls"),
      base::StrCat(
          server, "에는 암호화 없이 인증 정보를 보내지 않습니다. --ca 파일 또는 --tls를 주십시오"));
}

}  // namespace

absl::StatusOr<std::shared_ptr<grpc::Channel>> MakeChannel(const ConnectionOptions& options,
                                                           const std::string& server) {
  ASSIGN_OR_RETURN(const std::shared_ptr<grpc::ChannelCredentials> credentials,
                   Credentials(options, server));
  grpc::ChannelArguments arguments;
  arguments.SetMaxReceiveMessageSize(kAnswerBytesMax);
  return grpc::CreateCustomChannel(server, credentials, arguments);
}

absl::StatusOr<bool> ServerAnswers(const ConnectionOptions& options, absl::Duration patience) {
  ASSIGN_OR_RETURN(const std::string server, ResolveServer(options));
  ASSIGN_OR_RETURN(const std::shared_ptr<grpc::Channel> channel, MakeChannel(options, server));
  return channel->WaitForConnected(absl::ToChronoTime(absl::Now() + patience));
}

}  // namespace deploy::cli
