// Pass: one forward pass as every member of a team runs it. Members call the same functions at the
// same time, each does its share, and Wait() lies between what one writes and another reads. No
// share changes a result: each number is made by one member, in one order.
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
  Pass(const Transformer& model, const DraftHead* draft, PassRoom& room, Team& team, Trace* trace)
      : model_(model),
        draft_(draft),
        config_(draft == nullptr ? model.config_ : draft->config),
        layers_(draft == nullptr ? model.layers_ : draft->layers),
        kernels_(model.kernels_),
        s_(room),
        team_(team),
        trace_(trace) {}

  void Run(size_t member);

 private:
  size_t count() const { return s_.tokens.size(); }
  Share TokenShare(size_t member) const { return Share(count(), member, team_.size()); }

  // forward.cc
  void Embed(size_t member);
  void Join(size_t member);
  void Turns(size_t member);
  void Norm(const float* x, const float* weight, size_t size, float* out) const;
  void NormTokens(const float* weight, size_t member);  // x ← norm h, or h; ends with Wait
  void AddOut(const float* after_norm,
              size_t member);  // h ← h + after(out) · residual_scale; ends with Wait
  void Keep(size_t member);    // for the trace

  // attention.cc, attention_mix.cc
  void Attention(const Layer& layer, size_t index, size_t member);
  void GroupedQueries(const Layer& layer, size_t index, size_t member);
  void LatentQueries(const Layer& layer, size_t index, size_t member);
  void MakeLatent(const Layer& layer, size_t index, size_t token);
  void KeepRows(size_t token, size_t head);
  void Mix(size_t index, size_t member);
  // Tokens of one sequence that look at a kept head together, and which query heads of theirs do.
  struct Look {
    size_t layer, token, end, kept_head;
    Share heads;    // of those that share the kept one
    float* scores;  // room for [tokens, heads, seen + 1]
  };
  size_t TokensTogether(size_t index) const;
  void MixHeads(const Look& look);
  size_t Seen(const Look& look, size_t token) const;
  size_t FirstHead(const Look& look, size_t token) const;
  float* Scores(const Look& look, size_t token) const;
  void Compare(const Look& look, size_t token, size_t done, const WeightMatrix& keys) const;
  void MixValues(const Look& look, size_t token, size_t done, const WeightMatrix& values) const;
  void Exponentials(float* scores, size_t rows, size_t n) const;
  template <typename See>
  void VisitPast(const Look& look, KvPart part, const See& see) const;
  WeightMatrix Fresh(const Look& look, size_t token, KvPart part) const;
  size_t FirstSeen(size_t index, size_t token) const;
  void Store(size_t index, size_t member);
  void Expand(const Layer& layer, size_t member);
  void Turn(float* head, int rope, size_t token) const;
  void Project(const WeightMatrix& w, const float* x, float* out, size_t member,
               const WeightMatrix& next = {}) const;

  // feed_forward.cc
  void Mlp(const Layer& layer, size_t index, size_t member);
  void Choose(const Layer& layer, size_t token);
  void KeepBestGroups(float* rank) const;
  void SortByExpert(const Layer& layer, size_t index);
  void AddJob(const FeedForward& weights, const float* x, size_t tokens, const uint32_t* which,
              const float* scale);
  WeightMatrix RowsOf(size_t job, WeightMatrix FeedForward::*matrix, size_t member) const;
  void GateAndUp(size_t member);
  void Down(size_t member);

  const Transformer& model_;
  const DraftHead* const draft_;
  const ModelConfig& config_;
  const std::vector<Layer>& layers_;
  const Kernels& kernels_;
  PassRoom& s_;
  Team& team_;
  Trace* const trace_;
};

// Rows that one member takes at least: what the widest kernel tile does at once.
inline constexpr size_t kRowUnit = 16;

}  // namespace model_core
