#include "model_core/engine/device_memory.h"

#include "model_core/base/strings.h"
#include "model_core/engine/weight_memory.h"

namespace model_core {

absl::StatusOr<MachineMemory> MemoryOf(const Device& device) {
  if (device.memory().is_host()) return ReadMachineMemory();
  return MachineMemory{device.memory().available(), base::StrCat("device '", device.name(), "'")};
}

absl::Status CheckHostRoom(const absl::StatusOr<MachineMemory>& machine, size_t bytes) {
  return CheckFits(machine, bytes,
                   {"engine: beside the device's memory it needs", "장치 메모리 외에 엔진에"});
}

}  // namespace model_core
