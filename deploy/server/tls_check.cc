#include "deploy/server/tls_check.h"

#include <openssl/err.h>
#include <openssl/ssl.h>

#include <memory>

#include "model_core/base/strings.h"
#include "model_core/base/text.h"

namespace deploy {
namespace {

using base::StrCat;

struct Free {
  void operator()(SSL_CTX* context) const { SSL_CTX_free(context); }
};
using Context = std::unique_ptr<SSL_CTX, Free>;

int NoPassphrase(char*, int, int, void*) { return -1; }

Context MakeContext() {
  Context context(SSL_CTX_new(TLS_server_method()));
  SSL_CTX_set_default_passwd_cb(context.get(), NoPassphrase);
  return context;
}

absl::Status Unusable(const Config& config, std::string_view key, std::string_view english,
                      std::string_view korean) {
  ERR_clear_error();
  const std::string& path = config.Text(key);
  return config.Refusal(
      key, StrCat("'", path, "' holds no ", english, " that can be read"),
      StrCat("'", path, "'에 읽을 수 있는 ", base::WithParticle(korean, "이"), " 없습니다"));
}

absl::Status CheckPair(const Config& config, SSL_CTX& context, std::string_view certificate,
                       std::string_view key) {
  const std::string &chain = config.Text(certificate), &secret = config.Text(key);
  if (SSL_CTX_use_certificate_chain_file(&context, chain.c_str()) != 1)
    return Unusable(config, certificate, "certificate", "인증서");
  // Fails for a key of another certificate as for one that cannot be read.
  if (SSL_CTX_use_PrivateKey_file(&context, secret.c_str(), SSL_FILETYPE_PEM) == 1 &&
      SSL_CTX_check_private_key(&context) == 1)
    return absl::OkStatus();
  const bool read =
      SSL_CTX_use_PrivateKey_file(MakeContext().get(), secret.c_str(), SSL_FILETYPE_PEM) == 1;
  if (!read) return Unusable(config, key, "private key without a passphrase", "암호 없는 개인키");
  ERR_clear_error();
  return config.Refusal(key,
                        StrCat("'", secret, "' is not the key of the certificate '", chain, "'"),
                        StrCat("'", secret, "'", base::Particle(secret, "은"), " 인증서 '", chain,
                               "'의 개인키가 아닙니다"));
}

}  // namespace

absl::Status CheckTlsFiles(const Config& config, std::string_view certificate, std::string_view key,
                           std::string_view client_ca) {
  const Context context = MakeContext();
  if (!config.Text(certificate).empty())
    RETURN_IF_ERROR(CheckPair(config, *context, certificate, key));
  const std::string& authority = config.Text(client_ca);
  if (authority.empty() ||
      SSL_CTX_load_verify_locations(context.get(), authority.c_str(), nullptr) == 1)
    return absl::OkStatus();
  return Unusable(config, client_ca, "certificate", "인증서");
}

}  // namespace deploy
