#include "model_core/transformer/tensors.h"

#include <algorithm>
#include <cmath>

#include "model_core/base/strings.h"
#include "model_core/base/text.h"

namespace model_core {
namespace {

using base::StrCat;

std::string ShapeText(const std::vector<size_t>& shape) {
  return StrCat("[", base::StrJoin(shape, ", "), "]");
}

constexpr std::string_view kDtypesRead = "F32, BF16, F16, F8_E4M3, Q8_0, Q4_0, Q4_K, Q6_K";
constexpr float kUnread = 0;  // where what was only looked at points

absl::Status NoNumber(const std::string& name, size_t at) {
  return base::WithReason(
      base::Error(absl::StatusCode::kDataLoss,
                  StrCat("tensor '", name, "' holds no number at ", at),
                  StrCat("텐서 '", name, "'의 ", at, "번 값이 유한한 수가 아닙니다")),
      "WEIGHTS_DAMAGED");
}

size_t Blocks(size_t extent, size_t block) { return (extent + block - 1) / block; }

}  // namespace

absl::Status BadTensor(const std::string& name, std::string_view english, std::string_view korean) {
  return base::WithReason(
      base::Error(absl::StatusCode::kDataLoss, StrCat("tensor '", name, "' ", english),
                  StrCat("텐서 '", name, "': ", korean)),
      "WEIGHTS_DAMAGED");
}

void StoredMatrix::Read(size_t row, size_t first, size_t count, float* out) const {
  read(*view, row * cols + first, count, out);
  if (scales.empty()) return;
  const float* scale = &scales[row / scale_rows * Blocks(cols, scale_cols)];
  for (size_t i = 0; i < count; ++i) out[i] *= scale[(first + i) / scale_cols];
}

void StoredMatrix::ReadRows(size_t first, size_t count, float* out) const {
  for (size_t r = 0; r < count; ++r) Read(first + r, 0, cols, out + r * cols);
}

absl::Status Tensors::CheckNumbers(const std::string& name, std::span<const float> values) const {
  const auto bad = std::find_if_not(values.begin(), values.end(),
                                    [](float value) { return std::isfinite(value); });
  if (bad == values.end()) return absl::OkStatus();
  return NoNumber(prefix_ + name, static_cast<size_t>(bad - values.begin()));
}

float* Tensors::Own(size_t count) {
  owned_.push_back(std::make_unique<float[]>(count));
  return owned_.back().get();
}

absl::StatusOr<const void*> Tensors::PlaceBytes(const std::string& name, const void* bytes,
                                                size_t count) {
  if (device_arena_.memory().is_host()) return bytes;
  uint8_t* placed = device_arena_.Take(count);
  if (placed == nullptr) {
    return NoMemory(device_arena_.memory(),
                    StrCat("tensor '", prefix_ + name, "' of ", count, " bytes"),
                    StrCat("텐서 '", prefix_ + name, "' ", count, "바이트"));
  }
  device_arena_.memory().Upload(placed, bytes, count);
  return placed;
}

absl::StatusOr<WeightMatrix> Tensors::Place(const std::string& name, WeightMatrix made) {
  const size_t bytes = IsPacked(made.dtype) ? PackedBytes(made.dtype, made.rows, made.cols)
                                            : made.rows * made.stride * ElementBytes(made.dtype);
  ASSIGN_OR_RETURN(made.data, PlaceBytes(name, made.data, bytes));
  return made;
}

absl::StatusOr<const float*> Tensors::Place(const std::string& name, const float* made,
                                            size_t count) {
  ASSIGN_OR_RETURN(const void* placed, PlaceBytes(name, made, count * sizeof(float)));
  return static_cast<const float*>(placed);
}

void Tensors::DropHostCopies() {
  if (device_arena_.memory().is_host()) return;
  owned_.clear();
  store_ = PackedStore();
}

absl::StatusOr<const TensorView*> Tensors::Find(const std::string& name,
                                                const std::vector<size_t>& shape) const {
  const TensorView* view = files_.Find(prefix_ + name);
  if (view == nullptr) return BadTensor(prefix_ + name, "is missing", "없습니다");
  used_.insert(prefix_ + name);
  if (view->shape != shape) {
    return BadTensor(
        prefix_ + name,
        StrCat("has shape ", ShapeText(view->shape), ", the config needs ", ShapeText(shape)),
        StrCat("모양이 ", ShapeText(view->shape), "인데 설정에는 ", ShapeText(shape), "입니다"));
  }
  if (ElementReader(view->dtype) == nullptr) {
    return BadTensor(prefix_ + name, StrCat("has dtype ", view->dtype, "; read are ", kDtypesRead),
                     StrCat("dtype이 ", view->dtype, "입니다. 읽는 것: ", kDtypesRead));
  }
  return view;
}

absl::Status Tensors::RefuseUnused(const std::function<bool(std::string_view)>& passed) const {
  for (const auto& [name, view] : files_.all()) {
    const std::string_view own =
        std::string_view(name).substr(std::min(prefix_.size(), name.size()));
    if (!name.starts_with(prefix_) || used_.contains(name) || passed(own)) continue;
    return BadTensor(name, "is not understood, and may change the result",
                     "무엇인지 알 수 없고, 결과를 바꿀 수 있습니다");
  }
  return absl::OkStatus();
}

absl::StatusOr<StoredMatrix> Tensors::Stored(const std::string& name, size_t rows,
                                             size_t cols) const {
  ASSIGN_OR_RETURN(const TensorView* view, Find(name, {rows, cols}));
  StoredMatrix matrix{view, ElementReader(view->dtype), rows, cols, {}};
  if (view->dtype == "F8_E4M3") RETURN_IF_ERROR(ReadScales(name, matrix));
  return matrix;
}

// Block (i, j) of R × C covers rows R·i … and columns C·j …; those at the lower and right edge may
// be smaller. One scale for all is a list of one.
absl::Status Tensors::ReadScales(const std::string& name, StoredMatrix& matrix) const {
  if (fp8_.scale_suffix.empty()) {
    return BadTensor(prefix_ + name, "is FP8, and the config has no quantization_config",
                     "FP8인데 설정에 quantization_config가 없습니다");
  }
  matrix.scale_rows = fp8_.rows == 0 ? matrix.rows : fp8_.rows;
  matrix.scale_cols = fp8_.cols == 0 ? matrix.cols : fp8_.cols;
  std::vector<size_t> shape = {Blocks(matrix.rows, matrix.scale_rows),
                               Blocks(matrix.cols, matrix.scale_cols)};
  matrix.scales.resize(shape[0] * shape[1]);
  if (fp8_.rows == 0 && fp8_.cols == 0) shape = {1};
  ASSIGN_OR_RETURN(const TensorView* scales, Find(name + fp8_.scale_suffix, shape));
  ElementReader(scales->dtype)(*scales, 0, matrix.scales.size(), matrix.scales.data());
  return CheckNumbers(name + fp8_.scale_suffix, matrix.scales);
}

absl::StatusOr<WeightMatrix> Tensors::Matrix(const std::string& name, size_t rows, size_t cols,
                                             Precision precision) {
  ASSIGN_OR_RETURN(const StoredMatrix stored, Stored(name, rows, cols));
  return Keep(name, stored, precision);
}

absl::StatusOr<WeightMatrix> Tensors::Filters(const std::string& name,
                                              const std::vector<size_t>& shape,
                                              Precision precision) {
  ASSIGN_OR_RETURN(const TensorView* view, Find(name, shape));
  if (view->dtype == "F8_E4M3")
    return BadTensor(prefix_ + name, "is FP8, which filters may not be",
                     "필터는 FP8일 수 없습니다");
  size_t cols = 1;
  for (size_t i = 1; i < shape.size(); ++i) cols *= shape[i];
  return Keep(name, {view, ElementReader(view->dtype), shape[0], cols, {}}, precision);
}

absl::StatusOr<WeightMatrix> Tensors::Keep(const std::string& name, const StoredMatrix& stored,
                                           Precision precision) {
  const size_t rows = stored.rows, cols = stored.cols;
  if (look_only()) return WeightMatrix{&kUnread, Dtype::kF32, rows, cols, cols};
  const auto address =
      reinterpret_cast<uintptr_t>(stored.view->data.data());  // damaged offsets may be odd
  if (precision == Precision::kStored && stored.view->dtype == "BF16" && address % 2 == 0)
    return PlaceStored(name, stored, Dtype::kBf16);
  if (precision == Precision::kStored && stored.view->dtype == "F32" && address % 4 == 0)
    return PlaceStored(name, stored, Dtype::kF32);
  return Made(name, rows, cols, precision, [&stored](size_t first, size_t count, float* out) {
    stored.ReadRows(first, count, out);
  });
}

absl::StatusOr<WeightMatrix> Tensors::PlaceStored(const std::string& name,
                                                  const StoredMatrix& stored, Dtype dtype) {
  if (reading_ == Reading::kChecking) {
    const size_t at = FirstNoNumber(*stored.view);
    if (at < stored.rows * stored.cols) return NoNumber(prefix_ + name, at);
  }
  const void* data = stored.view->data.data();
  return Place(name, {data, dtype, stored.rows, stored.cols, stored.cols});
}

absl::StatusOr<WeightMatrix> Tensors::F32Matrix(const std::string& name, size_t rows, size_t cols) {
  ASSIGN_OR_RETURN(const StoredMatrix stored, Stored(name, rows, cols));
  if (look_only()) return WeightMatrix{&kUnread, Dtype::kF32, rows, cols, cols};
  float* values = Own(rows * cols);
  stored.ReadRows(0, rows, values);
  RETURN_IF_ERROR(CheckNumbers(name, {values, rows * cols}));
  return Place(name, {values, Dtype::kF32, rows, cols, cols});
}

absl::StatusOr<WeightMatrix> Tensors::Made(const std::string& name, size_t rows, size_t cols,
                                           Precision precision, const ReadRows& read) {
  if (look_only()) return WeightMatrix{&kUnread, Dtype::kF32, rows, cols, cols};
  if (precision != Precision::kStored) {
    const Dtype packed = precision == Precision::kQ8 ? Dtype::kQ8 : Dtype::kQ4;
    ASSIGN_OR_RETURN(const WeightMatrix matrix,
                     store_.Matrix(prefix_ + name, packed, rows, cols, read));
    return Place(name, matrix);
  }
  float* values = Own(rows * cols);
  read(0, rows, values);
  RETURN_IF_ERROR(CheckNumbers(name, {values, rows * cols}));
  return Place(name, {values, Dtype::kF32, rows, cols, cols});
}

absl::StatusOr<const float*> Tensors::Vector(const std::string& name, size_t size, float offset) {
  ASSIGN_OR_RETURN(const TensorView* view, Find(name, {size}));
  if (look_only()) return &kUnread;
  float* values = Own(size);
  ElementReader(view->dtype)(*view, 0, size, values);
  RETURN_IF_ERROR(CheckNumbers(name, {values, size}));
  for (size_t i = 0; i < size; ++i) values[i] += offset;
  return Place(name, values, size);
}

}  // namespace model_core
