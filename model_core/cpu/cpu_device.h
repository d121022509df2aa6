// The CPU as a device: operations are shared out among a team's members, and their inner loops are
// those of a kernel variant.
#pragma once

#include <string_view>

#include "model_core/device/device.h"
#include "model_core/kernels/kernels.h"

namespace model_core {

// With the inner loops of `kernels`, one of FindKernels. Lives as long as the process.
const Device& CpuDevice(const Kernels& kernels);

// The device of the module at that path, else, if it is empty, the CPU. Errors: OpenDevice's.
absl::StatusOr<std::shared_ptr<const Device>> FindDevice(const std::string& module,
                                                         const Kernels& kernels);

}  // namespace model_core
