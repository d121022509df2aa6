// PromptRunner: one prompt of a model that is held to a reference: its tokens in passes, then steps
// one by one. One thread.
#pragma once

#include <span>
#include <vector>

#include "model_core/transformer/transformer.h"

namespace model_core {

class PromptRunner {
 public:
  // `model` outlives this.
  PromptRunner(const Transformer& model, Dtype kept);

  // Room for `tokens` in all. `inputs`: in place of embeddings, by token, or null; on the host.
  // To be called before all else. ResourceExhausted: the device has no memory for it.
  absl::Status Reserve(size_t tokens, std::span<const float* const> inputs);

  // Logits of the last `rows` tokens, one after the other. `experts`: null, or what the router
  // chose for all of them, by layer, is added to it.
  std::vector<float> Feed(std::span<const int32_t> tokens, size_t rows,
                          std::vector<std::vector<uint32_t>>* experts = nullptr);
  int32_t Likeliest() const;

 private:
  absl::StatusOr<const float*> Put(const float* row);

  const Transformer& model_;
  Arena rows_;
  std::vector<const float*> inputs_;  // on the device
  TeamOfOne team_;
  Sequence sequence_;
  std::vector<float> logits_;
};

}  // namespace model_core
