// What the members of a team do in a step of a TowerRun. Members call the same functions at the
// same time, each does its share, and Wait() lies between what one writes and another reads.
#include <algorithm>
#include <cmath>

#include "model_core/vision/tower_run.h"

namespace model_core {
namespace {

constexpr size_t kRowUnit = 16;        // rows of a matrix that one member takes at least
constexpr float kNormEpsilon = 1e-6F;  // Qwen2.5-VL has it in code, not in its config

// x/2 · (1 + erf(x/√2)); erf by formula 7.1.26 of Abramowitz and Stegun, of absolute error below
// 1.5e-7.
float Gelu(float x) {
  constexpr float kShare[] = {1.061405429F, -1.453152027F, 1.421413741F, -0.284496736F,
                              0.254829592F};
  const float z = std::fabs(x) * 0.70710678F;
  const float t = 1 / (1 + 0.3275911F * z);
  float sum = 0;
  for (float share : kShare) sum = (sum + share) * t;
  const float erf = 1 - sum * Exp(-z * z);
  return x / 2 * (1 + (x < 0 ? -erf : erf));
}

}  // namespace

// out[count, rows] ← x · Wᵀ + bias, the member's rows of W.
void TowerRun::Project(const Linear& linear, const float* x, size_t count, float* out,
                       size_t member, const Team& team) const {
  const WeightMatrix& w = linear.weight;
  const Share share(w.rows, member, team.size(), kRowUnit);
  if (share.size() == 0) return;
  kernels_.matmul(out + share.begin, w.rows, x, count, w.Rows(share.begin, share.size()));
  if (linear.bias == nullptr) return;
  for (size_t t = 0; t < count; ++t) {
    for (size_t r = share.begin; r < share.end; ++r) out[t * w.rows + r] += linear.bias[r];
  }
}

// RMSNorm: x · rsqrt(mean x² + ε) · w.
void TowerRun::Norm(const float* x, const float* weight, float* out) const {
  const size_t hidden = config_.hidden;
  const float mean = kernels_.dot(x, x, hidden) / static_cast<float>(hidden);
  const float scale = 1.0F / std::sqrt(mean + kNormEpsilon);
  for (size_t i = 0; i < hidden; ++i) out[i] = x[i] * scale * weight[i];
}

// x ← norm h of the step's patches.
void TowerRun::NormRows(const float* weight, size_t member, Team& team) {
  const size_t hidden = config_.hidden;
  const Share share(count_, member, team.size());
  for (size_t t = share.begin; t < share.end; ++t)
    Norm(&h_[(first_ + t) * hidden], weight, &x_[t * hidden]);
  team.Wait();
}

// h ← h + out, the columns that the member made.
void TowerRun::AddRows(const std::vector<float>& out, size_t member, const Team& team) {
  const size_t hidden = config_.hidden;
  const Share share(hidden, member, team.size(), kRowUnit);
  for (size_t t = 0; t < count_; ++t) {
    for (size_t i = share.begin; i < share.end; ++i)
      h_[(first_ + t) * hidden + i] += out[t * hidden + i];
  }
}

void TowerRun::Embed(size_t member, Team& team) {
  const Share share(count_, member, team.size());
  for (size_t t = share.begin; t < share.end; ++t)
    read_(order_.patches[first_ + t].index, &x_[t * config_.patch_floats()]);
  team.Wait();
  Project(tower_.patches, x_.data(), count_, &h_[first_ * config_.hidden], member, team);
}

// Half of a head's pairs turn by the patch's row, half by its column; pair i is (i, i + head_dim /
// 2).
void TowerRun::Turn(float* head, size_t place) const {
  const size_t quarter = config_.head_dim() / 4;
  const auto turn = [&](size_t first, size_t coordinate) {
    for (size_t i = 0; i < quarter; ++i) {
      const float sine = sine_[coordinate * quarter + i],
                  cosine = cosine_[coordinate * quarter + i];
      float &a = head[first + i], &b = head[first + i + 2 * quarter];
      const float turned = a * cosine - b * sine;
      b = b * cosine + a * sine;
      a = turned;
    }
  };
  turn(0, order_.patches[place].row);
  turn(quarter, order_.patches[place].column);
}

void TowerRun::KeysAndValues(size_t member, Team& team) {
  NormRows(Block().before_attention, member, team);
  const size_t width = 3 * config_.hidden, head_dim = config_.head_dim();
  Project(Block().qkv, x_.data(), count_, &qkv_[first_ * width], member, team);
  team.Wait();
  const auto scale = static_cast<float>(1 / std::sqrt(static_cast<double>(head_dim)));
  const Share share(count_, member, team.size());
  for (size_t place = first_ + share.begin; place < first_ + share.end; ++place) {
    float* row = &qkv_[place * width];
    for (size_t head = 0; head < 2 * config_.heads; ++head) Turn(row + head * head_dim, place);
    for (size_t i = 0; i < config_.hidden; ++i) row[i] *= scale;  // the queries
  }
}

void TowerRun::Rest(size_t member, Team& team) {
  const size_t tasks = queries_.size() * config_.heads;
  for (size_t task = member; task < tasks; task += team.size()) {
    Mix(queries_[task / config_.heads], task % config_.heads, scores_[member], query_[member]);
  }
  team.Wait();
  Project(Block().proj, mixed_.data(), count_, out_.data(), member, team);
  AddRows(out_, member, team);
  team.Wait();
  FeedForward(member, team);
}

// softmax(queries · keys) · values of one head.
void TowerRun::Mix(const Queries& some, size_t head, std::vector<float>& scores,
                   std::vector<float>& room) {
  const size_t d = config_.head_dim(), hidden = config_.hidden, row = 3 * hidden;
  const size_t seen = some.see_end - some.see;
  for (size_t i = 0; i < some.count; ++i)
    std::copy_n(&qkv_[(some.first + i) * row + head * d], d, &room[i * d]);
  const float* keys = &qkv_[some.see * row + hidden + head * d];
  kernels_.matmul(scores.data(), seen, room.data(), some.count,
                  WeightMatrix{keys, Dtype::kF32, seen, d, row});
  float* mixed = &mixed_[(some.first - first_) * hidden + head * d];
  float sums[kQueriesMost] = {};
  for (size_t i = 0; i < some.count; ++i) {
    float* score = &scores[i * seen];
    kernels_.exp_shifted(score, *std::max_element(score, score + seen), seen);
    for (size_t j = 0; j < seen; ++j) sums[i] += score[j];
    std::fill_n(mixed + i * hidden, d, 0.0F);
  }
  kernels_.accumulate(mixed, hidden, scores.data(), seen, some.count,
                      WeightMatrix{keys + hidden, Dtype::kF32, seen, d, row});
  for (size_t i = 0; i < some.count; ++i) {
    for (size_t j = 0; j < d; ++j) mixed[i * hidden + j] /= sums[i];
  }
}

void TowerRun::FeedForward(size_t member, Team& team) {
  NormRows(Block().before_ffn, member, team);
  const size_t ffn = config_.ffn;
  Project(Block().gate, x_.data(), count_, gate_.data(), member, team);
  Project(Block().up, x_.data(), count_, up_.data(), member, team);
  const Share share(ffn, member, team.size(), kRowUnit);  // the columns that the member made
  for (size_t t = 0; t < count_ && share.size() > 0; ++t)
    kernels_.silu_mul(&gate_[t * ffn + share.begin], &up_[t * ffn + share.begin], share.size());
  team.Wait();
  Project(Block().down, gate_.data(), count_, out_.data(), member, team);
  AddRows(out_, member, team);
}

void TowerRun::Merge(size_t member, Team& team) {
  NormRows(tower_.merge_norm, member, team);
  const size_t groups = count_ / config_.group(), merged = config_.group() * config_.hidden;
  Project(tower_.merge_in, x_.data(), groups, merged_.data(), member, team);
  const Share share(merged, member, team.size(), kRowUnit);
  for (size_t t = 0; t < groups; ++t) {
    for (size_t i = share.begin; i < share.end; ++i)
      merged_[t * merged + i] = Gelu(merged_[t * merged + i]);
  }
  team.Wait();
  Project(tower_.merge_out, merged_.data(), groups, gate_.data(), member, team);
  team.Wait();
  Project(tower_.projector, gate_.data(), groups, projected_.data(), member, team);
  const size_t width = tower_.width();
  const Share columns(width, member, team.size(), kRowUnit);
  for (size_t t = 0; t < groups; ++t) {  // back to the order of the image
    std::copy_n(&projected_[t * width + columns.begin], columns.size(),
                &rows_[order_.groups[first_ / config_.group() + t] * width + columns.begin]);
  }
}

}  // namespace model_core
