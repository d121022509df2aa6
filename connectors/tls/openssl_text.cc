#include <openssl/err.h>
#include <openssl/pemerr.h>
#include <openssl/proverr.h>
#include <openssl/sslerr.h>
#include <openssl/x509err.h>

#include "connectors/tls.h"
#include "model_core/base/code_words.h"
#include "model_core/base/errno_text.h"

namespace connectors {
namespace {

constexpr unsigned long Code(int library, int number) { return ERR_PACK(library, 0, number); }

constexpr base::CodeWords<unsigned long> kWords[] = {
    {Code(ERR_LIB_BIO, ERR_R_SYS_LIB), "호스트 이름의 주소를 찾을 수 없습니다",
     "the host name has no address"},
    {Code(ERR_LIB_PEM, PEM_R_NO_START_LINE), "인증서가 들어 있지 않습니다",
     "it holds no certificate"},
    {Code(ERR_LIB_OSSL_DECODER, ERR_R_UNSUPPORTED), "키가 들어 있지 않습니다", "it holds no key"},
    {Code(ERR_LIB_PROV, PROV_R_BAD_DECRYPT), "키에 암호가 걸려 있습니다",
     "the key has a passphrase"},
    {Code(ERR_LIB_X509, X509_R_KEY_VALUES_MISMATCH), "인증서의 개인키가 아닙니다",
     "the key is not that of the certificate"},
    {Code(ERR_LIB_X509, X509_R_NO_CERTIFICATE_OR_CRL_FOUND), "인증서가 들어 있지 않습니다",
     "it holds no certificate"},
    {Code(ERR_LIB_SSL, SSL_R_WRONG_VERSION_NUMBER), "TLS를 쓰지 않는 포트입니다",
     "the port does not speak TLS"},
    {Code(ERR_LIB_SSL, SSL_R_UNEXPECTED_EOF_WHILE_READING), "서버가 연결을 끊었습니다",
     "the server ended the connection"}};

}  // namespace

std::string OpenSslText(unsigned long code, base::Language language) {
  if (ERR_SYSTEM_ERROR(code)) return base::ErrnoText(ERR_GET_REASON(code), language);
  const char* library = ERR_reason_error_string(code);
  return base::WordsFor(kWords, Code(ERR_GET_LIB(code), ERR_GET_REASON(code)),
                        library == nullptr ? "" : library, language);
}

}  // namespace connectors
