#include "tests/fakes/device/apart_device.h"

#include "model_core/base/check.h"
#include "model_core/cpu/cpu_operations.h"
#include "model_core/cpu/cpu_scratch.h"
#include "tests/fakes/device/apart_memory.h"

// Among the model core's names, which stand in each of its functions.
namespace model_core {
namespace {

using fakes::ApartMemory;

class ApartOperations : public Operations {
 public:
  explicit ApartOperations(ApartMemory& memory) : memory_(memory), cpu_(*FindKernels("")) {}

  void Begin(const Lane& lane, const PassTable&) const override { CHECK(lane.members() == 1); }
  void Finish(const Lane&) const override { memory_.Do(); }

  void Embed(const Lane& lane, const Embedding& of) const override {
    Later(&CpuOperations::Embed, lane, of);
  }
  void MakeTurns(const Lane& lane, const Turns& of) const override {
    Later(&CpuOperations::MakeTurns, lane, of);
  }
  void Normalise(const Lane& lane, const Norm& of) const override {
    Later(&CpuOperations::Normalise, lane, of);
  }
  void Join(const Lane& lane, const Joining& of) const override {
    Later(&CpuOperations::Join, lane, of);
  }
  void Multiply(const Lane& lane, const Product& of) const override {
    Later(&CpuOperations::Multiply, lane, of);
  }
  void Add(const Lane& lane, const Addition& of) const override {
    Later(&CpuOperations::Add, lane, of);
  }
  void MakeHeads(const Lane& lane, const GroupedHeads& of) const override {
    Later(&CpuOperations::MakeHeads, lane, of);
  }
  void MakeLatents(const Lane& lane, const Latents& of) const override {
    Later(&CpuOperations::MakeLatents, lane, of);
  }
  void Absorb(const Lane& lane, const Absorption& of) const override {
    Later(&CpuOperations::Absorb, lane, of);
  }
  void Attend(const Lane& lane, const Attention& of) const override {
    Later(&CpuOperations::Attend, lane, of);
  }
  void Expand(const Lane& lane, const Expansion& of) const override {
    Later(&CpuOperations::Expand, lane, of);
  }
  void Store(const Lane& lane, const Storing& of) const override {
    Later(&CpuOperations::Store, lane, of);
  }
  void StoreStaged(const StagedRow& of) const override {
    memory_.Do([&] { cpu_.StoreStaged(of); });
  }
  void Route(const Lane& lane, const Routing& of) const override {
    Later(&CpuOperations::Route, lane, of);
  }
  void FeedForward(const Lane& lane, const Mixture& of) const override {
    Later(&CpuOperations::FeedForward, lane, of);
  }
  void Score(const Lane& lane, const Scoring& of) const override {
    Later(&CpuOperations::Score, lane, of);
  }

 private:
  template <typename Arguments>
  void Later(void (CpuOperations::*operation)(const Lane&, const Arguments&) const,
             const Lane& lane, const Arguments& of) const {
    memory_.Issue([this, operation, &scratch = lane.scratch, of] {
      TeamOfOne alone;
      (cpu_.*operation)({0, alone, scratch}, of);
    });
  }

  ApartMemory& memory_;
  const CpuOperations cpu_;
};

class ApartDevice : public Device {
 public:
  ApartDevice(size_t bytes, size_t said) : memory_(bytes, said), operations_(memory_) {}

  std::string name() const override { return "apart"; }
  Memory& memory() const override { return memory_; }
  const Operations& operations() const override { return operations_; }
  std::unique_ptr<Scratch> MakeScratch(const ScratchSizes& sizes) const override {
    return std::make_unique<CpuScratch>(sizes);
  }
  bool has_lanes() const override { return false; }

 private:
  mutable ApartMemory memory_;
  const ApartOperations operations_;
};

}  // namespace
}  // namespace model_core

std::unique_ptr<model_core::Device> fakes::MakeApartDevice(size_t bytes, size_t said) {
  return std::make_unique<model_core::ApartDevice>(bytes, said);
}
