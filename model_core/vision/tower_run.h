// TowerRun: one image on its way through a vision tower, a few patches at a time, so that whoever
// works through it may do something else in between. One thread (a Team counts as one). The rows
// do not depend on the team's size or on the kernel variant: the same bits each time.
//
//   h ← patches · Wᵀ
//   per block  h ← h + proj(Attention(norm h))       over the patch's window, or the whole image
//              h ← h + down(silu(gate x) ⊙ up x),  x = norm h
//   row ← projector(W₂ · gelu(W₁ · norm of a group of patches, one after the other))
//
// A block is gone through twice: keys and values of all patches first, then the rest.
#pragma once

#include <functional>
#include <span>
#include <vector>

#include "model_core/device/team.h"
#include "model_core/vision/patch_order.h"
#include "model_core/vision/vision_tower.h"

namespace model_core {

// Patch `index`, as the preprocessor numbers it: [patch_floats]. Called by members of a team at the
// same time.
using ReadPatch = std::function<void(size_t index, float* out)>;

class TowerRun {
 public:
  // `rows`, `columns`: of patches, multiples of merge, not 0. Memory for everything is taken here:
  // (4 · hidden) floats a patch and the result.
  TowerRun(const VisionTower& tower, size_t rows, size_t columns, ReadPatch read, size_t team_size);

  bool done() const { return stage_ == Stages(); }
  // Multiplications of the next step.
  size_t StepWork() const;
  void Step(Team& team);

  // Once done: [groups of patches, row by row, width].
  std::vector<float> TakeRows() { return std::move(rows_); }

 private:
  static constexpr size_t kQueriesMost = 16;  // that read the same keys together
  struct Queries {                            // patches in a row that see the same ones
    size_t first, count, see, see_end;
  };

  void MakeRoom();
  void MakeTurns(size_t coordinates);
  size_t Stages() const { return 2 * tower_.blocks.size() + 2; }
  const VisionBlock& Block() const { return tower_.blocks[(stage_ - 1) / 2]; }
  bool IsEmbedding() const { return stage_ == 0; }
  bool IsMerging() const { return stage_ + 1 == Stages(); }
  size_t SeenBy(size_t place) const;
  void CutQueries();

  void RunMember(size_t member, Team& team);
  void Embed(size_t member, Team& team);
  void KeysAndValues(size_t member, Team& team);
  void Rest(size_t member, Team& team);
  void Mix(const Queries& some, size_t head, std::vector<float>& scores, std::vector<float>& room);
  void FeedForward(size_t member, Team& team);
  void Merge(size_t member, Team& team);

  void Norm(const float* x, const float* weight, float* out) const;
  void NormRows(const float* weight, size_t member, Team& team);
  void Turn(float* head, size_t place) const;
  void Project(const Linear& linear, const float* x, size_t count, float* out, size_t member,
               const Team& team) const;
  void AddRows(const std::vector<float>& out, size_t member, const Team& team);

  const VisionTower& tower_;
  const VisionConfig& config_;
  const Kernels& kernels_;
  const ReadPatch read_;
  const PatchOrder order_;
  const size_t places_;           // patches
  size_t stage_ = 0;              // embedding, two for each block, merging
  size_t first_ = 0, count_ = 0;  // of the step, in places

  std::vector<float> h_, qkv_;        // [places, hidden], [places, 3, heads, head_dim]
  std::vector<float> sine_, cosine_;  // [coordinate, head_dim / 4]
  // Of a step: [kStepPatches, …].
  std::vector<float> x_, mixed_, out_, gate_, up_, merged_, projected_;
  std::vector<Queries> queries_;
  std::vector<std::vector<float>> scores_, query_;  // by member of the team
  std::vector<float> rows_;
};

}  // namespace model_core
