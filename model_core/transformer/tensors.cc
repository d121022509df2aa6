#include "model_core/transformer/tensors.h"

#include <cmath>
#include <cstring>

#include "model_core/base/strings.h"

namespace model_core {
namespace {

using base::StrCat;

constexpr size_t kBlock = 128;  // rows and columns that share one FP8 scale

absl::Status BadTensor(const std::string& name, std::string_view what) {
  return base::WithReason(
      base::Error(absl::StatusCode::kDataLoss, StrCat("tensor '", name, "' ", what),
                  StrCat("텐서 '", name, "': ", what)),
      "WEIGHTS_DAMAGED");
}

std::string ShapeText(const std::vector<size_t>& shape) {
  return StrCat("[", base::StrJoin(shape, ", "), "]");
}

// IEEE half precision.
float FromF16(uint16_t bits) {
  const int exponent = bits >> 10 & 31;
  const int fraction = bits & 1023;
  const float size = exponent == 31 ? (fraction == 0 ? INFINITY : NAN)
                     : exponent == 0
                         ? std::ldexp(static_cast<float>(fraction), -24)
                         : std::ldexp(static_cast<float>(1024 + fraction), exponent - 25);
  return (bits & 0x8000) != 0 ? -size : size;
}

// FP8 E4M3 (OCP 1.0): bias 7, no infinities, all ones is not a number.
float FromE4M3(uint8_t bits) {
  const int exponent = bits >> 3 & 15;
  const int fraction = bits & 7;
  const float size = (bits & 127) == 127 ? NAN
                     : exponent == 0     ? std::ldexp(static_cast<float>(fraction), -9)
                                     : std::ldexp(static_cast<float>(8 + fraction), exponent - 10);
  return (bits & 0x80) != 0 ? -size : size;
}

template <typename Bits>
Bits Load(const TensorView& view, size_t i) {
  Bits bits;
  std::memcpy(&bits, view.data.data() + i * sizeof(bits), sizeof(bits));
  return bits;
}

using Convert = float (*)(const TensorView&, size_t);

// Null: a type that this engine does not read.
Convert Converter(const std::string& dtype) {
  if (dtype == "F32") return [](const TensorView& view, size_t i) { return Load<float>(view, i); };
  if (dtype == "BF16")
    return [](const TensorView& view, size_t i) { return FromBf16(Load<uint16_t>(view, i)); };
  if (dtype == "F16")
    return [](const TensorView& view, size_t i) { return FromF16(Load<uint16_t>(view, i)); };
  if (dtype == "F8_E4M3")
    return [](const TensorView& view, size_t i) { return FromE4M3(Load<uint8_t>(view, i)); };
  return nullptr;
}

}  // namespace

float* Tensors::Own(size_t count) {
  owned_.push_back(std::make_unique<float[]>(count));
  return owned_.back().get();
}

absl::StatusOr<const TensorView*> Tensors::Find(const std::string& name,
                                                const std::vector<size_t>& shape) const {
  const TensorView* view = files_.Find(prefix_ + name);
  if (view == nullptr) return BadTensor(prefix_ + name, "is missing");
  if (view->shape != shape) {
    return BadTensor(prefix_ + name, StrCat("has shape ", ShapeText(view->shape),
                                            ", the config needs ", ShapeText(shape)));
  }
  if (Converter(view->dtype) == nullptr) {
    return BadTensor(prefix_ + name,
                     StrCat("has dtype ", view->dtype, "; read are F32, BF16, F16 and F8_E4M3"));
  }
  return view;
}

absl::StatusOr<WeightMatrix> Tensors::Matrix(const std::string& name, size_t rows, size_t cols) {
  ASSIGN_OR_RETURN(const TensorView* view, Find(name, {rows, cols}));
  const auto address =
      reinterpret_cast<uintptr_t>(view->data.data());  // damaged offsets may be odd
  if (view->dtype == "BF16" && address % 2 == 0)
    return WeightMatrix{view->data.data(), Dtype::kBf16, rows, cols, cols};
  if (view->dtype == "F32" && address % 4 == 0)
    return WeightMatrix{view->data.data(), Dtype::kF32, rows, cols, cols};
  return F32Matrix(name, rows, cols);
}

absl::StatusOr<WeightMatrix> Tensors::F32Matrix(const std::string& name, size_t rows, size_t cols) {
  ASSIGN_OR_RETURN(const TensorView* view, Find(name, {rows, cols}));
  const Convert convert = Converter(view->dtype);
  float* values = Own(rows * cols);
  for (size_t i = 0; i < rows * cols; ++i) values[i] = convert(*view, i);
  if (view->dtype == "F8_E4M3") RETURN_IF_ERROR(ScaleBlocks(name, rows, cols, values));
  return WeightMatrix{values, Dtype::kF32, rows, cols, cols};
}

// Block (i, j) covers rows 128i … and columns 128j …; those at the lower and right edge may be
// smaller.
absl::Status Tensors::ScaleBlocks(const std::string& name, size_t rows, size_t cols,
                                  float* values) const {
  if (!fp8_blocks_)
    return BadTensor(prefix_ + name, "is FP8, and the config has no quantization_config");
  const size_t across = (cols + kBlock - 1) / kBlock;
  ASSIGN_OR_RETURN(const TensorView* scales,
                   Find(name + "_scale_inv", {(rows + kBlock - 1) / kBlock, across}));
  const Convert convert = Converter(scales->dtype);
  for (size_t row = 0; row < rows; ++row) {
    for (size_t col = 0; col < cols; ++col) {
      values[row * cols + col] *= convert(*scales, row / kBlock * across + col / kBlock);
    }
  }
  return absl::OkStatus();
}

absl::StatusOr<const float*> Tensors::Vector(const std::string& name, size_t size, float offset) {
  ASSIGN_OR_RETURN(const TensorView* view, Find(name, {size}));
  const Convert convert = Converter(view->dtype);
  float* values = Own(size);
  for (size_t i = 0; i < size; ++i) values[i] = convert(*view, i) + offset;
  return values;
}

}  // namespace model_core
