#include <openssl/err.h>
#include <openssl/pemerr.h>
#include <openssl/proverr.h>
#include <openssl/sslerr.h>
#include <openssl/x509err.h>

#include "connectors/tls.h"
#include "model_core/base/errno_text.h"
#include "model_core/base/quotations.h"

namespace connectors {
namespace {

struct Reason {
  int library, number;
  const char *english, *korean;
};
constexpr Reason kReasons[] = {
    {ERR_LIB_BIO, ERR_R_SYS_LIB, "the host name has no address",
     "호스트 이름의 주소를 찾을 수 없습니다"},
    {ERR_LIB_PEM, PEM_R_NO_START_LINE, "it holds no certificate", "인증서가 들어 있지 않습니다"},
    {ERR_LIB_OSSL_DECODER, ERR_R_UNSUPPORTED, "it holds no key", "키가 들어 있지 않습니다"},
    {ERR_LIB_PROV, PROV_R_BAD_DECRYPT, "the key has a passphrase", "키에 암호가 걸려 있습니다"},
    {ERR_LIB_X509, X509_R_KEY_VALUES_MISMATCH, "the key is not that of the certificate",
     "인증서의 개인키가 아닙니다"},
    {ERR_LIB_X509, X509_R_NO_CERTIFICATE_OR_CRL_FOUND, "it holds no certificate",
     "인증서가 들어 있지 않습니다"},
    {ERR_LIB_SSL, SSL_R_WRONG_VERSION_NUMBER, "the port does not speak TLS",
     "TLS를 쓰지 않는 포트입니다"},
    {ERR_LIB_SSL, SSL_R_UNEXPECTED_EOF_WHILE_READING, "the server ended the connection",
     "서버가 연결을 끊었습니다"}};

}  // namespace

std::string OpenSslText(unsigned long code, base::Language language) {
  const bool english = language == base::Language::kEnglish;
  const int library = ERR_GET_LIB(code), number = ERR_GET_REASON(code);
  if (ERR_SYSTEM_ERROR(code)) return base::ErrnoText(number, language);
  for (const Reason& reason : kReasons) {
    if (reason.library == library && reason.number == number)
      return english ? reason.english : reason.korean;
  }
  const char* words = ERR_reason_error_string(code);
  if (words == nullptr) return "";
  return english ? words : base::Quoted(words);
}

}  // namespace connectors
