// Sampler: picks the tokens of one answer, as its Sampling says. One thread.
#pragma once

#include <span>
#include <vector>

#include "model_core/kernels/kernels.h"
#include "model_core/language_model.h"

namespace model_core {

// Room that samplers share in turn, so that picking allocates nothing.
struct SamplerRoom {
  explicit SamplerRoom(size_t vocabulary) : weights(vocabulary) { order.reserve(vocabulary); }
  std::vector<float> weights;
  std::vector<int32_t> order;
};

class Sampler {
 public:
  // `sampling` has been checked, and outlives this. `tokens_max`: of prompt and answer.
  Sampler(const Sampling& sampling, const Kernels& kernels, std::span<const int32_t> prompt,
          size_t vocabulary, size_t tokens_max);

  // A token of the answer, picked or forced.
  void Took(int32_t token);

  // The next token, number `index` of the answer, and never one outside `mask` (bit i of 32 a word
  // = token i; empty: all). Changes `logits`. A score that is not a number never wins. DataLoss:
  // there is no number for any permitted token.
  absl::StatusOr<int32_t> Pick(std::span<float> logits, std::span<const uint32_t> mask,
                               uint64_t index, SamplerRoom& room) const;

  // What the choice was among, after Pick made it from the same `logits` and `mask`. The same bits
  // on every machine whose logits are.
  TokenChoice Describe(int32_t picked, std::span<const float> logits,
                       std::span<const uint32_t> mask, size_t index, SamplerRoom& room) const;

 private:
  bool penalises() const { return !counts_.empty(); }
  void See(int32_t token, uint32_t count);
  void Adjust(std::span<float> logits) const;
  void Weigh(std::span<const float> logits, std::span<const uint32_t> mask, float top,
             float temperature, SamplerRoom& room) const;
  int32_t DrawAny(uint64_t index, const SamplerRoom& room) const;
  int32_t DrawBest(uint64_t index, SamplerRoom& room) const;

  const Sampling& how_;
  const Kernels& kernels_;
  // With penalties: how often each token stands in the answer, plus 1 if it was seen at all.
  std::vector<uint32_t> counts_;
  std::vector<int32_t> seen_;  // tokens with a count, each once
};

}  // namespace model_core
