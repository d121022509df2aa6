#include "model_core/cpu/cpu_device.h"

#include <map>
#include <mutex>

#include "model_core/base/strings.h"
#include "model_core/cpu/cpu_operations.h"
#include "model_core/cpu/cpu_scratch.h"

namespace model_core {
namespace {

class Cpu : public Device {
 public:
  explicit Cpu(const Kernels& kernels) : kernels_(kernels), operations_(kernels) {}

  std::string name() const override { return base::StrCat("cpu (", kernels_.name, ")"); }
  Memory& memory() const override { return HostMemory(); }
  const Operations& operations() const override { return operations_; }
  std::unique_ptr<Scratch> MakeScratch(const ScratchSizes& sizes) const override {
    return std::make_unique<CpuScratch>(sizes);
  }
  bool has_lanes() const override { return true; }

 private:
  const Kernels& kernels_;
  const CpuOperations operations_;
};

}  // namespace

const Device& CpuDevice(const Kernels& kernels) {
  static std::mutex mutex;
  static std::map<const Kernels*, Cpu> devices;
  const std::lock_guard lock(mutex);
  return devices.try_emplace(&kernels, kernels).first->second;
}

absl::StatusOr<std::shared_ptr<const Device>> FindDevice(const std::string& module,
                                                         const Kernels& kernels) {
  if (!module.empty()) return OpenDevice(module);
  return std::shared_ptr<const Device>(&CpuDevice(kernels), [](const Device*) {});  // not ours
}

}  // namespace model_core
