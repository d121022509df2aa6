// LanguageModel: tokens in, tokens out. The port that agents use; the embedded engine and remote servers
// implement it. Thread-safe.
#pragma once

#include <cstdint>
#include <functional>
#include <string>
#include <vector>

#include "absl/time/time.h"
#include "model_core/base/status.h"
#include "model_core/token_constraint.h"

namespace model_core {

struct GenerateRequest {
  std::vector<int32_t> prompt;            // not empty
  TokenConstraint* constraint = nullptr;  // null: any token; borrowed for the call
  std::vector<int32_t> stop_tokens;       // end the text and are not part of it
  int tokens_max = 512;
  absl::Time deadline = absl::InfiniteFuture();
  std::function<bool()> cancelled;        // polled once a token; may be empty
};

struct GenerateResult {
  enum class Finish { kStop, kLength };
  std::vector<int32_t> tokens;
  Finish finish = Finish::kStop;
  size_t forced_tokens = 0;   // of `tokens`, dictated by the constraint and fed without sampling
  double prefill_ms = 0;
  double decode_ms = 0;
};

class LanguageModel {
 public:
  virtual ~LanguageModel() = default;

  // Greedy decoding: the likeliest permitted token; of equals the one with the smaller id. The same request gives
  // the same tokens, bit for bit, whatever the number of threads and whatever else is being generated.
  // InvalidArgument: a prompt token outside the vocabulary, or a prompt longer than the context (with the figure).
  // DeadlineExceeded, Cancelled; errors of the constraint.
  virtual absl::StatusOr<GenerateResult> Generate(const GenerateRequest& request) = 0;

  virtual const std::string& id() const = 0;              // "exaone_moe/planner"
  virtual const std::string& weights_sha256() const = 0;  // over config and weight files
  virtual size_t vocabulary_size() const = 0;
  virtual size_t context_tokens_max() const = 0;
};

}  // namespace model_core
