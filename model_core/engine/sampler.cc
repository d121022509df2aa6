#include "model_core/engine/sampler.h"

#include <algorithm>
#include <cmath>
#include <limits>

#include "model_core/engine/counter_random.h"

namespace model_core {
namespace {

constexpr float kNone = -std::numeric_limits<float>::infinity();
constexpr size_t kSortedFirst = 64;  // most of the probability lies in so few tokens

bool Permitted(std::span<const uint32_t> mask, size_t token) {
  return mask.empty() || (mask[token / 32] >> (token % 32) & 1) != 0;
}

// Of equals the smaller id; -1: no permitted token has a number.
int32_t Likeliest(std::span<const float> logits, std::span<const uint32_t> mask) {
  int32_t best = -1;
  for (size_t i = 0; i < logits.size(); ++i) {
    if (!Permitted(mask, i)) continue;
    const bool better =
        best < 0 ? logits[i] == logits[i] : logits[i] > logits[static_cast<size_t>(best)];
    if (better) best = static_cast<int32_t>(i);
  }
  return best;
}

double Sum(std::span<const float> weights) {
  double sum = 0;
  for (float weight : weights) sum += weight;
  return sum;
}

// Tokens from the likeliest on, of equals the smaller id first; sorted only as far as asked for.
class Ranking {
 public:
  Ranking(std::span<const float> weights, std::vector<int32_t>& order)
      : weights_(weights), order_(order) {
    order_.clear();
    for (size_t i = 0; i < weights.size(); ++i) {
      if (weights[i] > 0) order_.push_back(static_cast<int32_t>(i));
    }
  }
  size_t size() const { return order_.size(); }
  int32_t Token(size_t place) {
    while (place >= sorted_) SortMore();
    return order_[place];
  }
  float Weight(size_t place) { return weights_[static_cast<size_t>(Token(place))]; }

  double Sum(size_t places) {
    double sum = 0;
    for (size_t place = 0; place < places; ++place) sum += Weight(place);
    return sum;
  }
  // How many of the first `places` it takes to reach `sum`; at least one.
  size_t PlacesUntil(double sum, size_t places) {
    double reached = 0;
    size_t place = 0;
    while (place < places && (place == 0 || reached < sum)) reached += Weight(place++);
    return place;
  }

 private:
  void SortMore() {
    const auto from = order_.begin() + static_cast<ptrdiff_t>(sorted_);
    sorted_ = std::min(order_.size(), std::max(kSortedFirst, 4 * sorted_));
    const auto likelier = [this](int32_t a, int32_t b) {
      const float left = weights_[static_cast<size_t>(a)], right = weights_[static_cast<size_t>(b)];
      return left != right ? left > right : a < b;
    };
    std::partial_sort(from, order_.begin() + static_cast<ptrdiff_t>(sorted_), order_.end(),
                      likelier);
  }

  const std::span<const float> weights_;
  std::vector<int32_t>& order_;
  size_t sorted_ = 0;
};

}  // namespace

Sampler::Sampler(const Sampling& sampling, const Kernels& kernels, std::span<const int32_t> prompt,
                 size_t vocabulary, size_t tokens_max)
    : how_(sampling), kernels_(kernels) {
  if (how_.repetition_penalty == 1 && how_.presence_penalty == 0 && how_.frequency_penalty == 0) {
    return;
  }
  counts_.resize(vocabulary);
  seen_.reserve(std::min(vocabulary, tokens_max));
  for (int32_t token : prompt) See(token, 0);
}

void Sampler::See(int32_t token, uint32_t count) {
  uint32_t& known = counts_[static_cast<size_t>(token)];
  if (known == 0) {
    seen_.push_back(token);
    known = 1;
  }
  known += count;
}

void Sampler::Took(int32_t token) {
  if (penalises()) See(token, 1);
}

void Sampler::Adjust(std::span<float> logits) const {
  for (int32_t token : seen_) {
    float& logit = logits[static_cast<size_t>(token)];
    logit = logit > 0 ? logit / how_.repetition_penalty : logit * how_.repetition_penalty;
    const uint32_t count = counts_[static_cast<size_t>(token)] - 1;
    if (count == 0) continue;
    logit -= how_.presence_penalty;
    logit -= how_.frequency_penalty * static_cast<float>(count);
  }
  for (const auto& [token, bias] : how_.logit_bias) logits[static_cast<size_t>(token)] += bias;
}

// weights ← e^((logit - top) / temperature), 0 where a token is not in question.
void Sampler::Weigh(std::span<const float> logits, std::span<const uint32_t> mask, float top,
                    float temperature, SamplerRoom& room) const {
  for (size_t i = 0; i < logits.size(); ++i) {
    const bool counts = logits[i] == logits[i] && Permitted(mask, i);
    room.weights[i] = counts ? (logits[i] - top) / temperature : kNone;
  }
  kernels_.exp_shifted(room.weights.data(), 0, logits.size());
}

int32_t Sampler::DrawAny(uint64_t index, const SamplerRoom& room) const {
  const double target = CounterUniform(how_.seed, index) * Sum(room.weights);
  double passed = 0;
  int32_t last = -1;
  for (size_t i = 0; i < room.weights.size(); ++i) {
    if (room.weights[i] == 0) continue;
    last = static_cast<int32_t>(i);
    passed += room.weights[i];
    if (passed > target) break;
  }
  return last;
}

int32_t Sampler::DrawBest(uint64_t index, SamplerRoom& room) const {
  Ranking ranking(room.weights, room.order);
  size_t kept = ranking.size();
  if (how_.top_k > 0) kept = std::min(kept, static_cast<size_t>(how_.top_k));
  double total = how_.top_k > 0 ? ranking.Sum(kept) : Sum(room.weights);
  if (how_.top_p < 1) {
    kept = ranking.PlacesUntil(total * static_cast<double>(how_.top_p), kept);
    total = ranking.Sum(kept);
  }
  const double target = CounterUniform(how_.seed, index) * total;
  double passed = 0;
  size_t at = 0;
  for (; at + 1 < kept; ++at) {
    passed += ranking.Weight(at);
    if (passed > target) break;
  }
  return ranking.Token(at);
}

absl::StatusOr<int32_t> Sampler::Pick(std::span<float> logits, std::span<const uint32_t> mask,
                                      uint64_t index, SamplerRoom& room) const {
  Adjust(logits);
  const int32_t best = Likeliest(logits, mask);
  if (best < 0) {
    return base::Error(absl::StatusCode::kDataLoss,
                       "generation: the model gives no number for any permitted token",
                       "생성: 모델이 허용된 토큰에 값을 내지 못했습니다");
  }
  const float top = logits[static_cast<size_t>(best)];
  if (how_.temperature == 0 || std::isinf(top)) return best;
  Weigh(logits, mask, top, how_.temperature, room);
  for (float& weight : room.weights) weight = weight < how_.min_p ? 0 : weight;
  const bool all = how_.top_k == 0 && how_.top_p == 1;
  return all ? DrawAny(index, room) : DrawBest(index, room);
}

TokenChoice Sampler::Describe(int32_t picked, std::span<const float> logits,
                              std::span<const uint32_t> mask, size_t index,
                              SamplerRoom& room) const {
  TokenChoice choice{.index = static_cast<int32_t>(index)};
  const float top = logits[static_cast<size_t>(Likeliest(logits, mask))];
  if (std::isinf(top)) return choice;
  Weigh(logits, mask, top, /*temperature=*/1, room);
  const double all = Sum(room.weights);
  choice.share = static_cast<float>(room.weights[static_cast<size_t>(picked)] / all);
  room.weights[static_cast<size_t>(picked)] = 0;
  const auto other = std::max_element(room.weights.begin(), room.weights.end());
  if (*other == 0) return choice;
  choice.other = static_cast<int32_t>(other - room.weights.begin());
  choice.other_share = static_cast<float>(*other / all);
  return choice;
}

}  // namespace model_core
