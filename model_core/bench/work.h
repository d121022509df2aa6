// Work: what a forward pass has to read and to compute at least, by formula. Rates and shares of
// what the machine can do follow from it. Vectors (norms, biases) are not counted, nor is the one
// row that a token reads of the embedding.
#pragma once

#include "model_core/bench/inventory.h"
#include "model_core/transformer/kv_layout.h"
#include "model_core/transformer/tensors.h"

namespace model_core {

struct Work {
  double bytes = 0;          // of weights and of keys and values, each read once
  double weight_ops = 0;     // of products with weights; a multiply-add is two
  double attention_ops = 0;  // of queries with keys, and of values

  double ops() const { return weight_ops + attention_ops; }
  Work& operator+=(const Work& other);
  Work& operator-=(const Work& other);
  Work operator/(double parts) const {
    return {bytes / parts, weight_ops / parts, attention_ops / parts};
  }
};

// Immutable.
class WorkFormula {
 public:
  // `stored`: of a matrix that stays as stored; `kept`: of keys and values.
  WorkFormula(const ModelConfig& config, Precision precision, Dtype stored,
              Dtype kept = Dtype::kF32);

  // Tokens past … past + count - 1 of a sequence whose first `past` are in the cache, in one pass
  // or several; `scores` of them ask for the scores of the next token.
  //   weights  every matrix once, of the experts as many as the tokens may choose at most
  //   cache    what the first of the tokens sees of earlier ones, once
  Work Of(size_t past, size_t count, size_t scores) const;

  size_t kept_bytes() const { return kept_bytes_; }  // all matrices, as they are kept in memory
  // Of these, what is made when a model is loaded: packed, widened, absorbed.
  size_t anew_bytes() const { return anew_bytes_; }

 private:
  size_t KeptBytes(const ModelTensor& tensor) const;

  const ModelConfig config_;
  const Precision precision_;
  const Dtype stored_;
  const KvLayout layout_;
  size_t kept_bytes_ = 0, anew_bytes_ = 0;
  double body_bytes_ = 0, expert_bytes_ = 0, head_bytes_ = 0;  // expert: all of them
  double body_ops_ = 0, head_ops_ = 0;                         // of one token
};

}  // namespace model_core
