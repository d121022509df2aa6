// Generation: one request from prompt to last token.
#pragma once

#include "model_core/base/clock.h"
#include "model_core/language_model.h"
#include "model_core/transformer/parameters.h"
#include "model_core/transformer/transformer.h"

namespace model_core {

// What generations reuse, so that decoding allocates nothing. One generation at a time.
struct Workspace {
  Workspace(const Transformer& model, size_t team_size)
      : sequence(model.config(), team_size),
        logits(model.config().vocabulary),
        mask((model.config().vocabulary + 31) / 32),
        parameters(CountParameters(model.config()).active) {}
  Sequence sequence;
  std::vector<float> logits;
  std::vector<uint32_t> mask;
  std::vector<int32_t> pending;  // tokens that the model has not seen yet
  std::vector<int32_t> forced;
  const size_t parameters;  // that one token passes
};

class Generation {
 public:
  // `tokens_max` is the request's, cut to the context.
  Generation(const Transformer& model, Team& team, Workspace& workspace, base::Clock& clock,
             const GenerateRequest& request, size_t tokens_max)
      : model_(model),
        team_(team),
        w_(workspace),
        clock_(clock),
        request_(request),
        tokens_max_(tokens_max) {}

  absl::StatusOr<GenerateResult> Run();

 private:
  absl::Status Interrupted() const;
  absl::Status TakeForced();
  absl::Status ReadMask();
  bool OneChoice() const;
  absl::Status FeedPending();
  absl::StatusOr<int32_t> Likeliest();
  absl::Status Append(int32_t token, bool forced);
  absl::Status Step();
  Team& TeamFor(size_t tokens);
  bool full() const { return result_.tokens.size() >= tokens_max_; }

  const Transformer& model_;
  Team& team_;
  TeamOfOne alone_;
  Workspace& w_;
  base::Clock& clock_;
  const GenerateRequest& request_;
  const size_t tokens_max_;
  bool stopped_ = false;
  GenerateResult result_;
};

}  // namespace model_core
