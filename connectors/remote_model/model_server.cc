#include "connectors/remote_model/model_server.h"

#include <algorithm>

#include "model_core/base/clock.h"
#include "model_core/base/strings.h"
#include "model_core/base/text.h"

namespace connectors {
namespace {

using base::Json;
using base::StrCat;

// Answering changes nothing, so an exchange that was lost may be repeated.
absl::Status FromExchange(const absl::Status& status) {
  const std::string why = base::Message(status, base::Language::kEnglish),
                    korean = base::Message(status, base::Language::kKorean);
  if (absl::IsDeadlineExceeded(status)) return ModelServerError(status.code(), why, korean);
  const bool lost = absl::IsUnavailable(status) || absl::IsUnknown(status);
  if (!lost) return status;
  return ModelServerError(absl::StatusCode::kUnavailable, why,
                          StrCat("응답하지 않습니다: ", korean));
}

absl::Status FromHttpCode(int code) {
  const std::string english = StrCat("HTTP ", code), korean = StrCat("HTTP ", code, " 오류입니다");
  if (code == 401 || code == 403) {
    return ModelServerError(absl::StatusCode::kFailedPrecondition,
                            english + ": the credential is refused", "인증을 거부했습니다");
  }
  if (code == 404) {
    return ModelServerError(absl::StatusCode::kFailedPrecondition,
                            english + ": no such model or path", "모델이나 경로가 없습니다");
  }
  const bool passing = code == 408 || code == 429 || code >= 500;
  return ModelServerError(
      passing ? absl::StatusCode::kUnavailable : absl::StatusCode::kFailedPrecondition, english,
      korean);
}

absl::Status NoAnswer(std::string_view english, std::string_view korean) {
  return base::Error(absl::StatusCode::kInvalidArgument, english, korean);
}

size_t Count(const Json& usage, const char* key) {
  return static_cast<size_t>(std::max<int64_t>(0, base::IntOr(usage, key, 0)));
}

// choices[0].message.content, and the token counts.
absl::StatusOr<ChatAnswer> ReadAnswer(const HttpResponse& response) {
  ASSIGN_OR_RETURN(const Json json, base::ParseJson(response.body, "completion", "응답"));
  const Json choices = json.is_object() ? json.value("choices", Json()) : Json();
  const Json choice = choices.is_array() && !choices.empty() ? choices[0] : Json();
  if (base::StringOr(choice, "finish_reason", "") == "length")
    return NoAnswer("it was cut off by the token limit", "토큰 한도에서 끊겼습니다");
  const Json message = choice.is_object() ? choice.value("message", Json()) : Json();
  const std::string text = base::StringOr(message, "content", "");
  if (text.empty()) return NoAnswer("it has no content", "내용이 없습니다");
  const Json usage = json.value("usage", Json());
  return ChatAnswer{text, Count(usage, "prompt_tokens"), Count(usage, "completion_tokens")};
}

}  // namespace

absl::Status ModelServerError(absl::StatusCode code, std::string_view english,
                              std::string_view korean) {
  return base::Error(code, StrCat("model server: ", english), StrCat("모델 서버: ", korean));
}

absl::Status DoesNotHold(const ChatQuestion& question, const absl::Status& why) {
  return ModelServerError(absl::StatusCode::kInternal,
                          StrCat("its answer is not ", question.english, ": ",
                                 base::Message(why, base::Language::kEnglish)),
                          StrCat("답이 ", base::WithParticle(question.korean, "이"),
                                 " 아닙니다: ", base::Message(why, base::Language::kKorean)));
}

absl::StatusOr<ChatAnswer> ModelServer::Ask(const ChatQuestion& question,
                                            const tools::CallContext& context) const {
  const absl::Time deadline =
      std::min(context.deadline, base::SystemClock().Now() + options_.timeout);
  const auto response = http_.Do(Request(question), {deadline, context.cancelled});
  if (!response.ok()) return FromExchange(response.status());
  if (response->status != 200) return FromHttpCode(response->status);
  auto answer = ReadAnswer(*response);
  if (!answer.ok()) return DoesNotHold(question, answer.status());
  return answer;
}

HttpRequest ModelServer::Request(const ChatQuestion& question) const {
  const Json form = {
      {"name", std::string(question.name)}, {"strict", true}, {"schema", question.schema}};
  const Json body = {{"model", options_.model},
                     {"messages", question.messages},
                     {"temperature", 0},
                     {"seed", 0},
                     {"max_tokens", options_.tokens_max},
                     {"response_format", {{"type", "json_schema"}, {"json_schema", form}}}};
  HttpRequest request{"POST",
                      StrCat(options_.base_url, "/chat/completions"),
                      {{"Content-Type", "application/json"}},
                      base::DumpJson(body)};
  if (!options_.api_key.empty())
    request.headers.emplace_back("Authorization", StrCat("Bearer ", options_.api_key));
  return request;
}

}  // namespace connectors
