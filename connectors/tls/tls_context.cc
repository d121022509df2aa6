#include <openssl/err.h>
#include <openssl/ssl.h>
#include <openssl/x509v3.h>

#include "connectors/tls.h"
#include "model_core/base/check.h"
#include "model_core/base/strings.h"
#include "model_core/base/text.h"

namespace connectors {
namespace {

using base::StrCat;

constexpr int kFatal = 2;  // an alert's level

absl::Status Unusable(std::string_view what, const std::string& path) {
  const unsigned long code = ERR_peek_error();  // the first: the last is but "PEM lib"
  ERR_clear_error();
  const auto why = [&](base::Language language) {
    const std::string text = OpenSslText(code, language);
    return text.empty() ? "" : StrCat(" (", text, ")");
  };
  return base::Error(absl::StatusCode::kInvalidArgument,
                     StrCat(what, " '", path, "' cannot be used", why(base::Language::kEnglish)),
                     StrCat(what, " '", path, "'", base::Particle(path, "을"), " 쓸 수 없습니다",
                            why(base::Language::kKorean)));
}

// A key under a passphrase is refused: nobody is there to be asked.
int NoPassphrase(char*, int, int, void*) { return 0; }

absl::Status Load(SSL_CTX* context, const TlsFiles& files) {
  const std::string& key = files.key_file.empty() ? files.cert_file : files.key_file;
  ERR_clear_error();
  SSL_CTX_set_default_passwd_cb(context, &NoPassphrase);
  if (SSL_CTX_load_verify_locations(context, files.ca_file.c_str(), nullptr) != 1)
    return Unusable("ca_file", files.ca_file);
  if (files.cert_file.empty()) return absl::OkStatus();
  if (SSL_CTX_use_certificate_chain_file(context, files.cert_file.c_str()) != 1)
    return Unusable("cert_file", files.cert_file);
  if (SSL_CTX_use_PrivateKey_file(context, key.c_str(), SSL_FILETYPE_PEM) != 1)
    return Unusable("key_file", key);
  return absl::OkStatus();
}

void Expect(SSL_CTX* context, const std::string& host) {
  X509_VERIFY_PARAM* param = SSL_CTX_get0_param(context);
  X509_VERIFY_PARAM_set_hostflags(param, X509_CHECK_FLAG_NO_PARTIAL_WILDCARDS);
  if (X509_VERIFY_PARAM_set1_ip_asc(param, host.c_str()) == 1) return;
  CHECK(X509_VERIFY_PARAM_set1_host(param, host.data(), host.size()) == 1);
}

TlsTrace& TraceOf(const SSL* ssl) {
  return *static_cast<TlsTrace*>(SSL_CTX_get_app_data(SSL_get_SSL_CTX(ssl)));
}

int OnVerify(int good, X509_STORE_CTX* store) {
  const auto* ssl = static_cast<const SSL*>(
      X509_STORE_CTX_get_ex_data(store, SSL_get_ex_data_X509_STORE_CTX_idx()));
  if (!good) TraceOf(ssl).verify_error = X509_STORE_CTX_get_error(store);
  return good;
}

void OnInfo(const SSL* ssl, int where, int value) {
  TlsTrace& trace = TraceOf(ssl);
  if ((where & SSL_CB_READ_ALERT) == SSL_CB_READ_ALERT && value >> 8 == kFatal)
    trace.alert = value & 0xff;
  if ((where & SSL_CB_HANDSHAKE_DONE) != 0) trace.finished = true;
  if ((where & SSL_CB_EXIT) != 0 && SSL_want_read(ssl)) trace.greeted = true;
}

}  // namespace

TlsContext::TlsContext()
    : context_(SSL_CTX_new(TLS_client_method())), trace_(std::make_unique<TlsTrace>()) {
  CHECK(context_ != nullptr);
  SSL_CTX_set_min_proto_version(context_, TLS1_2_VERSION);
  SSL_CTX_set_app_data(context_, trace_.get());
  SSL_CTX_set_verify(context_, SSL_VERIFY_PEER, &OnVerify);
  SSL_CTX_set_info_callback(context_, &OnInfo);
}

TlsContext::~TlsContext() { SSL_CTX_free(context_); }

absl::StatusOr<std::unique_ptr<TlsContext>> TlsContext::Make(const TlsFiles& files,
                                                             const std::string& host) {
  std::unique_ptr<TlsContext> tls(new TlsContext());
  RETURN_IF_ERROR(Load(tls->context_, files));
  Expect(tls->context_, host);
  return tls;
}

}  // namespace connectors
