#include "connectors/administration/mail_curl.h"

#include <algorithm>

#include "connectors/curl_errors.h"
#include "model_core/base/strings.h"

namespace connectors::administration {
namespace {

using base::StrCat;

int Progress(void* context, curl_off_t, curl_off_t, curl_off_t, curl_off_t) {
  const auto& call = *static_cast<const tools::CallContext*>(context);
  return call.cancelled && call.cancelled() ? 1 : 0;
}

absl::StatusCode MeaningOf(CURLcode code) {
  switch (code) {
    case CURLE_LOGIN_DENIED:
      return absl::StatusCode::kPermissionDenied;
    case CURLE_OPERATION_TIMEDOUT:
      return absl::StatusCode::kDeadlineExceeded;
    case CURLE_ABORTED_BY_CALLBACK:
      return absl::StatusCode::kCancelled;
    case CURLE_WEIRD_SERVER_REPLY:
      return absl::StatusCode::kDataLoss;
    default:
      return absl::StatusCode::kUnavailable;
  }
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
  if (code == CURLE_OK) return absl::OkStatus();
  return base::Error(MeaningOf(code),
                     StrCat(system.english, ": ", CurlText(code, base::Language::kEnglish)),
                     StrCat(system.korean, ": ", CurlText(code, base::Language::kKorean)));
}

}  // namespace connectors::administration
