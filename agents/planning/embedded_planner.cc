// The embedded planner: prompt, constrained decoding, and a plan that holds.
#include <algorithm>

#include "agents/plan_reading.h"
#include "agents/planner.h"
#include "agents/planning/kinds.h"
#include "agents/planning/plan_constraint.h"
#include "model_core/base/check.h"
#include "model_core/base/sha256.h"
#include "model_core/base/strings.h"
#include "model_core/engine.h"

namespace agents {
namespace {

using base::StrCat;

constexpr int kPlanTokensMax = 1024;  // beyond what the request's own words can fill
constexpr float kDoubt = 0.6931472F;  // ln 2: acting must be twice as likely as asking or refusing

class EmbeddedPlanner : public Planner {
 public:
  EmbeddedPlanner(const tools::Catalogue& catalogue,
                  std::unique_ptr<model_core::Tokenizer> tokenizer, PlanVocabulary vocabulary,
                  std::unique_ptr<model_core::Engine> model)
      : catalogue_(catalogue),
        tokenizer_(std::move(tokenizer)),
        vocabulary_(std::move(vocabulary)),
        model_(std::move(model)) {}

  absl::StatusOr<PlanResult> MakePlan(const PlanRequest& request) override {
    RETURN_IF_ERROR(CheckRequestText(request.text));
    const Recognition recognition = Recognise(request.text, request.now);
    ASSIGN_OR_RETURN(const std::vector<int32_t> prompt, Prompt(request.text, recognition));
    const PlanGrammar grammar(catalogue_, request.text, recognition, UsableTools(request));
    ASSIGN_OR_RETURN(PlanResult result, Write(request, grammar, prompt, /*doubt=*/0));
    if (!Acts(result.plan) || vocabulary_.steps < 0) return result;
    ASSIGN_OR_RETURN(const bool sure, Sure(request, grammar, prompt));
    return sure ? result : Write(request, grammar, prompt, kDoubt);
  }

  std::optional<ModelFigures> Figures() const override {
    const model_core::EngineFigures now = model_->Figures();
    return ModelFigures{.running = now.running,
                        .waiting = now.waiting,
                        .budget_bytes = now.memory_bytes_max,
                        .promised_bytes = now.memory_bytes_promised,
                        .used_bytes = now.memory_bytes_used,
                        .most_bytes = now.memory_bytes_most,
                        .cached_bytes = now.memory_bytes_cached,
                        .besides_bytes = now.besides_bytes_max,
                        .passes = now.passes,
                        .computed_tokens = now.computed_tokens,
                        .cached_tokens = now.cached_tokens,
                        .drafted_tokens = now.drafted_tokens,
                        .accepted_tokens = now.accepted_tokens};
  }

 private:
  // As in training: <|bos|> request <|values|> values <|bos|> request <|plan|>. The model reads
  // from left to right, and in Korean what a word is for stands behind it: the second time it
  // knows. The user's words never become a control token.
  absl::StatusOr<std::vector<int32_t>> Prompt(const std::string& text,
                                              const Recognition& recognition) const {
    ASSIGN_OR_RETURN(const std::vector<int32_t> words, tokenizer_->Encode(text));
    ASSIGN_OR_RETURN(const std::vector<int32_t> values,
                     tokenizer_->Encode(PlannerValues(text, recognition)));
    std::vector<int32_t> prompt;
    const auto append = [&](int32_t mark, const std::vector<int32_t>& tokens) {
      prompt.push_back(mark);
      prompt.insert(prompt.end(), tokens.begin(), tokens.end());
    };
    append(vocabulary_.bos, words);
    append(vocabulary_.values, values);
    append(vocabulary_.bos, words);
    prompt.push_back(vocabulary_.plan);
    return prompt;
  }

  // `doubt` is taken off the score of there being a plan at all.
  model_core::GenerateRequest Asked(const PlanRequest& request, const std::vector<int32_t>& prompt,
                                    PlanConstraint& constraint, float doubt) const {
    model_core::GenerateRequest generate;
    generate.prompt = prompt;
    generate.constraint = &constraint;
    generate.tenant = request.tenant;
    generate.stop_tokens = {vocabulary_.end};
    generate.past_end = true;  // a plan ends where the grammar says, whatever the folder names
    generate.tokens_max = kPlanTokensMax + static_cast<int>(prompt.size());
    generate.deadline = request.deadline;
    generate.cancelled = request.cancelled;
    if (doubt > 0) generate.sampling.logit_bias = {{vocabulary_.steps, -doubt}};
    return generate;
  }

  absl::StatusOr<PlanResult> Write(const PlanRequest& request, const PlanGrammar& grammar,
                                   const std::vector<int32_t>& prompt, float doubt) {
    PlanConstraint constraint(grammar, vocabulary_);
    const model_core::GenerateRequest asked = Asked(request, prompt, constraint, doubt);
    ASSIGN_OR_RETURN(const model_core::GenerateResult made, model_->Generate(asked));
    if (made.finish != model_core::GenerateResult::Finish::kStop) {
      return base::Error(
          absl::StatusCode::kResourceExhausted,
          StrCat("the plan is longer than ", asked.tokens_max, " tokens; ask for less at once"),
          StrCat("계획이 ", asked.tokens_max, "토큰보다 깁니다. 요청을 나누어 주십시오"));
    }
    PlanResult result = Describe(prompt, constraint, made);
    RETURN_IF_ERROR(Read(request, grammar, result));
    return result;
  }

  bool Acts(const Plan& plan) const {
    return std::any_of(plan.steps.begin(), plan.steps.end(),
                       [&](const Step& step) { return agents::Acts(*catalogue_.Find(step.tool)); });
  }

  // Whether the verdict stays a plan under doubt: what acts is asked about, or refused, rather than
  // done on an even chance.
  absl::StatusOr<bool> Sure(const PlanRequest& request, const PlanGrammar& grammar,
                            const std::vector<int32_t>& prompt) {
    PlanConstraint constraint(grammar, vocabulary_);
    model_core::GenerateRequest asked = Asked(request, prompt, constraint, kDoubt);
    asked.tokens_max = 1;
    ASSIGN_OR_RETURN(const model_core::GenerateResult made, model_->Generate(asked));
    return !made.tokens.empty() && made.tokens.front() == vocabulary_.steps;
  }

  PlanResult Describe(const std::vector<int32_t>& prompt, const PlanConstraint& constraint,
                      const model_core::GenerateResult& made) const {
    PlanResult result;
    result.text = constraint.written();
    result.milliseconds = made.prefill_ms + made.decode_ms;
    result.prompt_tokens = prompt.size();
    result.tokens = made.tokens.size();
    result.forced_tokens = made.forced_tokens;
    const std::string_view bytes(reinterpret_cast<const char*>(prompt.data()),
                                 prompt.size() * sizeof(int32_t));
    result.evidence = {model_->id(), model_->weights_sha256(),
                       base::Sha256Hex(constraint.grammars()), base::Sha256Hex(bytes), "embedded"};
    return result;
  }

  // The grammar lets nothing through that does not hold; should it ever, the plan is not used.
  absl::Status Read(const PlanRequest& request, const PlanGrammar& grammar,
                    PlanResult& result) const {
    if (const std::string tool = grammar.UnusableTool(result.text); !tool.empty()) {
      result.plan.verdict = Verdict::kPlan;
      result.plan.steps = {{"s1", tool, base::Json::object(), {}, false}};
      CHECK(RefuseUnusable(request, result));
      return absl::OkStatus();
    }
    const absl::Status read = ReadPlan(request, catalogue_, result);
    if (read.ok()) return read;
    return absl::InternalError(StrCat("planner: ", std::string(read.message())));
  }

  const tools::Catalogue& catalogue_;
  const std::unique_ptr<model_core::Tokenizer> tokenizer_;
  const PlanVocabulary vocabulary_;
  const std::unique_ptr<model_core::Engine> model_;
};

}  // namespace

absl::StatusOr<std::unique_ptr<Planner>> MakeEmbeddedPlanner(const std::string& directory,
                                                             const tools::Catalogue& catalogue,
                                                             int threads, size_t memory_bytes_max,
                                                             const std::string& device) {
  ASSIGN_OR_RETURN(auto tokenizer, model_core::Tokenizer::Load(directory + "/tokenizer.json"));
  ASSIGN_OR_RETURN(PlanVocabulary vocabulary, PlanVocabulary::Make(*tokenizer));
  model_core::EngineOptions options;
  options.threads = static_cast<size_t>(std::max(threads, 0));
  options.memory_bytes_max = memory_bytes_max;
  options.device = device;
  options.prefix_bytes_max = 0;  // a prompt begins with the request's own words: nothing to share
  ASSIGN_OR_RETURN(auto model, model_core::MakeEngine(directory, options));
  if (model->vocabulary_size() < vocabulary.bytes.size()) {
    return absl::InvalidArgumentError(StrCat(directory, ": the tokenizer has ",
                                             vocabulary.bytes.size(), " tokens, the model only ",
                                             model->vocabulary_size()));
  }
  return std::make_unique<EmbeddedPlanner>(catalogue, std::move(tokenizer), std::move(vocabulary),
                                           std::move(model));
}

}  // namespace agents
