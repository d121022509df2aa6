// Planner: turns a request into a plan. A language model decides; the grammar built for the request
// lets it write nothing but a plan over the catalogue with values found in the request.
// Thread-safe.
#pragma once

#include <memory>
#include <optional>
#include <set>
#include <string>

#include "agents/plan.h"
#include "model_core/arithmetic.h"
#include "model_core/base/status.h"
#include "model_core/engine.h"

namespace agents {

struct PlanRequest {
  std::string text;
  absl::Time now;
  std::set<std::string> offered;  // tools that may stand in the plan: connected and healthy
  std::set<std::string> allowed;  // tools that the caller may use
  std::string tenant;             // on whose behalf: the model serves them in turn
  absl::Time deadline = absl::InfiniteFuture();
  std::function<bool()> cancelled;
};

// Raised whenever the same request, tools and weights may give another prompt, grammar or plan.
inline constexpr int kPlannerRules = 11;

// What an auditor needs to compute the plan again, bit for bit.
struct PlanEvidence {
  std::string model;  // model id
  std::string weights_sha256;
  std::string grammar_sha256;
  std::string prompt_sha256;
  std::string provider;  // "embedded" or "openai"
  int rules = kPlannerRules;
  int arithmetic = model_core::kArithmetic;
  base::Json ToJson() const;
  // What is missing stays empty; rules and arithmetic: 1.
  static PlanEvidence Parse(const base::Json& json);
};

struct PlanResult {
  Plan plan;
  PlanEvidence evidence;
  std::string text;           // the very bytes the model wrote
  std::string unusable_tool;  // for whose sake the plan is a refusal: the caller may not use it
                              // (not_permitted), or its connector is not up (out_of_scope)
  double milliseconds = 0;
  size_t prompt_tokens = 0;
  size_t tokens = 0;         // written, forced ones included
  size_t forced_tokens = 0;  // of these, dictated by the grammar and not sampled
};

class Planner {
 public:
  virtual ~Planner() = default;
  // InvalidArgument: empty request, over 32 KiB, malformed UTF-8 or NUL, more values of a kind than
  // any plan could use. Unavailable, DeadlineExceeded, Cancelled as they say. A refusal is a plan,
  // not an error.
  virtual absl::StatusOr<PlanResult> MakePlan(const PlanRequest& request) = 0;
  // Where the planner's own model stands; none where the model is another program's.
  virtual std::optional<model_core::EngineFigures> Figures() const { return std::nullopt; }
};

inline constexpr size_t kRequestBytesMax = 32 * 1024;

// The limits above, with a message in both languages.
absl::Status CheckRequestText(std::string_view text);

// Plans with the model in `directory` (config.json, model.safetensors, tokenizer.json with the
// planner's control tokens), run by the embedded engine. threads 0: as many as pay.
// memory_bytes_max, device, kernels: EngineOptions'; the first for the requests that are planned at
// a time.
absl::StatusOr<std::unique_ptr<Planner>> MakeEmbeddedPlanner(
    const std::string& directory, const tools::Catalogue& catalogue, int threads,
    size_t memory_bytes_max = 0, const std::string& device = "", const std::string& kernels = "");

// Plans once more what `plan_made` (the body of a run's plan.made) says was planned.
// FailedPrecondition if `planner` is not the sealed model, or of other rules or arithmetic;
// DataLoss, naming what differs, unless prompt, grammar, text and plan come out bit for bit.
absl::Status RecomputePlan(Planner& planner, const tools::Catalogue& catalogue,
                           const base::Json& plan_made);

}  // namespace agents
