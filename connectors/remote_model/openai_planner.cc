#include <algorithm>

#include "agents/plan_reading.h"
#include "connectors/remote_model.h"
#include "connectors/remote_model/planner_messages.h"
#include "model_core/base/clock.h"
#include "model_core/base/sha256.h"
#include "model_core/base/strings.h"

namespace connectors {
namespace {

using agents::PlanRequest;
using agents::PlanResult;
using base::Json;
using base::StrCat;

absl::Status Fault(absl::StatusCode code, std::string_view english, std::string_view korean) {
  return base::Error(code, StrCat("model server: ", english), StrCat("모델 서버: ", korean));
}

// Planning changes nothing, so an exchange that was lost may be repeated.
absl::Status FromExchange(const absl::Status& status) {
  const bool lost = absl::IsUnavailable(status) || absl::IsUnknown(status);
  if (!lost) return status;
  return Fault(absl::StatusCode::kUnavailable, base::Message(status, base::Language::kEnglish),
               "응답하지 않습니다");
}

absl::Status FromHttpCode(int code) {
  const std::string english = StrCat("HTTP ", code), korean = StrCat("HTTP ", code, " 오류입니다");
  if (code == 401 || code == 403) {
    return Fault(absl::StatusCode::kFailedPrecondition, english + ": the credential is refused",
                 "인증을 거부했습니다");
  }
  if (code == 404) {
    return Fault(absl::StatusCode::kFailedPrecondition, english + ": no such model or path",
                 "모델이나 경로가 없습니다");
  }
  const bool passing = code == 408 || code == 429 || code >= 500;
  return Fault(passing ? absl::StatusCode::kUnavailable : absl::StatusCode::kFailedPrecondition,
               english, korean);
}

absl::Status NoPlan(std::string_view english, std::string_view korean) {
  return Fault(absl::StatusCode::kInternal,
               StrCat("its answer is not a plan that holds: ", english),
               StrCat("답이 올바른 계획이 아닙니다: ", korean));
}

absl::Status NoPlan(const absl::Status& why) {
  return NoPlan(base::Message(why, base::Language::kEnglish),
                base::Message(why, base::Language::kKorean));
}

// choices[0].message.content, and the token counts.
absl::Status ReadAnswer(const HttpResponse& response, PlanResult& result) {
  const auto json = base::ParseJson(response.body, "completion");
  if (!json.ok()) return NoPlan(json.status());
  const Json choices = json->is_object() ? json->value("choices", Json()) : Json();
  const Json choice = choices.is_array() && !choices.empty() ? choices[0] : Json();
  if (base::StringOr(choice, "finish_reason", "") == "length")
    return NoPlan("it was cut off by the token limit", "토큰 한도에서 끊겼습니다");
  const Json message = choice.is_object() ? choice.value("message", Json()) : Json();
  result.text = base::StringOr(message, "content", "");
  if (result.text.empty()) return NoPlan("it has no content", "내용이 없습니다");
  const Json usage = json->value("usage", Json());
  result.prompt_tokens =
      static_cast<size_t>(std::max<int64_t>(0, base::IntOr(usage, "prompt_tokens", 0)));
  result.tokens =
      static_cast<size_t>(std::max<int64_t>(0, base::IntOr(usage, "completion_tokens", 0)));
  return absl::OkStatus();
}

class OpenAiPlanner : public agents::Planner {
 public:
  OpenAiPlanner(OpenAiOptions options, HttpClient& http, const tools::Catalogue& catalogue)
      : options_(std::move(options)), http_(http), catalogue_(catalogue) {}

  absl::StatusOr<PlanResult> MakePlan(const PlanRequest& request) override {
    RETURN_IF_ERROR(agents::CheckRequestText(request.text));
    RETURN_IF_ERROR(agents::CheckValueCount(request));
    const absl::Time start = base::SystemClock().Now();
    const Json messages = PlannerMessages(request, catalogue_);
    const Json schema = agents::PlanSchema(request, catalogue_);
    const tools::CallContext context{std::min(request.deadline, start + options_.timeout),
                                     request.cancelled};
    const auto response = http_.Do(Ask(messages, schema), context);
    if (!response.ok()) return FromExchange(response.status());
    if (response->status != 200) return FromHttpCode(response->status);
    PlanResult result;
    RETURN_IF_ERROR(ReadAnswer(*response, result));
    if (const absl::Status read = agents::ReadPlan(request, catalogue_, result); !read.ok())
      return NoPlan(read);
    result.evidence = {options_.model, "", base::HashJson(schema), base::HashJson(messages),
                       "openai"};
    result.milliseconds = absl::ToDoubleMilliseconds(base::SystemClock().Now() - start);
    return result;
  }

 private:
  HttpRequest Ask(const Json& messages, const Json& schema) const {
    const Json body = {
        {"model", options_.model},
        {"messages", messages},
        {"temperature", 0},
        {"seed", 0},
        {"max_tokens", options_.tokens_max},
        {"response_format",
         {{"type", "json_schema"},
          {"json_schema", {{"name", "plan"}, {"strict", true}, {"schema", schema}}}}}};
    HttpRequest request{"POST",
                        StrCat(options_.base_url, "/chat/completions"),
                        {{"Content-Type", "application/json"}},
                        base::DumpJson(body)};
    if (!options_.api_key.empty())
      request.headers.emplace_back("Authorization", StrCat("Bearer ", options_.api_key));
    return request;
  }

  const OpenAiOptions options_;
  HttpClient& http_;
  const tools::Catalogue& catalogue_;
};

}  // namespace

absl::StatusOr<std::unique_ptr<agents::Planner>> MakeOpenAiPlanner(
    OpenAiOptions options, HttpClient& http, const tools::Catalogue& catalogue) {
  if (!options.base_url.starts_with("http://") && !options.base_url.starts_with("https://")) {
    return Fault(absl::StatusCode::kInvalidArgument,
                 StrCat("base_url '", options.base_url, "' is not http or https"),
                 StrCat("base_url '", options.base_url, "'이(가) http나 https 주소가 아닙니다"));
  }
  if (options.model.empty()) {
    return Fault(absl::StatusCode::kInvalidArgument, "no model is named", "모델 이름이 없습니다");
  }
  while (options.base_url.ends_with('/')) options.base_url.pop_back();
  return std::make_unique<OpenAiPlanner>(std::move(options), http, catalogue);
}

}  // namespace connectors
