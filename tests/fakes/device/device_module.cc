// What a device module exports, in the ways that OpenDevice has to tell apart: built three times.
#include <cstdlib>
#include <string>

#include "tests/fakes/device/apart_device.h"

namespace {

// What a test says of the device that it will open next.
[[maybe_unused]] size_t Bytes(const char* name, size_t usual) {
  const char* text = std::getenv(name);
  return text == nullptr ? usual : std::stoull(text);
}

std::unique_ptr<model_core::Device> Open([[maybe_unused]] std::string& why) {
#ifdef MARU_NO_DEVICE
  why = "no such device in this machine";
  return nullptr;
#else
  const size_t bytes = Bytes("MARU_APART_BYTES", size_t{4} << 30);
  return fakes::MakeApartDevice(bytes, Bytes("MARU_APART_SAYS", bytes));
#endif
}

#ifdef MARU_OTHER_INTERFACE
constexpr int kInterface = model_core::kDeviceInterface + 1;
#else
constexpr int kInterface = model_core::kDeviceInterface;
#endif

}  // namespace

extern "C" __attribute__((visibility("default")))
const model_core::DeviceModule maru_device_module{kInterface, Open};
