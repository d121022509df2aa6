// The table of operations that a forward pass is made of. Each device has its own; the CPU's
// (model_core/cpu) is the reference. Arguments are addresses in the device's memory, unless they
// are said to lie on the host. Every device gives the same bits: the order of each sum is that of
// kernels/kernels.h.
//
// Called by every lane with the same arguments, which are read before the call returns; host arrays
// that they point to stay as they are until Finish. Operations neither fail nor, once they have
// seen the largest pass, allocate.
#pragma once

#include "model_core/device/arguments.h"
#include "model_core/device/lane.h"

namespace model_core {

class Operations {
 public:
  virtual ~Operations() = default;

  // Around the operations of a pass. When Finish returns, all of them have been done.
  virtual void Begin(const Lane& lane, const PassTable& table) const = 0;
  virtual void Finish(const Lane& lane) const = 0;

  virtual void Embed(const Lane& lane, const Embedding& of) const = 0;
  virtual void MakeTurns(const Lane& lane, const Turns& of) const = 0;
  virtual void Normalise(const Lane& lane, const Norm& of) const = 0;
  virtual void Join(const Lane& lane, const Joining& of) const = 0;
  virtual void Multiply(const Lane& lane, const Product& of) const = 0;
  virtual void Add(const Lane& lane, const Addition& of) const = 0;

  // What attention compares and keeps.
  virtual void MakeHeads(const Lane& lane, const GroupedHeads& of) const = 0;
  virtual void MakeLatents(const Lane& lane, const Latents& of) const = 0;
  virtual void Absorb(const Lane& lane, const Absorption& of) const = 0;
  virtual void Attend(const Lane& lane, const Attention& of) const = 0;
  virtual void Expand(const Lane& lane, const Expansion& of) const = 0;
  // When every token has attended: in a window layer rows may lie where the pass's first tokens
  // still looked. Those of drafts are staged.
  virtual void Store(const Lane& lane, const Storing& of) const = 0;
  // After a pass, by one caller: a draft's staged rows go where it says.
  virtual void StoreStaged(const StagedRow& of) const = 0;

  virtual void Route(const Lane& lane, const Routing& of) const = 0;
  virtual void FeedForward(const Lane& lane, const Mixture& of) const = 0;

  virtual void Score(const Lane& lane, const Scoring& of) const = 0;
};

}  // namespace model_core
