#include "model_core/base/status.h"

#include "absl/strings/cord.h"
#include "model_core/base/strings.h"

namespace base {
namespace {
constexpr std::string_view kKoreanUrl = "maru/message-ko";
constexpr std::string_view kReasonUrl = "maru/reason";

std::string Payload(const absl::Status& status, std::string_view url) {
  auto payload = status.GetPayload(std::string(url));
  return payload ? std::string(*payload) : std::string();
}
}  // namespace

Language ParseLanguage(std::string_view text) {
  return LowerAscii(text).starts_with("ko") ? Language::kKorean : Language::kEnglish;
}

std::string_view LanguageCode(Language language) {
  return language == Language::kKorean ? "ko" : "en";
}

absl::Status Error(absl::StatusCode code, std::string_view english, std::string_view korean) {
  absl::Status status(code, std::string(english));
  status.SetPayload(std::string(kKoreanUrl), absl::Cord(std::string(korean)));
  return status;
}

std::string Message(const absl::Status& status, Language language) {
  if (language == Language::kKorean) {
    if (std::string korean = Payload(status, kKoreanUrl); !korean.empty()) return korean;
  }
  return std::string(status.message());
}

absl::Status WithReason(absl::Status status, std::string_view reason) {
  status.SetPayload(std::string(kReasonUrl), absl::Cord(std::string(reason)));
  return status;
}

std::string Reason(const absl::Status& status) { return Payload(status, kReasonUrl); }

}  // namespace base
