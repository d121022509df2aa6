#include "connectors/curl_errors.h"

#include "model_core/base/code_words.h"

namespace connectors {
namespace {

constexpr base::CodeWords<CURLcode> kWords[] = {
    {CURLE_UNSUPPORTED_PROTOCOL, "지원하지 않는 프로토콜입니다"},
    {CURLE_URL_MALFORMAT, "주소(URL)의 형식이 올바르지 않습니다"},
    {CURLE_COULDNT_RESOLVE_HOST, "서버 이름의 주소를 찾을 수 없습니다"},
    {CURLE_COULDNT_CONNECT, "서버에 연결할 수 없습니다"},
    {CURLE_WEIRD_SERVER_REPLY, "알 수 없는 응답입니다"},
    {CURLE_PARTIAL_FILE, "응답이 중간에 끊겼습니다"},
    {CURLE_OUT_OF_MEMORY, "메모리가 부족합니다"},
    {CURLE_OPERATION_TIMEDOUT, "제한 시간 안에 응답하지 않았습니다"},
    {CURLE_SSL_CONNECT_ERROR, "서버와 TLS 연결을 맺지 못했습니다"},
    {CURLE_ABORTED_BY_CALLBACK, "취소되었습니다"},
    {CURLE_GOT_NOTHING, "서버가 아무 응답 없이 연결을 끊었습니다"},
    {CURLE_SEND_ERROR, "보내는 중에 연결이 끊겼습니다"},
    {CURLE_RECV_ERROR, "받는 중에 연결이 끊겼습니다"},
    {CURLE_SSL_CERTPROBLEM, "클라이언트 인증서를 쓸 수 없습니다"},
    {CURLE_PEER_FAILED_VERIFICATION, "서버 인증서를 믿을 수 없습니다"},
    {CURLE_USE_SSL_FAILED, "서버가 암호화(STARTTLS)를 지원하지 않습니다"},
    {CURLE_LOGIN_DENIED, "로그인이 거부되었습니다"},
    {CURLE_SSL_CACERT_BADFILE, "CA 인증서 파일을 읽을 수 없습니다"}};

}  // namespace

std::string CurlText(CURLcode code, base::Language language) {
  return base::WordsFor(kWords, code, curl_easy_strerror(code), language);
}

}  // namespace connectors
