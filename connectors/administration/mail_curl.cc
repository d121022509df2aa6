#include "connectors/administration/mail_curl.h"

#include <algorithm>

#include "model_core/base/strings.h"

namespace connectors::administration {
namespace {

using base::StrCat;

int Progress(void* context, curl_off_t, curl_off_t, curl_off_t, curl_off_t) {
  const auto& call = *static_cast<const tools::CallContext*>(context);
  return call.cancelled && call.cancelled() ? 1 : 0;
}

}  // namespace

CurlHandle MakeMailHandle(const MailOptions& options, std::string_view scheme,
                          const std::string& host, int port, const tools::CallContext& context) {
  CurlHandle handle(curl_easy_init());
  CURL* const curl = handle.get();
  const bool implicit = options.tls == MailOptions::Tls::kImplicit;
  const std::string protocol = StrCat(scheme, implicit ? "s" : "");
  const std::string bracketed = host.find(':') == std::string::npos ? host : StrCat("[", host, "]");
  const int64_t left =
      std::max<int64_t>(1, absl::ToInt64Milliseconds(context.deadline - absl::Now()));
  curl_easy_setopt(curl, CURLOPT_URL, StrCat(protocol, "://", bracketed, ":", port, "/").c_str());
  curl_easy_setopt(curl, CURLOPT_PROTOCOLS_STR, protocol.c_str());
  curl_easy_setopt(curl, CURLOPT_PROXY, "");
  curl_easy_setopt(curl, CURLOPT_NOSIGNAL, 1L);
  curl_easy_setopt(curl, CURLOPT_TIMEOUT_MS, static_cast<long>(left));
  curl_easy_setopt(curl, CURLOPT_USE_SSL,
                   options.tls == MailOptions::Tls::kNone ? CURLUSESSL_NONE : CURLUSESSL_ALL);
  if (!options.ca_file.empty()) curl_easy_setopt(curl, CURLOPT_CAINFO, options.ca_file.c_str());
  if (!options.user.empty()) {
    curl_easy_setopt(curl, CURLOPT_USERNAME, options.user.c_str());
    curl_easy_setopt(curl, CURLOPT_PASSWORD, options.password.c_str());
  }
  curl_easy_setopt(curl, CURLOPT_NOPROGRESS, 0L);
  curl_easy_setopt(curl, CURLOPT_XFERINFODATA, &context);
  curl_easy_setopt(curl, CURLOPT_XFERINFOFUNCTION, &Progress);
  return handle;
}

absl::Status MailStatus(CURLcode code, const SystemName& system) {
  const auto error = [&](absl::StatusCode status, std::string_view korean) {
    return base::Error(status, StrCat(system.english, ": ", curl_easy_strerror(code)),
                       StrCat(system.korean, ": ", korean));
  };
  switch (code) {
    case CURLE_OK:
      return absl::OkStatus();
    case CURLE_LOGIN_DENIED:
      return error(absl::StatusCode::kPermissionDenied, "로그인이 거부되었습니다");
    case CURLE_OPERATION_TIMEDOUT:
      return error(absl::StatusCode::kDeadlineExceeded, "제한 시간 안에 응답하지 않았습니다");
    case CURLE_ABORTED_BY_CALLBACK:
      return error(absl::StatusCode::kCancelled, "취소되었습니다");
    case CURLE_WEIRD_SERVER_REPLY:
      return error(absl::StatusCode::kDataLoss, "알 수 없는 응답입니다");
    case CURLE_USE_SSL_FAILED:
      return error(absl::StatusCode::kUnavailable, "서버가 암호화(STARTTLS)를 지원하지 않습니다");
    case CURLE_PEER_FAILED_VERIFICATION:
      return error(absl::StatusCode::kUnavailable, "서버 인증서를 믿을 수 없습니다");
    default:
      return error(absl::StatusCode::kUnavailable, "서버에 연결할 수 없습니다");
  }
}

}  // namespace connectors::administration
