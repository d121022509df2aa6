// The memory that a model's device gives: the machine's where the CPU is the device, else its own.
#pragma once

#include "model_core/device/device.h"
#include "model_core/engine/machine_memory.h"
#include "model_core/transformer/transformer.h"

namespace model_core {

// What `device` can still give, as it says itself; of the host, as ReadMachineMemory.
absl::StatusOr<MachineMemory> MemoryOf(const Device& device);

// Transformer::Load, if its weights fit: into the device's memory, and what has to be made for a
// device of its own into the host's as well; those of the vision tower, which is loaded after it,
// into the host's. ResourceExhausted otherwise, with the figures, before any is made or placed.
absl::StatusOr<std::unique_ptr<Transformer>> LoadWithin(const absl::StatusOr<MachineMemory>& host,
                                                        const std::string& directory,
                                                        const Device& device, LoadOptions options);

// ResourceExhausted, with the figures: beside the memory of a device of its own, an engine takes
// `bytes` of the machine's, which are more than that can give.
absl::Status CheckHostRoom(const absl::StatusOr<MachineMemory>& machine, size_t bytes);

}  // namespace model_core
