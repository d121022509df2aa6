#include <algorithm>
#include <cmath>
#include <limits>

#include "model_core/base/check.h"
#include "model_core/transformer/pass.h"
#include "model_core/transformer/rope.h"

namespace model_core {

void Pass::Run(size_t member) {
  Embed(member);
  if (draft_ != nullptr) Join(member);
  Turns(member);
  Keep(member);
  for (size_t index = 0; index < layers_.size(); ++index) {
    const Layer& layer = layers_[index];
    NormTokens(layer.before_attention, member);
    Attention(layer, index, member);
    AddOut(layer.after_attention, member);
    NormTokens(layer.before_ffn, member);
    Mlp(layer, index, member);
    AddOut(layer.after_ffn, member);
    Keep(member);
  }
  NormTokens(draft_ == nullptr ? model_.final_norm_ : draft_->norm, member);
  if (trace_ != nullptr && member == 0)
    trace_->hidden.emplace_back(s_.x.begin(), s_.x.begin() + count() * config_.hidden);
}

void Pass::Embed(size_t member) {
  const WeightMatrix& table = model_.embedding_;
  const auto scale = static_cast<float>(config_.embedding_scale);
  const Share share = TokenShare(member);
  for (size_t t = share.begin; t < share.end; ++t) {
    const PassToken& token = s_.tokens[t];
    const WeightMatrix stored = table.Rows(static_cast<size_t>(token.id), 1);
    const bool bf16 = token.input == nullptr && stored.dtype == Dtype::kBf16;
    const void* row = token.input == nullptr ? stored.data : token.input;
    for (size_t i = 0; i < config_.hidden; ++i) {
      const float value =
          bf16 ? FromBf16(static_cast<const uint16_t*>(row)[i]) : static_cast<const float*>(row)[i];
      s_.h[t * config_.hidden + i] = value * scale;
    }
  }
}

// What follows ends with Wait.
void Pass::Join(size_t member) {
  const size_t hidden = config_.hidden;
  const Share share = TokenShare(member);
  for (size_t t = share.begin; t < share.end; ++t) {
    float* both = &s_.joined[t * 2 * hidden];
    Norm(&s_.h[t * hidden], draft_->norm_embedding, hidden, both);
    Norm(s_.tokens[t].beside, draft_->norm_hidden, hidden, both + hidden);
  }
  team_.Wait();
  Project(draft_->join, s_.joined.data(), s_.h.data(), member);
}

// Sines and cosines of this pass's positions, for every rope of the model.
void Pass::Turns(size_t member) {
  const Share share = TokenShare(member);
  size_t base = 0;
  for (size_t rope = 0; rope < config_.ropes.size(); ++rope) {
    const std::vector<double>& frequencies = model_.frequencies_[rope];
    for (size_t t = share.begin; t < share.end; ++t) {
      for (size_t i = 0; i < frequencies.size(); ++i) {
        const SinCos turn =
            ExactSinCos(static_cast<double>(s_.tokens[t].position) * frequencies[i]);
        s_.sine[base + t * frequencies.size() + i] =
            static_cast<float>(turn.sin * config_.ropes[rope].amplitude);
        s_.cosine[base + t * frequencies.size() + i] =
            static_cast<float>(turn.cos * config_.ropes[rope].amplitude);
      }
    }
    base += s_.rows * frequencies.size();
  }
  team_.Wait();
}

// RMSNorm: x · rsqrt(mean x² + ε) · w.
void Pass::Norm(const float* x, const float* weight, size_t size, float* out) const {
  const float mean = kernels_.dot(x, x, size) / static_cast<float>(size);
  const float scale = 1.0F / std::sqrt(mean + static_cast<float>(config_.norm_epsilon));
  for (size_t i = 0; i < size; ++i) out[i] = x[i] * scale * weight[i];
}

void Pass::NormTokens(const float* weight, size_t member) {
  const size_t hidden = config_.hidden;
  const Share share = TokenShare(member);
  for (size_t t = share.begin; t < share.end; ++t) {
    const float* h = &s_.h[t * hidden];
    if (weight == nullptr) {
      std::copy_n(h, hidden, &s_.x[t * hidden]);
    } else {
      Norm(h, weight, hidden, &s_.x[t * hidden]);
    }
  }
  team_.Wait();
}

void Pass::AddOut(const float* after_norm, size_t member) {
  const size_t hidden = config_.hidden;
  const auto scale = static_cast<float>(config_.residual_scale);
  if (after_norm != nullptr) {
    team_.Wait();
    const Share share = TokenShare(member);
    for (size_t t = share.begin; t < share.end; ++t) {
      float* out = &s_.out[t * hidden];
      Norm(out, after_norm, hidden, out);
      for (size_t i = 0; i < hidden; ++i) s_.h[t * hidden + i] += out[i] * scale;
    }
  } else {  // each member adds the columns that it made
    const Share share(hidden, member, team_.size(), kRowUnit);
    for (size_t t = 0; t < count(); ++t) {
      for (size_t i = t * hidden + share.begin; i < t * hidden + share.end; ++i)
        s_.h[i] += s_.out[i] * scale;
    }
  }
  team_.Wait();
}

void Pass::Keep(size_t member) {
  if (trace_ == nullptr) return;
  if (member == 0)
    trace_->hidden.emplace_back(s_.h.begin(), s_.h.begin() + count() * config_.hidden);
  team_.Wait();
}

namespace {

// `drafts`: in the parts before.
void AddRows(const PassPart& part, size_t drafts, PassRoom& room) {
  const size_t first_row = room.tokens.size(), past = part.cache->tokens();
  const size_t count = part.tokens.size();
  CHECK(count > 0 && part.cache->layout().kind == room.kept);
  for (size_t i = 0; i < count; ++i) {
    room.tokens.push_back({part.tokens[i], part.cache, past + i, first_row});
    if (i < part.inputs.size()) room.tokens.back().input = part.inputs[i];
  }
  if (part.draft != kNoDraft)
    room.tokens.push_back({part.draft, part.cache, past + count, first_row, drafts});
}

}  // namespace

void Transformer::Forward(std::span<const PassPart> parts, PassRoom& room, Team& team,
                          Trace* trace) const {
  room.tokens.clear();
  size_t drafts = 0;
  for (const PassPart& part : parts) {
    AddRows(part, drafts, room);
    drafts += part.draft == kNoDraft ? 0 : 1;
    part.cache->Extend(part.tokens.size());
  }
  CHECK(room.tokens.size() <= room.rows && drafts <= room.drafts_max);
  if (trace != nullptr) {
    trace->hidden.clear();
    trace->experts.assign(layers_.size(), {});
    trace->expert_weights.assign(layers_.size(), {});
  }
  Pass pass(*this, nullptr, room, team, trace);
  team.Run([&pass](size_t member) { pass.Run(member); });
  for (const PassPart& part : parts) part.cache->Commit();
}

void Transformer::Draft(std::span<const DraftPart> parts, const PassRoom& of, PassRoom& room,
                        Team& team) const {
  room.tokens.clear();
  for (const DraftPart& part : parts) {
    const size_t first_row = room.tokens.size(), past = part.cache->tokens();
    for (size_t i = 0; i < part.next.size(); ++i) {
      room.tokens.push_back({part.next[i], part.cache, past + i, first_row, kCertain,
                             &of.x[(part.first_row + i) * config_.hidden]});
    }
    part.cache->Extend(part.next.size());
  }
  CHECK(draft_.has_value() && !room.tokens.empty() && room.tokens.size() <= room.rows);
  Pass pass(*this, &*draft_, room, team, nullptr);
  team.Run([&pass](size_t member) { pass.Run(member); });
  for (const DraftPart& part : parts) part.cache->Commit();
}

void Transformer::Forward(std::span<const int32_t> tokens, Sequence& sequence, Team& team,
                          Trace* trace) const {
  const PassPart part{tokens, &sequence.cache};
  Forward({&part, 1}, sequence.room, team, trace);
}

// What the members of a team share while they compute logits.
struct Transformer::LogitsJob {
  const Transformer& model;
  const float* x;  // [rows, hidden]
  std::span<const LogitsRow> rows;
  size_t members;
  float* logits;  // [rows, vocabulary]

  void Run(size_t member) const {
    const size_t vocabulary = model.config_.vocabulary;
    const Share share((vocabulary + kMaskBits - 1) / kMaskBits, member, members);
    for (size_t word = share.begin, end; word < share.end; word = end) {
      for (end = word; end < share.end && Wanted(end);) ++end;
      if (end > word) Multiply(word * kMaskBits, std::min(end * kMaskBits, vocabulary));
      for (; end < share.end && !Wanted(end);) ++end;
    }
    for (size_t word = share.begin; word < share.end; ++word) {
      const size_t first = word * kMaskBits, count = std::min(kMaskBits, vocabulary - first);
      for (size_t row = 0; row < rows.size(); ++row)
        Finish(logits + row * vocabulary + first, count, rows[row].Wants(word));
    }
  }
  bool Wanted(size_t word) const {
    return std::any_of(rows.begin(), rows.end(),
                       [word](const LogitsRow& row) { return row.Wants(word); });
  }
  void Multiply(size_t first, size_t end) const {
    model.kernels_.matmul(logits + first, model.config_.vocabulary, x, rows.size(),
                          model.head_.Rows(first, end - first));
  }
  void Finish(float* logits, size_t count, bool wanted) const {
    const auto scale = static_cast<float>(model.config_.logits_scale);
    for (size_t i = 0; i < count; ++i)
      logits[i] = wanted ? logits[i] * scale : -std::numeric_limits<float>::infinity();
  }
};

void Transformer::Logits(PassRoom& room, std::span<const LogitsRow> rows, Team& team,
                         std::span<float> logits) const {
  const size_t hidden = config_.hidden;
  CHECK(!rows.empty() && rows.size() <= room.rows);
  CHECK(logits.size() >= rows.size() * config_.vocabulary);
  for (size_t i = 0; i < rows.size(); ++i)
    std::copy_n(&room.x[rows[i].row * hidden], hidden, &room.head_x[i * hidden]);
  const LogitsJob job{*this, room.head_x.data(), rows, team.size(), logits.data()};
  team.Run([&job](size_t member) { job.Run(member); });
}

void Transformer::Logits(Sequence& sequence, size_t row, std::span<const uint32_t> mask, Team& team,
                         std::span<float> logits) const {
  const LogitsRow wanted{row, mask};
  Logits(sequence.room, {&wanted, 1}, team, logits);
}

}  // namespace model_core
