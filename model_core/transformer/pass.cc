#include "model_core/transformer/pass.h"

namespace model_core {

void Pass::Run(size_t member, Team& team) const {
  const Lane lane{member, team, *s_.scratch};
  operations_.Begin(lane, table_);
  Begin(lane);
  Keep(lane);
  for (size_t index = 0; index < layers_.size(); ++index) {
    const Layer& layer = layers_[index];
    Normalise(lane, layer.before_attention);
    Attention(lane, layer, index);
    AddOut(lane, layer.after_attention);
    Normalise(lane, layer.before_ffn);
    FeedForward(lane, layer, index);
    AddOut(lane, layer.after_ffn);
    Keep(lane);
  }
  Normalise(lane, draft_ == nullptr ? model_.final_norm_ : draft_->norm);
  if (trace_ != nullptr && member == 0) Append(s_.x);
  operations_.Finish(lane);
}

// Embedding, what joins it, and the sines and cosines of every rope.
void Pass::Begin(const Lane& lane) const {
  operations_.Embed(
      lane, {&table_, model_.embedding_, static_cast<float>(config_.embedding_scale), s_.h});
  if (draft_ != nullptr) {
    operations_.Join(lane, {&table_, s_.h, draft_->norm_embedding, draft_->norm_hidden,
                            config_.hidden, epsilon(), s_.joined});
    lane.Wait();
    Multiply(lane, draft_->join, s_.joined, s_.h);
  }
  for (size_t rope = 0; rope < config_.ropes.size(); ++rope) {
    operations_.MakeTurns(lane, {&table_, model_.frequencies_[rope], config_.ropes[rope].amplitude,
                                 s_.sine[rope], s_.cosine[rope]});
  }
  lane.Wait();
}

void Pass::Normalise(const Lane& lane, const float* weight) const {
  operations_.Normalise(lane, {s_.h, weight, count(), config_.hidden, epsilon(), s_.x});
  lane.Wait();
}

void Pass::AddOut(const Lane& lane, const float* after_norm) const {
  operations_.Add(lane, {s_.h, s_.out, after_norm, count(), config_.hidden,
                         static_cast<float>(config_.residual_scale), epsilon()});
  lane.Wait();
}

void Pass::FeedForward(const Lane& lane, const Layer& layer, size_t index) const {
  const RouterConfig& router = config_.router;
  Mixture mixture{.tokens = count(),
                  .hidden = config_.hidden,
                  .per_token = router.per_token,
                  .experts = layer.experts,
                  .all = router.shared_ffn > 0 ? &layer.shared : nullptr,
                  .chosen = s_.chosen,
                  .weights = s_.chosen_weight,
                  .x = s_.x,
                  .out = s_.out};
  if (!config_.layers[index].moe) {
    mixture.experts = {};
    mixture.all = &layer.dense;
  } else {
    Multiply(lane, layer.router, s_.x, s_.router_scores);
    lane.Wait();
    operations_.Route(lane, {count(), router.experts, router.per_token, router.groups,
                             router.groups_kept, router.normalise, static_cast<float>(router.scale),
                             s_.router_scores, layer.router_bias, s_.chosen, s_.chosen_weight});
    lane.Wait();
    KeepChoice(lane, index);
  }
  operations_.FeedForward(lane, mixture);
}

void Pass::Keep(const Lane& lane) const {
  if (trace_ == nullptr) return;
  if (lane.member == 0) Append(s_.h);
  lane.Wait();
}

void Pass::Append(const float* rows) const {
  std::vector<float>& kept = trace_->hidden.emplace_back(count() * config_.hidden);
  s_.device.memory().Download(kept.data(), rows, kept.size() * sizeof(float));
}

void Pass::KeepChoice(const Lane& lane, size_t index) const {
  if (trace_ == nullptr || lane.member != 0) return;
  const size_t choices = count() * config_.router.per_token;
  trace_->experts[index].resize(choices);
  trace_->expert_weights[index].resize(choices);
  Memory& memory = s_.device.memory();
  memory.Download(trace_->experts[index].data(), s_.chosen, choices * sizeof(uint32_t));
  memory.Download(trace_->expert_weights[index].data(), s_.chosen_weight, choices * sizeof(float));
}

}  // namespace model_core
