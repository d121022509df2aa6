// What went wrong in a handshake, in words.
#include <openssl/ssl.h>
#include <openssl/x509.h>

#include "connectors/tls.h"
#include "model_core/base/quotations.h"
#include "model_core/base/strings.h"

namespace connectors {
namespace {

using base::StrCat;
using tools::MakeToolError;
using tools::ToolError;

struct Words {
  std::string english, korean;
};

Words OfVerification(int error) {
  switch (error) {
    case X509_V_ERR_CERT_HAS_EXPIRED:
      return {"it has expired", "유효 기간이 지났습니다"};
    case X509_V_ERR_CERT_NOT_YET_VALID:
      return {"it is not valid yet", "아직 유효하지 않습니다"};
    case X509_V_ERR_HOSTNAME_MISMATCH:
    case X509_V_ERR_IP_ADDRESS_MISMATCH:
      return {"it is for another host name", "다른 호스트 이름의 인증서입니다"};
    case X509_V_ERR_UNABLE_TO_GET_ISSUER_CERT_LOCALLY:
    case X509_V_ERR_UNABLE_TO_GET_ISSUER_CERT:
    case X509_V_ERR_UNABLE_TO_VERIFY_LEAF_SIGNATURE:
    case X509_V_ERR_DEPTH_ZERO_SELF_SIGNED_CERT:
    case X509_V_ERR_SELF_SIGNED_CERT_IN_CHAIN:
    case X509_V_ERR_CERT_SIGNATURE_FAILURE:
      return {"no authority of ca_file signed it", "ca_file의 기관이 서명하지 않았습니다"};
    case X509_V_ERR_CERT_REVOKED:
      return {"it is revoked", "폐기된 인증서입니다"};
    case X509_V_ERR_INVALID_PURPOSE:
      return {"it is not one for servers", "서버용 인증서가 아닙니다"};
    case X509_V_ERR_EE_KEY_TOO_SMALL:
    case X509_V_ERR_CA_KEY_TOO_SMALL:
      return {"a key of its chain is too short", "인증서나 그 기관의 키가 너무 짧습니다"};
    default: {
      const std::string text = X509_verify_cert_error_string(error);
      return {text, base::Quoted(text)};
    }
  }
}

// Alerts that say something of our certificate (RFC 8446, 6.2); the rest are not about it.
std::optional<Words> OfOurCertificate(int alert) {
  switch (alert) {
    case SSL_AD_CERTIFICATE_REQUIRED:
      return Words{"it demands one and got none", "인증서가 필요하지만 받지 못했습니다"};
    case SSL_AD_UNKNOWN_CA:
      return Words{"it does not know the authority that signed it", "서명한 기관을 알지 못합니다"};
    case SSL_AD_CERTIFICATE_EXPIRED:
      return Words{"it has expired", "유효 기간이 지났습니다"};
    case SSL_AD_CERTIFICATE_REVOKED:
      return Words{"it is revoked", "폐기된 인증서입니다"};
    case SSL_AD_BAD_CERTIFICATE:
    case SSL_AD_UNSUPPORTED_CERTIFICATE:
    case SSL_AD_CERTIFICATE_UNKNOWN:
    case SSL_AD_ACCESS_DENIED:
      return Words{"it does not accept it", "인증서를 받아들이지 않습니다"};
    default:
      return std::nullopt;
  }
}

// The other alerts.
Words OfHandshake(int alert) {
  switch (alert) {
    case SSL_AD_PROTOCOL_VERSION:
      return {"it speaks no version of TLS that we do", "TLS 버전이 서로 맞지 않습니다"};
    case SSL_AD_HANDSHAKE_FAILURE:
    case SSL_AD_INSUFFICIENT_SECURITY:
      return {"it takes none of our ciphers", "쓸 수 있는 암호 방식이 서로 맞지 않습니다"};
    case SSL_AD_UNRECOGNIZED_NAME:
      return {"it does not know the host name", "서버가 이 호스트 이름을 알지 못합니다"};
    default: {
      const std::string text = SSL_alert_desc_string_long(alert);
      return {text, base::Quoted(text)};
    }
  }
}

ToolError Refused(std::string_view peer, int alert) {
  if (const auto words = OfOurCertificate(alert)) {
    return MakeToolError(
        "auth", StrCat(peer, ": the server refused our certificate (cert_file): ", words->english),
        StrCat(peer, ": 서버가 클라이언트 인증서(cert_file)를 거부했습니다: ", words->korean));
  }
  const Words words = OfHandshake(alert);
  return MakeToolError("auth",
                       StrCat(peer, ": the server refused the TLS handshake: ", words.english),
                       StrCat(peer, ": 서버가 TLS 연결을 거부했습니다: ", words.korean));
}

}  // namespace

std::optional<ToolError> Fault(const TlsTrace& trace, std::string_view peer, bool answered) {
  if (trace.verify_error != X509_V_OK) {
    const Words words = OfVerification(trace.verify_error);
    return MakeToolError("auth",
                         StrCat(peer, ": the server's certificate is not trusted: ", words.english),
                         StrCat(peer, ": 서버 인증서를 믿을 수 없습니다: ", words.korean));
  }
  if (trace.alert >= 0) return Refused(peer, trace.alert);
  if (trace.finished && !answered) {
    return MakeToolError(
        "unreachable",
        StrCat(peer,
               ": the server ended the connection right after the TLS handshake; it may have "
               "refused our certificate (cert_file)"),
        StrCat(peer,
               ": 서버가 TLS 연결 직후에 끊었습니다. 클라이언트 인증서(cert_file)를 "
               "거부했을 수 있습니다"));
  }
  if (!trace.greeted || trace.finished) return std::nullopt;
  return MakeToolError("unreachable",
                       StrCat(peer, ": the TLS handshake broke off; the port may not speak TLS"),
                       StrCat(peer, ": TLS 연결이 중간에 끊겼습니다. TLS 포트가 아닐 수 있습니다"));
}

ToolError FilesFault(const absl::Status& status, std::string_view peer) {
  return MakeToolError("auth", StrCat(peer, ": ", base::Message(status, base::Language::kEnglish)),
                       StrCat(peer, ": ", base::Message(status, base::Language::kKorean)));
}

}  // namespace connectors
