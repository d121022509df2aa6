// The embedded planner: prompt, constrained decoding, and a plan that holds.
#include <algorithm>

#include "agents/plan_reading.h"
#include "agents/planner.h"
#include "agents/planning/doubt.h"
#include "agents/planning/kinds.h"
#include "agents/planning/plan_search.h"
#include "agents/planning/quoted_acts.h"
#include "agents/planning/seconds.h"
#include "model_core/base/check.h"
#include "model_core/base/sha256.h"
#include "model_core/base/strings.h"

namespace agents {
namespace {

using base::StrCat;
using model_core::GenerateRequest;

constexpr int kPlanTokensMax = 1024;  // beyond what the request's own words can fill
// Of the engine's memory, for the prompts of the last requests: ways that a search tries beside the
// first begin with the same one. A request of 2,000 characters takes 34 MiB, and four workers plan
// at a time; one that finds no room is read anew for each way, five times the work and more.
constexpr size_t kPromptBytesMax = size_t{144} << 20;

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
    ASSIGN_OR_RETURN(PlanResult result, Write(request, {}));
    const Plan wanted = Wanted(result);
    if (!Acts(wanted)) return result;
    PlanRequest neutral = request;
    neutral.text = WithNeutralQuotations(request.text);
    if (neutral.text == request.text) return result;
    ASSIGN_OR_RETURN(const PlanResult meant, Write(neutral, {}, /*branches=*/0));
    double milliseconds = result.milliseconds + meant.milliseconds;
    if (const auto barred = ActsBeyond(wanted, Wanted(meant), catalogue_); !barred.empty()) {
      ASSIGN_OR_RETURN(result, Write(request, barred));
      milliseconds += result.milliseconds;
    }
    result.milliseconds = milliseconds;
    return result;
  }

  std::optional<model_core::EngineFigures> Figures() const override { return model_->Figures(); }

 private:
  // The plan, or the tool on whose name it ended because it may not be used.
  Plan Wanted(const PlanResult& result) const {
    const std::string tool = UnusableTool(result.text, catalogue_);
    if (tool.empty()) return result.plan;
    Plan wanted;
    wanted.verdict = Verdict::kPlan;
    wanted.steps = {{"s1", tool, base::Json::object(), {}, false}};
    return wanted;
  }

  // The likeliest plan without the `barred` tools, of the ways that are tried (PlanSearch), or what
  // stands in for one that acts and is doubtful.
  absl::StatusOr<PlanResult> Write(const PlanRequest& request, const std::set<std::string>& barred,
                                   int branches = PlanSearch::kBranchesMax) {
    const Recognition recognition = RecogniseInMinutes(request.text, request.now);
    RETURN_IF_ERROR(CheckValueCount(recognition));
    ASSIGN_OR_RETURN(const std::vector<int32_t> prompt, Prompt(request.text, recognition));
    const PlanGrammar grammar(catalogue_, request.text, recognition, UsableTools(request), barred);
    const GenerateRequest asked = Asked(request, prompt);
    PlanSearch search(*model_, grammar, vocabulary_, asked);
    ASSIGN_OR_RETURN(WrittenPlan written, search.Likeliest({}, branches));
    ASSIGN_OR_RETURN(PlanResult result, Read(request, prompt, written));
    const Doubt doubt(catalogue_, vocabulary_);
    if (Acts(result.plan) && doubt.OfPlan(written)) {
      ASSIGN_OR_RETURN(written, search.Likeliest({written.choices.front().other}, branches));
      ASSIGN_OR_RETURN(result, Read(request, prompt, written));
    }
    while (const auto act = doubt.OfAct(written)) {
      ASSIGN_OR_RETURN(written, search.Likeliest(Doubt::Otherwise(written, *act), branches));
      ASSIGN_OR_RETURN(result, Read(request, prompt, written));
    }
    result.milliseconds = search.milliseconds();
    return result;
  }

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

  GenerateRequest Asked(const PlanRequest& request, const std::vector<int32_t>& prompt) const {
    GenerateRequest asked;
    asked.prompt = prompt;
    asked.tenant = request.tenant;
    asked.stop_tokens = {vocabulary_.end};
    asked.past_end = true;  // a plan ends where the grammar says, whatever the folder names
    asked.tokens_max = kPlanTokensMax + static_cast<int>(prompt.size());
    asked.deadline = request.deadline;
    asked.cancelled = request.cancelled;
    return asked;
  }

  bool Acts(const Plan& plan) const {
    return std::any_of(plan.steps.begin(), plan.steps.end(),
                       [&](const Step& step) { return agents::Acts(*catalogue_.Find(step.tool)); });
  }

  // The grammar lets nothing through that does not hold; should it ever, the plan is not used.
  absl::StatusOr<PlanResult> Read(const PlanRequest& request, const std::vector<int32_t>& prompt,
                                  const WrittenPlan& written) const {
    PlanResult result = Describe(prompt, written);
    if (!UnusableTool(result.text, catalogue_).empty()) {
      result.plan = Wanted(result);
      CHECK(RefuseUnusable(request, result));
      return result;
    }
    const absl::Status read = ReadPlan(request, catalogue_, result);
    if (read.ok()) return result;
    return absl::InternalError(StrCat("planner: ", std::string(read.message())));
  }

  PlanResult Describe(const std::vector<int32_t>& prompt, const WrittenPlan& written) const {
    PlanResult result;
    result.text = written.text;
    result.prompt_tokens = prompt.size();
    result.tokens = written.tokens.size();
    result.forced_tokens = written.forced_tokens;
    const std::string_view bytes(reinterpret_cast<const char*>(prompt.data()),
                                 prompt.size() * sizeof(int32_t));
    result.evidence = {model_->id(), model_->weights_sha256(), base::Sha256Hex(written.grammars),
                       base::Sha256Hex(bytes), "embedded"};
    return result;
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
                                                             const std::string& device,
                                                             const std::string& kernels) {
  ASSIGN_OR_RETURN(auto tokenizer, model_core::Tokenizer::Load(directory + "/tokenizer.json"));
  ASSIGN_OR_RETURN(PlanVocabulary vocabulary, PlanVocabulary::Make(*tokenizer));
  model_core::EngineOptions options;
  options.threads = static_cast<size_t>(std::max(threads, 0));
  options.memory_bytes_max = memory_bytes_max;
  options.device = device;
  options.kernels = kernels;
  options.weights = "q8";       // half the bytes a token reads, and plans as good
  options.keep_packed = false;  // packed in a fraction of a second; the folder stays as it was
  options.prefix_bytes_max = kPromptBytesMax;
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
