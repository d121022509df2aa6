// TensorView: one tensor of a weight file, where it is mapped.
#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <vector>

namespace model_core {

struct TensorView {
  std::string dtype;  // "BF16", "F32", "F16", "F8_E4M3", "I64", …; of GGUF also "Q8_0", "Q4_K", …
  std::vector<size_t> shape;
  std::span<const uint8_t> data;  // mapped; lives as long as its file
};

}  // namespace model_core
