#include "agents/api/grpc/errors.h"

#include <algorithm>
#include <array>

#include "absl/strings/cord.h"
#include "google/rpc/error_details.pb.h"
#include "google/rpc/status.pb.h"
#include "model_core/base/strings.h"
#include "model_core/base/text.h"

namespace agents {
namespace {

using absl::StatusCode;
using base::Error;
using base::StrCat;
using base::WithReason;

constexpr std::string_view kFieldUrl = "maru/field";
// Clients take 8 KiB of trailers; a text is there five times, once with each byte as three.
constexpr size_t kTextBytesMax = 700;

constexpr std::array<std::string_view, 7> kA2aReasons = {
    "TASK_NOT_FOUND",        "TASK_NOT_CANCELABLE",        "PUSH_NOTIFICATION_NOT_SUPPORTED",
    "UNSUPPORTED_OPERATION", "CONTENT_TYPE_NOT_SUPPORTED", "VERSION_NOT_SUPPORTED",
    "INVALID_PARAMS"};

void AddErrorInfo(const absl::Status& status, google::rpc::Status& details) {
  std::string reason = base::Reason(status);
  if (reason.empty()) reason = absl::StatusCodeToString(status.code());
  const bool a2a = std::find(kA2aReasons.begin(), kA2aReasons.end(), reason) != kA2aReasons.end();
  google::rpc::ErrorInfo info;
  info.set_reason(reason);
  info.set_domain(a2a ? "a2a-protocol.org" : "maru");
  details.add_details()->PackFrom(info);
}

void AddField(const absl::Status& status, const std::string& message,
              google::rpc::Status& details) {
  const auto field = status.GetPayload(std::string(kFieldUrl));
  if (!field) return;
  google::rpc::BadRequest bad;
  auto& violation = *bad.add_field_violations();
  violation.set_field(std::string(*field));
  violation.set_description(message);
  details.add_details()->PackFrom(bad);
}

void AddText(base::Language language, const std::string& message, google::rpc::Status& details) {
  google::rpc::LocalizedMessage localized;
  localized.set_locale(std::string(base::LanguageCode(language)));
  localized.set_message(message);
  details.add_details()->PackFrom(localized);
}

// It may repeat what somebody sent: of any length, and with bytes that are no UTF-8, which would
// make the details unreadable.
std::string TextOf(const absl::Status& status, base::Language language) {
  std::string text = base::WellFormedUtf8(base::Message(status, language));
  if (text.size() <= kTextBytesMax) return text;
  size_t end = kTextBytesMax;
  while (base::IsContinuation(text[end])) --end;
  return StrCat(text.substr(0, end), "…");
}

}  // namespace

grpc::Status ToGrpc(const absl::Status& status, base::Language language) {
  if (status.ok()) return grpc::Status::OK;
  const base::Language other =
      language == base::Language::kKorean ? base::Language::kEnglish : base::Language::kKorean;
  const std::string message = TextOf(status, language), translated = TextOf(status, other);
  google::rpc::Status details;
  details.set_code(static_cast<int>(status.code()));
  details.set_message(message);
  AddErrorInfo(status, details);
  AddField(status, message, details);
  AddText(language, message, details);
  if (translated != message) AddText(other, translated, details);
  return {static_cast<grpc::StatusCode>(status.code()), message, details.SerializeAsString()};
}

absl::Status InvalidField(std::string_view field, std::string_view english,
                          std::string_view korean) {
  absl::Status status = WithReason(Error(StatusCode::kInvalidArgument, StrCat(field, ": ", english),
                                         StrCat(field, ": ", korean)),
                                   "INVALID_PARAMS");
  status.SetPayload(std::string(kFieldUrl), absl::Cord(std::string(field)));
  return status;
}

absl::Status TaskNotFound(std::string_view id) {
  return WithReason(Error(StatusCode::kNotFound, StrCat("task ", id, " does not exist"),
                          StrCat("작업 ", base::WithParticle(id, "이"), " 없습니다")),
                    "TASK_NOT_FOUND");
}

absl::Status TaskNotCancelable(std::string_view id, std::string_view state) {
  return WithReason(Error(StatusCode::kFailedPrecondition,
                          StrCat("task ", id, " is ", state, " and cannot be canceled"),
                          StrCat("작업 ", base::WithParticle(id, "은"), " 이미 끝나서(", state,
                                 ") 취소할 수 없습니다")),
                    "TASK_NOT_CANCELABLE");
}

absl::Status UnsupportedOperation(std::string_view english, std::string_view korean) {
  return WithReason(Error(StatusCode::kFailedPrecondition, english, korean),
                    "UNSUPPORTED_OPERATION");
}

absl::Status PushNotificationNotSupported() {
  return WithReason(Error(StatusCode::kFailedPrecondition,
                          "push notifications are not supported: use SubscribeToTask",
                          "푸시 알림은 지원하지 않습니다. SubscribeToTask를 쓰십시오"),
                    "PUSH_NOTIFICATION_NOT_SUPPORTED");
}

absl::Status ContentTypeNotSupported(std::string_view english, std::string_view korean) {
  return WithReason(Error(StatusCode::kInvalidArgument, english, korean),
                    "CONTENT_TYPE_NOT_SUPPORTED");
}

absl::Status VersionNotSupported(std::string_view version) {
  const std::string_view shown = version.empty() ? "0.3 (no a2a-version was sent)" : version;
  return WithReason(
      Error(StatusCode::kFailedPrecondition,
            StrCat("A2A version ", shown, " is not supported: send 'a2a-version: 1.0'"),
            StrCat("A2A 버전 ", shown, base::Particle(shown, "은"),
                   " 지원하지 않습니다. 'a2a-version: 1.0'을 보내십시오")),
      "VERSION_NOT_SUPPORTED");
}

}  // namespace agents
