// The reference of keeping rows: obvious, never optimised.
#include <algorithm>
#include <cmath>

#include "model_core/kernels/variants.h"

namespace model_core {
namespace {

Half NearestHalf(float x) {
  if (x > kHalfMost) x = kHalfMost;
  if (x < -kHalfMost) x = -kHalfMost;
  return {ToF16(x)};
}

KeptGroup KeepGroup(const float* x, size_t count) {
  float largest = 0;
  bool finite = true;
  for (size_t i = 0; i < count; ++i) {
    finite &= std::isfinite(x[i]);
    largest = std::max(largest, std::abs(x[i]));
  }
  if (!finite) return {ToF16(NAN), {}};
  KeptGroup group = {ToF16AtLeast(std::min(largest / 127.0F, kHalfMost)), {}};
  if (group.scale == 0) return group;
  const float inverse = 1.0F / FromF16(group.scale);
  for (size_t i = 0; i < count; ++i) {
    const float scaled = std::clamp(x[i] * inverse, -127.0F, 127.0F);
    group.values[i] = static_cast<int8_t>(std::nearbyint(scaled));  // half to even
  }
  return group;
}

}  // namespace

void KeepScalar(void* out, const float* row, size_t width, Dtype kind) {
  if (kind == Dtype::kF32) {
    std::copy_n(row, width, static_cast<float*>(out));
  } else if (kind == Dtype::kF16) {
    std::transform(row, row + width, static_cast<Half*>(out), NearestHalf);
  } else {
    auto* group = static_cast<KeptGroup*>(out);
    for (size_t at = 0; at < width; at += kGroup)
      *group++ = KeepGroup(row + at, std::min(kGroup, width - at));
  }
}

}  // namespace model_core
