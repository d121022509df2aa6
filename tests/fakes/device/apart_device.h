// ApartDevice: a device that shows whether a forward pass keeps to the interface. Its memory cannot
// be touched: whoever reads or writes an address of it outside of an operation ends the process.
// And nothing is done when it is issued: operations lie in a queue until Finish, Upload or
// Download, so that arguments which did not stay as they were would be seen. What it computes, the
// CPU's own operations compute.
#pragma once

#include <cstddef>
#include <memory>

#include "model_core/device/device.h"

namespace fakes {

// With memory for `bytes` in all, though it says that there are `said`.
std::unique_ptr<model_core::Device> MakeApartDevice(size_t bytes, size_t said);
inline std::unique_ptr<model_core::Device> MakeApartDevice(size_t bytes) {
  return MakeApartDevice(bytes, bytes);
}

}  // namespace fakes
