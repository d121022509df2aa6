// Sampling: how the next token is picked from a model's scores. The default picks the likeliest.
#pragma once

#include <cstdint>
#include <utility>
#include <vector>

#include "model_core/base/status.h"

namespace model_core {

// The steps in order: the constraint's mask, penalties, bias; then, with a temperature, division by
// it, min_p, top_k, top_p and a draw. The draw for the n-th token of an answer depends on `seed`
// and n alone, by integer arithmetic: the same request gives the same tokens on every machine.
struct Sampling {
  float temperature = 0;  // 0 … 10; 0: the likeliest, of equals the one with the smaller id
  int top_k = 0;          // only the k likeliest; 0: all
  float top_p = 1;        // (0, 1]: the likeliest that reach this share of the probability together
  float min_p = 0;        // 0 … 1: at least this share of the likeliest one's probability
  // Tokens of prompt and answer: a positive score is divided by it, a negative one multiplied.
  float repetition_penalty = 1;  // 0.01 … 100
  // Subtracted from the scores of the answer's tokens: once, and once an occurrence.
  float presence_penalty = 0;                         // -2 … 2
  float frequency_penalty = 0;                        // -2 … 2
  std::vector<std::pair<int32_t, float>> logit_bias;  // token, -100 … 100 added to its score
  uint64_t seed = 0;
};

// InvalidArgument names the option, its value and its limit.
absl::Status CheckSampling(const Sampling& sampling, size_t vocabulary_size);

}  // namespace model_core
