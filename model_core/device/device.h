// Device: what a model runs on: its memory and its operations. The CPU's is part of Maru
// (cpu/cpu_device.h); others come as shared modules, loaded when configuration names one, so that
// an installation without a GPU needs nothing of its maker's.
#pragma once

#include <memory>
#include <string>

#include "model_core/base/status.h"
#include "model_core/device/memory.h"
#include "model_core/device/operations.h"

namespace model_core {

// How large a pass can be, for what operations need besides their arguments.
struct ScratchSizes {
  size_t members;  // lanes
  size_t rows;     // tokens
  size_t hidden;
  size_t experts, per_token;  // 0: none
  size_t ffn;                 // widths of all feed-forwards that one token passes
  size_t scores;  // of one position: tokens · kept heads together · query heads that share one
};

// Immutable, thread-safe but for its memory; outlives the models on it.
class Device {
 public:
  virtual ~Device() = default;

  // As it is shown to people: "cpu (avx512vnni)".
  virtual std::string name() const = 0;
  virtual Memory& memory() const = 0;
  virtual const Operations& operations() const = 0;
  // Null: the device has no memory for it.
  virtual std::unique_ptr<Scratch> MakeScratch(const ScratchSizes& sizes) const = 0;
  // Whether every member of a team issues operations; otherwise one caller does.
  virtual bool has_lanes() const = 0;
};

// Raised when anything changes that modules are compiled against: this folder and tensor/
// (device_interface_test.cc holds it to that).
inline constexpr int kDeviceInterface = 2;

// What a module exports as `maru_device_module`, with C linkage.
struct DeviceModule {
  int interface;  // kDeviceInterface of the headers it was compiled with
  // Null, and why in `why`: there is no such device here.
  std::unique_ptr<Device> (*open)(std::string& why);
};

// The device of the module at `path`, which stays loaded. NotFound: there is no such file;
// FailedPrecondition: it is no module of this interface, or finds no device.
absl::StatusOr<std::unique_ptr<Device>> OpenDevice(const std::string& path);

}  // namespace model_core
