// NaiveModel: the forward pass as a paper would write it: in double, all tokens of a layer before
// the next layer, nothing cached, nothing absorbed, no kernels. Beside it stands the engine in
// tests.
#pragma once

#include <algorithm>
#include <cmath>
#include <map>
#include <span>
#include <string>
#include <vector>

#include "model_core/base/strings.h"
#include "model_core/transformer/config.h"
#include "model_core/transformer/rope.h"
#include "model_core/weights/elements.h"
#include "model_core/weights/tensor_view.h"

namespace model_core {

class NaiveModel {
 public:
  NaiveModel(const ModelConfig& config, const std::map<std::string, TensorView>& tensors)
      : config_(config) {
    for (const auto& [name, view] : tensors) {
      std::vector<float> values(view.shape[0] * (view.shape.size() > 1 ? view.shape[1] : 1));
      ElementReader(view.dtype)(view, 0, values.size(), values.data());
      weights_[name] = Row(values.begin(), values.end());
    }
  }

  // Of every position: [tokens, vocabulary].
  std::vector<float> Logits(std::span<const int32_t> tokens) const {
    std::vector<Row> h;
    for (int32_t token : tokens) {
      const Row& table = weights_.at("model.embed_tokens.weight");
      h.push_back(Scaled(Part(table, static_cast<size_t>(token) * config_.hidden, config_.hidden),
                         config_.embedding_scale));
    }
    for (size_t layer = 0; layer < config_.layers.size(); ++layer) Layer(layer, h);
    std::vector<float> logits;
    for (const Row& row : h) {
      const std::string head = config_.tied_head ? "model.embed_tokens" : "lm_head";
      for (double score : Times(head, Norm("model.norm", row)))
        logits.push_back(static_cast<float>(score * config_.logits_scale));
    }
    return logits;
  }

 private:
  using Row = std::vector<double>;

  static Row Part(const Row& row, size_t first, size_t count) {
    return {row.begin() + static_cast<ptrdiff_t>(first),
            row.begin() + static_cast<ptrdiff_t>(first + count)};
  }
  static Row Scaled(Row row, double scale) {
    for (double& value : row) value *= scale;
    return row;
  }
  static void Add(Row& to, const Row& row, double scale) {
    for (size_t i = 0; i < to.size(); ++i) to[i] += scale * row[i];
  }
  static double Sigmoid(double x) { return 1 / (1 + std::exp(-x)); }

  Row Times(const std::string& name, const Row& x) const {
    const Row& w = weights_.at(name + ".weight");
    Row out(w.size() / x.size());
    for (size_t r = 0; r < out.size(); ++r)
      for (size_t c = 0; c < x.size(); ++c) out[r] += w[r * x.size() + c] * x[c];
    return out;
  }

  Row Norm(const std::string& name, const Row& x) const {
    const Row& w = weights_.at(name + ".weight");
    double squares = 0;
    for (double value : x) squares += value * value;
    const double root = std::sqrt(squares / static_cast<double>(x.size()) + config_.norm_epsilon);
    Row out(x.size());
    for (size_t i = 0; i < x.size(); ++i)
      out[i] = x[i] / root * (w[i] + (config_.norm_plus_one ? 1 : 0));
    return out;
  }
  Row NormIf(const std::string& layer, const std::string& name, const Row& x) const {
    return name.empty() ? x : Norm(layer + name, x);
  }

  // The first `dimensions` of what begins at `first` turn.
  void Turn(Row& row, size_t first, int index, size_t position) const {
    if (index < 0) return;
    const RopeConfig& rope = config_.ropes[static_cast<size_t>(index)];
    const std::vector<double> frequencies = RopeFrequencies(rope);
    for (size_t i = 0; i < frequencies.size(); ++i) {
      const size_t a = first + (rope.interleaved ? 2 * i : i);
      const size_t b = rope.interleaved ? a + 1 : a + frequencies.size();
      const double angle = static_cast<double>(position) * frequencies[i];
      const double s = rope.amplitude * std::sin(angle), c = rope.amplitude * std::cos(angle);
      const double turned = row[a] * c - row[b] * s;
      row[b] = row[b] * c + row[a] * s;
      row[a] = turned;
    }
  }

  // A token's queries, keys and values, by head.
  struct Heads {
    std::vector<Row> q, k, v;
  };

  Heads Grouped(const std::string& name, size_t layer, const Row& x, size_t position) const {
    const size_t d = config_.head_dim;
    const auto cut = [&](const char* what, size_t heads, const char* norm, bool turns) {
      const Row all = Times(name + what, x);
      std::vector<Row> rows;
      for (size_t head = 0; head < heads; ++head) {
        rows.push_back(Part(all, head * d, d));
        if (config_.qk_norm && norm != nullptr) rows.back() = Norm(name + norm, rows.back());
        if (turns) Turn(rows.back(), 0, config_.layers[layer].rope, position);
      }
      return rows;
    };
    return {cut("q_proj", config_.heads, "q_norm", true),
            cut("k_proj", config_.kv_heads, "k_norm", true),
            cut("v_proj", config_.kv_heads, nullptr, false)};
  }

  // Every head's key and value are made of the latent; the rotary part is shared.
  Heads Latent(const std::string& name, size_t layer, const Row& x, size_t position) const {
    const LatentConfig& l = config_.latent;
    const int rope = config_.layers[layer].rope;
    const Row q =
        Times(name + "q_b_proj", Norm(name + "q_a_layernorm", Times(name + "q_a_proj", x)));
    const Row low = Times(name + "kv_a_proj_with_mqa", x);
    const Row kv = Times(name + "kv_b_proj", Norm(name + "kv_a_layernorm", Part(low, 0, l.rank)));
    Row shared = Part(low, l.rank, l.rope);
    Turn(shared, 0, rope, position);
    Heads heads;
    for (size_t head = 0; head < config_.heads; ++head) {
      heads.q.push_back(Part(q, head * (l.nope + l.rope), l.nope + l.rope));
      Turn(heads.q.back(), l.nope, rope, position);
      heads.k.push_back(Part(kv, head * (l.nope + l.value), l.nope));
      heads.k.back().insert(heads.k.back().end(), shared.begin(), shared.end());
      heads.v.push_back(Part(kv, head * (l.nope + l.value) + l.nope, l.value));
    }
    return heads;
  }

  // What the last of `past` sees, mixed.
  Row Mix(const std::vector<Heads>& past, const LayerConfig& layer) const {
    const size_t window = layer.window;
    const size_t first = window == 0 || past.size() < window ? 0 : past.size() - window;
    Row mixed;
    for (size_t head = 0; head < config_.heads; ++head) {
      const size_t kept = head / (config_.heads / past.back().k.size());
      const Row& q = past.back().q[head];
      Row out(past.back().v[kept].size());
      double sum = 0;
      for (size_t t = first; t < past.size(); ++t) {
        double score = 0;
        for (size_t i = 0; i < q.size(); ++i) score += q[i] * past[t].k[kept][i];
        const double weight = std::exp(score * config_.score_scale(layer));
        Add(out, past[t].v[kept], weight);
        sum += weight;
      }
      for (double value : out) mixed.push_back(value / sum);
    }
    return mixed;
  }

  Row FeedForward(const std::string& name, const Row& x) const {
    Row gate = Times(name + ".gate_proj", x);
    const Row up = Times(name + ".up_proj", x);
    for (size_t i = 0; i < gate.size(); ++i) gate[i] *= Sigmoid(gate[i]) * up[i];
    return Times(name + ".down_proj", gate);
  }

  // Experts from the likeliest on, with the bias and inside the best groups.
  std::vector<size_t> Choose(const std::string& name, const Row& scores) const {
    const RouterConfig& router = config_.router;
    Row rank = scores;
    const auto bias = weights_.find(name + "e_score_correction_bias");
    if (router.bias && bias != weights_.end()) Add(rank, bias->second, 1);
    const size_t size = router.experts / router.groups;
    std::vector<std::pair<double, size_t>> groups, experts;
    for (size_t g = 0; g < router.groups; ++g) {
      Row in = Part(rank, g * size, size);
      std::sort(in.rbegin(), in.rend());
      groups.emplace_back(-(in[0] + (size > 1 ? in[1] : 0)), g);
    }
    std::sort(groups.begin(), groups.end());
    for (size_t i = 0; i < router.groups_kept; ++i)
      for (size_t e = 0; e < size; ++e) {
        const size_t expert = groups[i].second * size + e;
        experts.emplace_back(-rank[expert], expert);
      }
    std::sort(experts.begin(), experts.end());
    std::vector<size_t> chosen;
    for (size_t i = 0; i < router.per_token; ++i) chosen.push_back(experts[i].second);
    return chosen;
  }

  Row Mixture(const std::string& name, const Row& x) const {
    const RouterConfig& router = config_.router;
    Row scores = Times(name + "gate", x), out(x.size());
    for (double& score : scores) score = Sigmoid(score);
    const std::vector<size_t> chosen = Choose(name, scores);
    double sum = 1e-20;
    for (size_t expert : chosen) sum += scores[expert];
    for (size_t expert : chosen) {
      Add(out, FeedForward(base::StrCat(name, "experts.", expert), x),
          router.scale * scores[expert] / (router.normalise ? sum : 1));
    }
    if (router.shared_ffn > 0) Add(out, FeedForward(name + "shared_experts", x), 1);
    return out;
  }

  void Layer(size_t layer, std::vector<Row>& h) const {
    const std::string name = base::StrCat("model.layers.", layer, ".");
    const NormNames& norms = config_.norms;
    const bool moe = config_.layers[layer].moe;
    std::vector<Heads> past;
    for (size_t t = 0; t < h.size(); ++t) {
      const Row x = NormIf(name, norms.before_attention, h[t]);
      past.push_back(config_.is_latent() ? Latent(name + "self_attn.", layer, x, t)
                                         : Grouped(name + "self_attn.", layer, x, t));
      const Row out = Times(name + "self_attn.o_proj", Mix(past, config_.layers[layer]));
      Add(h[t], NormIf(name, norms.after_attention, out), config_.residual_scale);
    }
    for (Row& row : h) {
      const Row x = NormIf(name, norms.before_ffn, row);
      const Row out = moe ? Mixture(name + "mlp.", x) : FeedForward(name + "mlp", x);
      const bool normed = moe || !norms.after_ffn_moe_only;
      Add(row, NormIf(name, normed ? norms.after_ffn : "", out), config_.residual_scale);
    }
  }

  const ModelConfig config_;
  std::map<std::string, Row> weights_;
};

}  // namespace model_core
