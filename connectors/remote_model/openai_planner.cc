#include "agents/plan_reading.h"
#include "connectors/remote_model.h"
#include "connectors/remote_model/act_check.h"
#include "connectors/remote_model/model_server.h"
#include "connectors/remote_model/planner_messages.h"
#include "model_core/base/clock.h"
#include "model_core/base/sha256.h"
#include "model_core/base/strings.h"
#include "model_core/base/text.h"

namespace connectors {
namespace {

using agents::PlanRequest;
using agents::PlanResult;
using base::StrCat;
using tools::Catalogue;

class OpenAiPlanner : public agents::Planner {
 public:
  OpenAiPlanner(OpenAiOptions options, HttpClient& http, const Catalogue& catalogue)
      : server_(std::move(options), http), catalogue_(catalogue) {}

  absl::StatusOr<PlanResult> MakePlan(const PlanRequest& request) override {
    RETURN_IF_ERROR(agents::CheckRequestText(request.text));
    const auto recognition = agents::RecogniseForModel(request);
    RETURN_IF_ERROR(agents::CheckValueCount(*recognition));
    const absl::Time start = base::SystemClock().Now();
    ASSIGN_OR_RETURN(PlanResult result, Plan(request, *recognition, catalogue_));
    result.milliseconds = absl::ToDoubleMilliseconds(base::SystemClock().Now() - start);
    return result;
  }

 private:
  // A plan whose every act was asked for, as the model says when it is asked again. Acts that were
  // not are barred, and the request is planned without them: each time with fewer tools.
  absl::StatusOr<PlanResult> Plan(const PlanRequest& request,
                                  const agents::Recognition& recognition,
                                  const Catalogue& catalogue) const {
    ASSIGN_OR_RETURN(PlanResult result, Write(request, recognition, catalogue));
    const Acts acts = ActsOf(result.plan, catalogue);
    if (acts.empty()) return result;
    ASSIGN_OR_RETURN(const std::set<std::string> unasked, Check(request, acts));
    if (unasked.empty()) return result;
    return Plan(request, recognition, Without(unasked, catalogue));
  }

  absl::StatusOr<PlanResult> Write(const PlanRequest& request,
                                   const agents::Recognition& recognition,
                                   const Catalogue& catalogue) const {
    const ChatQuestion question{
        "plan", "a plan that holds", "올바른 계획",
        PlannerMessages(request, agents::ShownValues(request, recognition), catalogue),
        agents::PlanSchema(request, recognition, catalogue)};
    ASSIGN_OR_RETURN(ChatAnswer answer, Ask(question, request));
    PlanResult result;
    result.text = std::move(answer.text);
    result.prompt_tokens = answer.prompt_tokens;
    result.tokens = answer.tokens;
    if (const absl::Status read = agents::ReadPlan(request, recognition, catalogue, result);
        !read.ok())
      return DoesNotHold(question, read);
    result.evidence = {server_.model(), "", base::HashJson(question.schema),
                       base::HashJson(question.messages), "openai"};
    return result;
  }

  absl::StatusOr<std::set<std::string>> Check(const PlanRequest& request, const Acts& acts) const {
    const ChatQuestion question = ActQuestion(request.text, acts);
    ASSIGN_OR_RETURN(const ChatAnswer answer, Ask(question, request));
    auto unasked = UnaskedActs(answer.text, acts);
    if (!unasked.ok()) return DoesNotHold(question, unasked.status());
    return unasked;
  }

  absl::StatusOr<ChatAnswer> Ask(const ChatQuestion& question, const PlanRequest& request) const {
    return server_.Ask(question, {request.deadline, request.cancelled});
  }

  const ModelServer server_;
  const Catalogue& catalogue_;
};

}  // namespace

absl::StatusOr<std::unique_ptr<agents::Planner>> MakeOpenAiPlanner(OpenAiOptions options,
                                                                   HttpClient& http,
                                                                   const Catalogue& catalogue) {
  if (!options.base_url.starts_with("http://") && !options.base_url.starts_with("https://")) {
    return ModelServerError(
        absl::StatusCode::kInvalidArgument,
        StrCat("base_url '", options.base_url, "' is not http or https"),
        StrCat("base_url '", options.base_url, "'", base::Particle(options.base_url, "이"),
               " http나 https 주소가 아닙니다"));
  }
  if (options.model.empty()) {
    return ModelServerError(absl::StatusCode::kInvalidArgument, "no model is named",
                            "모델 이름이 없습니다");
  }
  while (options.base_url.ends_with('/')) options.base_url.pop_back();
  return std::make_unique<OpenAiPlanner>(std::move(options), http, catalogue);
}

}  // namespace connectors
