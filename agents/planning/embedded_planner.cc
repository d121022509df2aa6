// The embedded planner: plans of what a request orders in its own words.
#include <algorithm>

#include "agents/planner.h"
#include "agents/planning/corrections.h"
#include "agents/planning/evasion.h"
#include "agents/planning/kinds.h"
#include "agents/planning/orders.h"
#include "agents/planning/plan_writer.h"
#include "agents/planning/quoted_acts.h"
#include "model_core/base/strings.h"

namespace agents {
namespace {

using base::StrCat;

bool Names(const Plan& plan, const std::set<std::string>& tools) {
  const std::vector<std::string> named = ToolsOf(plan);
  return std::any_of(named.begin(), named.end(),
                     [&](const std::string& tool) { return tools.contains(tool); });
}

bool NamesOnly(const Plan& plan, const std::set<std::string>& tools) {
  const std::vector<std::string> named = ToolsOf(plan);
  return std::all_of(named.begin(), named.end(),
                     [&](const std::string& tool) { return tools.contains(tool); });
}

bool Harmful(const Plan& plan) {
  return plan.verdict == Verdict::kRefuse && plan.reason == RefuseReason::kHarmful;
}

bool OutOfScope(const PlanResult& result) {
  return result.plan.verdict == Verdict::kRefuse && result.unusable_tool.empty() &&
         result.plan.reason == RefuseReason::kOutOfScope;
}

bool ReadsOnly(const Plan& plan, const tools::Catalogue& catalogue) {
  return plan.verdict == Verdict::kPlan &&
         std::all_of(plan.steps.begin(), plan.steps.end(), [&](const Step& step) {
           return catalogue.Find(step.tool)->effect == tools::Effect::kRead;
         });
}

// A request that is refused or asked about may be so for the sake of what it only speaks of: it is
// not, if the rest is a plan that only reads.
bool MeansTheRest(const PlanResult& result, const Asides& asides) {
  const bool refused = Harmful(result.plan) || OutOfScope(result);
  return (refused || result.plan.verdict == Verdict::kAsk) && !asides.tools.empty() &&
         !asides.rest.empty();
}

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
        writer_(catalogue, std::move(tokenizer), std::move(vocabulary), std::move(model)) {}

  absl::StatusOr<PlanResult> MakePlan(const PlanRequest& said) override {
    RETURN_IF_ERROR(CheckRequestText(said.text));
    PlanRequest request = said;
    request.text = WithoutCorrected(said.text, said.now);
    ASSIGN_OR_RETURN(PlanResult result, PlanOwnWords(request, {}));
    if (AsksToEvade(said.text)) return result;
    const Asides asides = FindAsides(request.text);
    const Plan wanted = Wanted(result, catalogue_);
    const bool ordered = Names(wanted, asides.tools);
    if (!ordered && !MeansTheRest(result, asides)) return result;
    ASSIGN_OR_RETURN(PlanResult rest, PlanWithout(asides, request, wanted));
    const double milliseconds = result.milliseconds + rest.milliseconds;
    if (ordered || ReadsOnly(rest.plan, catalogue_)) result = std::move(rest);
    result.milliseconds = milliseconds;
    return result;
  }

  std::optional<model_core::EngineFigures> Figures() const override {
    return writer_.model().Figures();
  }

 private:
  // The plan of what `request` orders, where `wanted`, its plan at first, takes what it only speaks
  // of for an order: without the clauses that do, or, if nothing else was wanted, a refusal.
  absl::StatusOr<PlanResult> PlanWithout(const Asides& asides, const PlanRequest& request,
                                         const Plan& wanted) {
    std::set<std::string> barred = ActsInstead(asides.tools, wanted, asides.ordered);
    if (asides.rest.empty()) {
      const bool nothing_else = NamesOnly(wanted, asides.tools);
      for (const tools::ToolSpec& tool : catalogue_.tools()) {
        if (nothing_else) barred.insert(tool.name);
      }
      return PlanOwnWords(request, barred);
    }
    PlanRequest rest = request;
    rest.text = asides.rest;
    ASSIGN_OR_RETURN(PlanResult result, PlanOwnWords(rest, barred));
    if (result.plan.verdict != Verdict::kAsk || asides.named.empty()) return result;
    rest.text = StrCat(asides.named, ": ", asides.rest);  // what "its text" speaks of
    ASSIGN_OR_RETURN(PlanResult named, PlanOwnWords(rest, barred));
    const double milliseconds = result.milliseconds + named.milliseconds;
    if (named.plan.verdict == Verdict::kPlan) result = std::move(named);
    result.milliseconds = milliseconds;
    return result;
  }

  // The `barred` acts, and all that a plan could put in their place: those that `wanted` does not
  // name, unless they are `ordered`.
  std::set<std::string> ActsInstead(const std::set<std::string>& barred, const Plan& wanted,
                                    const std::set<std::string>& ordered) const {
    std::set<std::string> acts = barred;
    const std::vector<std::string> named = ToolsOf(wanted);
    for (const tools::ToolSpec& tool : catalogue_.tools()) {
      const bool meant = ordered.contains(tool.name) ||
                         std::find(named.begin(), named.end(), tool.name) != named.end();
      if (agents::Acts(tool) && !meant) acts.insert(tool.name);
    }
    return acts;
  }

  // The plan of `request`, whose quotations give no orders.
  absl::StatusOr<PlanResult> PlanOwnWords(const PlanRequest& request,
                                          std::set<std::string> barred) {
    ASSIGN_OR_RETURN(PlanResult result, writer_.Write(request, barred));
    const Plan wanted = Wanted(result, catalogue_);
    const bool refused = OutOfScope(result) && writer_.CanForceSteps();
    if (!refused && !Acts(wanted, catalogue_)) return result;
    PlanRequest neutral = request;
    neutral.text = WithNeutralQuotations(request.text);
    if (neutral.text == request.text) return result;
    ASSIGN_OR_RETURN(const PlanResult meant, writer_.Write(neutral, barred, /*branches=*/0));
    double milliseconds = result.milliseconds + meant.milliseconds;
    if (refused) {
      if (meant.plan.verdict != Verdict::kPlan) return result;
      return PlanAsMeant(request, barred, meant.plan, std::move(result));
    }
    const Plan meant_plan = Wanted(meant, catalogue_);
    if (const auto beyond = ActsBeyond(wanted, meant_plan, catalogue_); !beyond.empty()) {
      barred.merge(ActsInstead(beyond, meant_plan, {}));
      ASSIGN_OR_RETURN(result, writer_.Write(request, barred));
      milliseconds += result.milliseconds;
    }
    result.milliseconds = milliseconds;
    return result;
  }

  // The plan of a request that was `refused` only for the words it quotes: with others between the
  // marks the same tools were `meant`.
  absl::StatusOr<PlanResult> PlanAsMeant(const PlanRequest& request,
                                         const std::set<std::string>& barred, const Plan& meant,
                                         PlanResult refused) {
    ASSIGN_OR_RETURN(PlanResult made, writer_.Write(request, ActsInstead(barred, meant, {}),
                                                    PlanSearch::kBranchesMax, /*steps=*/true));
    const double milliseconds = refused.milliseconds + made.milliseconds;
    PlanResult& result = ToolsOf(made.plan) == ToolsOf(meant) ? made : refused;
    result.milliseconds = milliseconds;
    return std::move(result);
  }

  const tools::Catalogue& catalogue_;
  const PlanWriter writer_;
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
    const size_t tokens = vocabulary.bytes.size(), known = model->vocabulary_size();
    return base::Error(
        absl::StatusCode::kInvalidArgument,
        StrCat(directory, ": the tokenizer has ", tokens, " tokens, the model only ", known),
        StrCat(directory, ": 토크나이저의 토큰은 ", tokens, "개인데 모델은 ", known, "개뿐입니다"));
  }
  return std::make_unique<EmbeddedPlanner>(catalogue, std::move(tokenizer), std::move(vocabulary),
                                           std::move(model));
}

}  // namespace agents
