// What a device module exports, in the ways that OpenDevice has to tell apart: built three times.
#include "tests/fakes/device/apart_device.h"

namespace {

std::unique_ptr<model_core::Device> Open([[maybe_unused]] std::string& why) {
#ifdef MARU_NO_DEVICE
  why = "no such device in this machine";
  return nullptr;
#else
  return fakes::MakeApartDevice(size_t{4} << 30);
#endif
}

#ifdef MARU_OTHER_INTERFACE
constexpr int kInterface = model_core::kDeviceInterface + 1;
#else
constexpr int kInterface = model_core::kDeviceInterface;
#endif

}  // namespace

extern "C" __attribute__((visibility("default"))) const model_core::DeviceModule
    maru_device_module{kInterface, Open};
