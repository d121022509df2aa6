#include "agents/planning/plan_writer.h"

#include <algorithm>

#include "agents/plan_reading.h"
#include "agents/planning/answered.h"
#include "agents/planning/doubt.h"
#include "agents/planning/kinds.h"
#include "agents/planning/seconds.h"
#include "model_core/base/check.h"
#include "model_core/base/sha256.h"
#include "model_core/base/strings.h"

namespace agents {
namespace {

using base::StrCat;
using model_core::GenerateRequest;

constexpr int kPlanTokensMax = 1024;  // beyond what the request's own words can fill

GenerateRequest Asked(const PlanRequest& request, const std::vector<int32_t>& prompt, int32_t end) {
  GenerateRequest asked;
  asked.prompt = prompt;
  asked.tenant = request.tenant;
  asked.stop_tokens = {end};
  asked.past_end = true;  // a plan ends where the grammar says, whatever the folder names
  asked.tokens_max = kPlanTokensMax + static_cast<int>(prompt.size());
  asked.deadline = request.deadline;
  asked.cancelled = request.cancelled;
  return asked;
}

}  // namespace

PlanWriter::PlanWriter(const tools::Catalogue& catalogue,
                       std::unique_ptr<model_core::Tokenizer> tokenizer, PlanVocabulary vocabulary,
                       std::unique_ptr<model_core::Engine> model)
    : catalogue_(catalogue),
      acronyms_(catalogue),
      tokenizer_(std::move(tokenizer)),
      vocabulary_(std::move(vocabulary)),
      model_(std::move(model)) {}

absl::StatusOr<PlanResult> PlanWriter::Write(const PlanRequest& request,
                                             const std::set<std::string>& barred, int branches,
                                             bool steps) const {
  const Recognition recognition = RecogniseInMinutes(request.text, request.now);
  RETURN_IF_ERROR(CheckValueCount(recognition));
  ASSIGN_OR_RETURN(const std::vector<int32_t> prompt, Prompt(request.text, recognition));
  const PlanGrammar grammar(catalogue_, request.text, recognition, UsableTools(request), barred);
  const GenerateRequest asked = Asked(request, prompt, vocabulary_.end);
  PlanSearch search(*model_, grammar, vocabulary_, asked);
  ASSIGN_OR_RETURN(
      WrittenPlan written,
      search.Likeliest(steps ? std::vector<int32_t>{vocabulary_.steps} : std::vector<int32_t>{},
                       branches));
  ASSIGN_OR_RETURN(PlanResult result, Read(request, recognition, prompt, written));
  const Doubt doubt(catalogue_, vocabulary_);
  if (steps && doubt.OfValues(written)) {  // nor does a doubt of one of its acts bring it back
    result.plan = Plan();
    result.milliseconds = search.milliseconds();
    return result;
  }
  if (Acts(result.plan, catalogue_) && doubt.OfPlan(written)) {
    ASSIGN_OR_RETURN(written, search.Likeliest({written.choices.front().other}, branches));
    ASSIGN_OR_RETURN(result, Read(request, recognition, prompt, written));
  }
  if (vocabulary_.steps >= 0 &&
      AsksForAnswered(result.plan, catalogue_, request.text, recognition)) {
    ASSIGN_OR_RETURN(const WrittenPlan answer, search.Likeliest({vocabulary_.steps}, branches));
    if (!doubt.OfValues(answer)) {
      written = answer;
      ASSIGN_OR_RETURN(result, Read(request, recognition, prompt, written));
    }
  }
  while (const auto act = doubt.OfAct(written)) {
    ASSIGN_OR_RETURN(written, search.Likeliest(Doubt::Otherwise(written, *act), branches));
    ASSIGN_OR_RETURN(result, Read(request, recognition, prompt, written));
  }
  result.milliseconds = search.milliseconds();
  return result;
}

// As in training: <|bos|> request <|values|> values <|bos|> request <|plan|>. The model reads
// from left to right, and in Korean what a word is for stands behind it: the second time it
// knows. The user's words never become a control token.
absl::StatusOr<std::vector<int32_t>> PlanWriter::Prompt(const std::string& text,
                                                        const Recognition& recognition) const {
  ASSIGN_OR_RETURN(const std::vector<int32_t> words,
                   tokenizer_->Encode(acronyms_.Capitalised(text)));
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

// The grammar lets nothing through that does not hold; should it ever, the plan is not used.
absl::StatusOr<PlanResult> PlanWriter::Read(const PlanRequest& request,
                                            const Recognition& recognition,
                                            const std::vector<int32_t>& prompt,
                                            const WrittenPlan& written) const {
  PlanResult result = Describe(prompt, written);
  if (RefuseEvasion(request, result)) return result;
  if (!UnusableTool(result.text, catalogue_).empty()) {
    result.plan = Wanted(result, catalogue_);
    CHECK(RefuseUnusable(request, result));
    return result;
  }
  const absl::Status read = ReadPlan(request, recognition, catalogue_, result);
  if (read.ok()) return result;
  return base::Error(absl::StatusCode::kInternal, StrCat("planner: ", std::string(read.message())),
                     StrCat("계획기: ", base::Message(read, base::Language::kKorean)));
}

PlanResult PlanWriter::Describe(const std::vector<int32_t>& prompt,
                                const WrittenPlan& written) const {
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

Plan Wanted(const PlanResult& result, const tools::Catalogue& catalogue) {
  const std::string tool = UnusableTool(result.text, catalogue);
  if (tool.empty()) return result.plan;
  Plan wanted;
  wanted.verdict = Verdict::kPlan;
  wanted.steps = {{"s1", tool, base::Json::object(), {}, false}};
  return wanted;
}

bool Acts(const Plan& plan, const tools::Catalogue& catalogue) {
  return std::any_of(plan.steps.begin(), plan.steps.end(),
                     [&](const Step& step) { return Acts(*catalogue.Find(step.tool)); });
}

}  // namespace agents
