#include "model_core/vision/tower_run.h"

#include <algorithm>

#include "model_core/transformer/rope.h"

namespace model_core {
namespace {

constexpr size_t kStepGroups = 16;  // groups of patches of a step: so many share a read of weights

}  // namespace

TowerRun::TowerRun(const VisionTower& tower, size_t rows, size_t columns, ReadPatch read,
                   size_t team_size)
    : tower_(tower),
      config_(tower.config()),
      kernels_(tower.kernels()),
      read_(std::move(read)),
      order_(config_, rows, columns),
      places_(rows * columns),
      scores_(team_size),
      query_(team_size) {
  MakeRoom();
  MakeTurns(std::max(rows, columns));
  count_ = std::min(places_, kStepGroups * config_.group());
}

void TowerRun::MakeRoom() {
  const size_t hidden = config_.hidden, step = kStepGroups * config_.group();
  h_.resize(places_ * hidden);
  qkv_.resize(places_ * 3 * hidden);
  x_.resize(step * std::max(hidden, config_.patch_floats()));
  for (auto* buffer : {&mixed_, &out_, &merged_}) buffer->resize(step * hidden);
  gate_.resize(std::max(step * config_.ffn, kStepGroups * config_.out));
  up_.resize(step * config_.ffn);
  projected_.resize(kStepGroups * tower_.width());
  for (auto& scores : scores_) scores.resize(kQueriesMost * places_);
  for (auto& query : query_) query.resize(kQueriesMost * config_.head_dim());
  rows_.resize(places_ / config_.group() * tower_.width());
}

// Sines and cosines of a patch's row or column, for each pair that turns by it.
void TowerRun::MakeTurns(size_t coordinates) {
  const std::vector<double> frequencies = RopeFrequencies(
      {.dimensions = config_.head_dim() / 2, .theta = config_.rope_theta, .divisors = {}});
  for (size_t at = 0; at < coordinates; ++at) {
    for (double frequency : frequencies) {
      const SinCos turn = ExactSinCos(static_cast<double>(at) * frequency);
      sine_.push_back(static_cast<float>(turn.sin));
      cosine_.push_back(static_cast<float>(turn.cos));
    }
  }
}

size_t TowerRun::SeenBy(size_t place) const {
  const PatchOrder::Patch& patch = order_.patches[place];
  return Block().full ? places_ : patch.window_end - patch.window;
}

size_t TowerRun::StepWork() const {
  const size_t hidden = config_.hidden, merged = config_.group() * hidden;
  if (IsEmbedding()) return count_ * hidden * config_.patch_floats();
  if (IsMerging()) {
    return count_ / config_.group() *
           (merged * (merged + config_.out) + config_.out * tower_.width());
  }
  if (stage_ % 2 == 1) return count_ * 3 * hidden * hidden;
  return count_ * hidden * (hidden + 3 * config_.ffn + 2 * SeenBy(first_));
}

void TowerRun::Step(Team& team) {
  if (!IsEmbedding() && !IsMerging() && stage_ % 2 == 0) CutQueries();
  team.Run([&](size_t member) { RunMember(member, team); });
  first_ += count_;
  if (first_ == places_) {
    first_ = 0;
    ++stage_;
  }
  count_ = std::min(places_ - first_, kStepGroups * config_.group());
}

void TowerRun::RunMember(size_t member, Team& team) {
  if (IsEmbedding()) return Embed(member, team);
  if (IsMerging()) return Merge(member, team);
  stage_ % 2 == 1 ? KeysAndValues(member, team) : Rest(member, team);
}

void TowerRun::CutQueries() {
  queries_.clear();
  for (size_t place = first_; place < first_ + count_;) {
    const PatchOrder::Patch& patch = order_.patches[place];
    const size_t see = Block().full ? 0 : patch.window;
    const size_t see_end = Block().full ? places_ : patch.window_end;
    const size_t end = std::min({first_ + count_, see_end, place + kQueriesMost});
    queries_.push_back({place, end - place, see, see_end});
    place = end;
  }
}

}  // namespace model_core
