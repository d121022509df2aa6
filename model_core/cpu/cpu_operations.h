// CpuOperations: every member of a team does its share of each operation. No share changes a
// result: each number is made by one member, in one order.
#pragma once

#include "model_core/device/operations.h"
#include "model_core/kernels/kernels.h"

namespace model_core {

class CpuOperations : public Operations {
 public:
  explicit CpuOperations(const Kernels& kernels) : kernels_(kernels) {}

  void Begin(const Lane& lane, const PassTable& table) const override;
  void Finish(const Lane& lane) const override;

  // rows.cc
  void Embed(const Lane& lane, const Embedding& of) const override;
  void MakeTurns(const Lane& lane, const Turns& of) const override;
  void Normalise(const Lane& lane, const Norm& of) const override;
  void Join(const Lane& lane, const Joining& of) const override;
  void Multiply(const Lane& lane, const Product& of) const override;
  void Add(const Lane& lane, const Addition& of) const override;

  // heads.cc
  void MakeHeads(const Lane& lane, const GroupedHeads& of) const override;
  void MakeLatents(const Lane& lane, const Latents& of) const override;
  void Absorb(const Lane& lane, const Absorption& of) const override;
  void Expand(const Lane& lane, const Expansion& of) const override;
  void Store(const Lane& lane, const Storing& of) const override;
  void StoreStaged(const StagedRow& of) const override;

  void Attend(const Lane& lane, const Attention& of) const override;     // attention.cc
  void Route(const Lane& lane, const Routing& of) const override;        // routing.cc
  void FeedForward(const Lane& lane, const Mixture& of) const override;  // feed_forward.cc
  void Score(const Lane& lane, const Scoring& of) const override;        // scores.cc

 private:
  void Keep(const FreshRows& fresh, size_t token, size_t head, const float* key,
            const float* value) const;

  const Kernels& kernels_;
};

// Rows of weights that one member takes at least: what the widest kernel tile does at once.
inline constexpr size_t kRowUnit = 16;

}  // namespace model_core
