#include <dlfcn.h>

#include <filesystem>

#include "model_core/base/quotations.h"
#include "model_core/base/strings.h"
#include "model_core/base/text.h"
#include "model_core/device/device.h"

namespace model_core {
namespace {

using base::StrCat;

absl::Status Unusable(const std::string& path, const std::string& why) {
  return base::WithReason(base::Error(absl::StatusCode::kFailedPrecondition,
                                      StrCat("device module '", path, "' cannot be used: ", why),
                                      StrCat("장치 모듈 '", path, "'", base::Particle(path, "을"),
                                             " 쓸 수 없습니다: ", base::Quoted(why))),
                          "DEVICE_UNUSABLE");
}

}  // namespace

// A full path, so that no search path decides what is loaded. Never unloaded: what it made, and its
// threads, may outlive any owner that could be named here.
absl::StatusOr<std::unique_ptr<Device>> OpenDevice(const std::string& path) {
  std::error_code error;
  const std::filesystem::path full = std::filesystem::canonical(path, error);
  if (error) {
    return base::Error(absl::StatusCode::kNotFound, StrCat("no device module at '", path, "'"),
                       StrCat("장치 모듈 '", path, "'", base::Particle(path, "이"), " 없습니다"));
  }
  void* library = dlopen(full.c_str(), RTLD_NOW | RTLD_LOCAL);
  if (library == nullptr) return Unusable(path, dlerror());
  const auto* module = static_cast<const DeviceModule*>(dlsym(library, "maru_device_module"));
  if (module == nullptr) return Unusable(path, "it exports no maru_device_module");
  if (module->interface != kDeviceInterface) {
    return Unusable(
        path, StrCat("it speaks interface ", module->interface, ", this Maru ", kDeviceInterface));
  }
  std::string why;
  std::unique_ptr<Device> device = module->open(why);
  if (device == nullptr) return Unusable(path, why);
  return device;
}

}  // namespace model_core
