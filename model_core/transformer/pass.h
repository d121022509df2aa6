// Pass: one forward pass as every lane of a device issues it. Wait() lies between what one
// operation writes and another reads.
//
//   h ← embed · embedding_scale; of a draft head  h ← join [norm h, norm output before]
//   per layer  h ← h + after(Attention(before h)) · residual_scale
//              h ← h + after(FeedForward(before h)) · residual_scale
//   x ← norm h
#pragma once

#include "model_core/transformer/transformer.h"

namespace model_core {

class Pass {
 public:
  // Over room.tokens, whose caches have been extended; of the model or of its draft head.
  Pass(const Transformer& model, const DraftHead* draft, PassRoom& room, Trace* trace)
      : model_(model),
        draft_(draft),
        config_(draft == nullptr ? model.config_ : draft->config),
        layers_(draft == nullptr ? model.layers_ : draft->layers),
        operations_(model.device_.operations()),
        s_(room),
        trace_(trace),
        table_(room.List()) {}

  void Run(size_t member, Team& team) const;

 private:
  size_t count() const { return s_.tokens.size(); }
  float epsilon() const { return static_cast<float>(config_.norm_epsilon); }
  FreshRows fresh() const { return {&s_.kept_rows, s_.fresh_keys, s_.fresh_values}; }
  Rope RopeOf(size_t index) const;

  // pass.cc
  void Begin(const Lane& lane) const;
  void Normalise(const Lane& lane, const float* weight) const;   // x ← norm h, or h
  void AddOut(const Lane& lane, const float* after_norm) const;  // h ← h + after(out) · …
  void FeedForward(const Lane& lane, const Layer& layer, size_t index) const;
  void Keep(const Lane& lane) const;  // for the trace
  void KeepChoice(const Lane& lane, size_t index) const;
  void Append(const float* rows) const;

  // attention.cc
  void Attention(const Lane& lane, const Layer& layer, size_t index) const;
  void GroupedQueries(const Lane& lane, const Layer& layer, size_t index) const;
  void LatentQueries(const Lane& lane, const Layer& layer, size_t index) const;
  void Multiply(const Lane& lane, const WeightMatrix& w, const float* x, float* out,
                const WeightMatrix& next = {}) const;

  const Transformer& model_;
  const DraftHead* const draft_;
  const ModelConfig& config_;
  const std::vector<Layer>& layers_;
  const Operations& operations_;
  PassRoom& s_;
  Trace* const trace_;
  const PassTable table_;
};

}  // namespace model_core
