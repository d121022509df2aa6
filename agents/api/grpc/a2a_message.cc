#include "agents/api/grpc/a2a_message.h"

#include <algorithm>

#include "agents/api/grpc/struct_json.h"
#include "model_core/base/language.h"
#include "model_core/base/strings.h"
#include "model_core/base/text.h"

namespace agents {
namespace {

namespace a2a = lf::a2a::v1;
using base::StrCat;

constexpr size_t kIdBytesMax = 256;
constexpr std::string_view kOutputModes[] = {
    "text/plain", "application/json", "text/*", "application/*", "*/*", "text"};

absl::Status CheckId(std::string_view field, std::string_view id) {
  if (id.size() > kIdBytesMax) {
    return InvalidField(field, StrCat(id.size(), " bytes long, the limit is ", kIdBytesMax),
                        StrCat(id.size(), "바이트입니다. 한도는 ", kIdBytesMax, "바이트입니다"));
  }
  const bool control =
      std::any_of(id.begin(), id.end(), [](unsigned char c) { return c < 0x20 || c == 0x7f; });
  return control ? InvalidField(field, "holds a control character", "제어 문자가 있습니다")
                 : absl::OkStatus();
}

absl::Status CheckOutputModes(const a2a::SendMessageConfiguration& configuration) {
  const auto& wanted = configuration.accepted_output_modes();
  const bool fits = std::any_of(wanted.begin(), wanted.end(), [](const std::string& mode) {
    return std::find(std::begin(kOutputModes), std::end(kOutputModes), mode) !=
           std::end(kOutputModes);
  });
  if (wanted.empty() || fits) return absl::OkStatus();
  return ContentTypeNotSupported(StrCat("no accepted output mode (", base::StrJoin(wanted, ", "),
                                        ") is text/plain or application/json"),
                                 StrCat("요청한 출력 형식(", base::StrJoin(wanted, ", "),
                                        ") 가운데 text/plain이나 application/json이 없습니다"));
}

std::string Choice(const a2a::SendMessageRequest& request, std::string_view key) {
  const std::string own = TextAt(request.message().metadata(), key);
  return own.empty() ? TextAt(request.metadata(), key) : own;
}

}  // namespace

absl::Status CheckVersion(const grpc::ServerContext& context) {
  const std::string version = Metadata(context, "a2a-version");
  return version == "1.0" ? absl::OkStatus() : VersionNotSupported(version);
}

absl::StatusOr<std::string> TextOf(const a2a::Message& message) {
  if (message.parts().empty()) return InvalidField("message.parts", "empty", "비어 있습니다");
  std::vector<std::string> texts;
  for (const a2a::Part& part : message.parts()) {
    if (part.content_case() != a2a::Part::kText) {
      return ContentTypeNotSupported(
          "a request is plain text: parts with raw bytes, urls or data are not taken",
          "요청은 글로만 받습니다. 파일, 주소, 데이터는 받지 않습니다");
    }
    texts.push_back(part.text());
  }
  std::string text = base::StrJoin(texts, "\n");
  const absl::Status status = CheckRequestText(text);
  if (status.ok()) return text;
  return InvalidField("message.parts", base::Message(status, base::Language::kEnglish),
                      base::Message(status, base::Language::kKorean));
}

absl::Status CheckMessage(const a2a::SendMessageRequest& request) {
  const a2a::Message& message = request.message();
  if (message.message_id().empty())
    return InvalidField("message.message_id", "empty", "비어 있습니다");
  RETURN_IF_ERROR(CheckId("message.message_id", message.message_id()));
  RETURN_IF_ERROR(CheckId("message.context_id", message.context_id()));
  if (message.role() != a2a::ROLE_USER)
    return InvalidField("message.role", "not ROLE_USER", "ROLE_USER가 아닙니다");
  if (request.configuration().history_length() < 0) {
    return InvalidField("configuration.history_length", "negative", "음수입니다");
  }
  if (request.configuration().has_task_push_notification_config())
    return PushNotificationNotSupported();
  return CheckOutputModes(request.configuration());
}

absl::StatusOr<RunRequest> RunRequestOf(const a2a::SendMessageRequest& request,
                                        const Caller& caller, const grpc::ServerContext& context,
                                        base::Clock& clock) {
  RunRequest run;
  ASSIGN_OR_RETURN(run.text, TextOf(request.message()));
  run.principal = caller.id();
  run.purpose = Choice(request, "purpose");
  RETURN_IF_ERROR(CheckId("metadata.purpose", run.purpose));
  run.conversation_id = request.message().context_id();
  run.message_id = request.message().message_id();
  const std::string language = Choice(request, "language");
  const auto accepted = AcceptedLanguage(context);
  run.language = base::LanguageCode(!language.empty() ? base::ParseLanguage(language)
                                    : accepted        ? *accepted
                                                      : base::LanguageOf(run.text));
  const std::string now = Choice(request, "now");
  if (now.empty()) {
    run.now = base::TimeText(clock.Now());
    return run;
  }
  const auto time = base::ParseTimeText(now);
  if (!time.ok())
    return InvalidField(
        "metadata.now", StrCat("'", now, "' is not an RFC 3339 time"),
        StrCat("'", now, "'", base::Particle(now, "은"), " RFC 3339 시각이 아닙니다"));
  run.now = base::TimeText(*time);
  return run;
}

}  // namespace agents
