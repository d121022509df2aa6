#include "model_core/engine/device_memory.h"

#include "model_core/base/strings.h"
#include "model_core/engine/weight_memory.h"

namespace model_core {

absl::StatusOr<MachineMemory> MemoryOf(const Device& device) {
  if (device.memory().is_host()) return ReadMachineMemory();
  return MachineMemory{device.memory().available(), base::StrCat("device '", device.name(), "'")};
}

absl::StatusOr<std::unique_ptr<Transformer>> LoadWithin(const absl::StatusOr<MachineMemory>& host,
                                                        const std::string& directory,
                                                        const Device& device, LoadOptions options) {
  const bool apart = !device.memory().is_host();
  ASSIGN_OR_RETURN(const size_t least, WeightBytesAtLeast(directory, options.precision));
  ASSIGN_OR_RETURN(const size_t tower, TowerBytesAtLeast(directory, options.precision));
  RETURN_IF_ERROR(apart ? CheckWeightsFit(MemoryOf(device), least)
                        : CheckWeightsFit(host, least + tower));
  if (apart) {
    RETURN_IF_ERROR(CheckFits(
        host, tower, {"weights: the vision tower needs on the host", "비전 타워 가중치에 호스트"}));
    options.may_read = [&, precision = options.precision](bool kept) -> absl::Status {
      ASSIGN_OR_RETURN(const size_t made, MadeWeightBytes(directory, precision, kept));
      const std::string name = device.name();
      return CheckFits(
          host, made,
          {base::StrCat("weights: to make them for device '", name, "' the host needs"),
           base::StrCat("장치 '", name, "'에 올릴 가중치를 만드는 데 호스트")});
    };
  }
  return Transformer::Load(directory, device, options);
}

absl::Status CheckHostRoom(const absl::StatusOr<MachineMemory>& machine, size_t bytes) {
  return CheckFits(machine, bytes,
                   {"engine: beside the device's memory it needs", "장치 메모리 외에 엔진에"});
}

}  // namespace model_core
