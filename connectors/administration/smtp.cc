#include "connectors/administration/smtp.h"

#include <cstring>

#include "connectors/administration/mail_curl.h"
#include "connectors/administration/mail_label.h"
#include "model_core/base/strings.h"

namespace connectors::administration {
namespace {

using base::StrCat;
using tools::MakeToolError;

constexpr SystemName kServer{"SMTP server", "SMTP 서버"};

struct Source {
  const std::string* bytes;
  size_t at = 0;
  bool finished = false;  // libcurl has seen the end, and may have sent the closing dot
};

size_t Read(char* out, size_t size, size_t count, void* data) {
  auto& source = *static_cast<Source*>(data);
  const size_t taken = std::min(size * count, source.bytes->size() - source.at);
  std::memcpy(out, source.bytes->data() + source.at, taken);
  source.at += taken;
  source.finished = taken == 0;
  return taken;
}

tools::ToolError Refused(long code) {
  const bool login = code == 530 || code == 534 || code == 535;
  return MakeToolError(login ? "auth" : "invalid_argument",
                       StrCat(kServer.english, " refused the message with ", code),
                       StrCat("메일 서버(SMTP)가 발송을 거절했습니다 (", code, ")"));
}

tools::ToolError InDoubt() {
  return MakeToolError("in_doubt", StrCat(kServer.english, " got the message, its answer was lost"),
                       "메일을 넘겼으나 메일 서버(SMTP)의 응답을 받지 못했습니다");
}

}  // namespace

std::optional<tools::ToolError> SendMail(const MailOptions& options, const std::string& from,
                                         const std::string& to, const std::string& bytes,
                                         const tools::CallContext& context) {
  const CurlHandle handle =
      MakeMailHandle(options, "smtp", options.smtp_host, options.smtp_port, context);
  const std::unique_ptr<curl_slist, decltype(&curl_slist_free_all)> recipients(
      curl_slist_append(nullptr, StrCat("<", to, ">").c_str()), &curl_slist_free_all);
  Source source{&bytes};
  curl_easy_setopt(handle.get(), CURLOPT_MAIL_FROM, StrCat("<", from, ">").c_str());
  curl_easy_setopt(handle.get(), CURLOPT_MAIL_RCPT, recipients.get());
  curl_easy_setopt(handle.get(), CURLOPT_UPLOAD, 1L);
  curl_easy_setopt(handle.get(), CURLOPT_READFUNCTION, &Read);
  curl_easy_setopt(handle.get(), CURLOPT_READDATA, &source);
  const CURLcode code = curl_easy_perform(handle.get());
  if (code == CURLE_OK) return std::nullopt;
  long answered = 0;
  curl_easy_getinfo(handle.get(), CURLINFO_RESPONSE_CODE, &answered);
  const bool lost =
      code == CURLE_OPERATION_TIMEDOUT || code == CURLE_ABORTED_BY_CALLBACK || answered < 400;
  if (source.finished && lost) return InDoubt();
  if (answered >= 500 && code != CURLE_LOGIN_DENIED) return Refused(answered);
  return MailError(MailStatus(code, kServer));
}

}  // namespace connectors::administration
