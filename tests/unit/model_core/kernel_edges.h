// What kernels are held to at the edges: numbers of every size, at odd addresses, between guards.
#pragma once

#include <gtest/gtest.h>

#include <algorithm>
#include <bit>
#include <cmath>
#include <string>

#include "model_core/kernels/kernels.h"
#include "tests/unit/model_core/noise.h"

namespace model_core {

inline constexpr size_t kLengthMost = 70;  // every length up to it: past four vectors of 16

// Zeros of both signs, denormals, what underflows when multiplied, and what comes near overflow.
inline constexpr float kTinyNumbers[] = {0.0F,   -0.0F,   0x1p-149F, -0x1p-149F, 0x1p-130F,
                                         1e-38F, -1e-30F, 1e-22F,    -1e-22F};
inline constexpr float kHugeNumbers[] = {1e18F, -1e18F, 3e38F, -3e38F, 65504.0F, 65520.0F, -0.0F};

// Noise, of which every third number is one of `odd`.
inline std::vector<float> Odd(size_t count, uint32_t seed, std::span<const float> odd) {
  std::vector<float> values = Noise(count, seed);
  for (size_t i = 0; i < count; i += 3) values[i] = odd[(i / 3 + seed) % odd.size()];
  return values;
}

// Noise; with tiny numbers; tiny numbers of one sign only, whose products all underflow to -0 or
// 0; with huge ones.
inline std::vector<std::vector<float>> NumbersOf(size_t count, uint32_t seed) {
  std::vector<float> vanishing(count, seed % 2 == 0 ? 1e-30F : -1e-30F);
  return {Noise(count, seed), Odd(count, seed, kTinyNumbers), vanishing,
          Odd(count, seed, kHugeNumbers)};
}

// A copy `odd` bytes behind an aligned address, which ends where its memory does: a sanitizer sees
// what is read beyond.
template <typename T>
class Unaligned {
 public:
  Unaligned(const std::vector<T>& values, size_t odd = sizeof(T))
      : bytes_(values.size() * sizeof(T) + odd), odd_(odd) {
    const auto* from = reinterpret_cast<const uint8_t*>(values.data());
    std::copy_n(from, values.size() * sizeof(T), bytes_.begin() + static_cast<ptrdiff_t>(odd));
  }
  const T* data() const { return reinterpret_cast<const T*>(bytes_.data() + odd_); }

 private:
  std::vector<uint8_t> bytes_;
  size_t odd_;
};

// The same bits, also of what lies between rows; of NaN, which is no one number, only that it is.
inline void ExpectSame(const std::vector<float>& made, const std::vector<float>& wanted,
                       const std::string& what) {
  ASSERT_EQ(made.size(), wanted.size());
  for (size_t i = 0; i < made.size(); ++i) {
    if (std::isnan(made[i]) && std::isnan(wanted[i])) continue;
    ASSERT_EQ(std::bit_cast<uint32_t>(made[i]), std::bit_cast<uint32_t>(wanted[i]))
        << what << ", number " << i << ": " << made[i] << " instead of " << wanted[i];
  }
}

// A variant beside the scalar twin; skipped where this CPU does not run it.
class Edges : public testing::TestWithParam<std::string_view> {
 protected:
  void SetUp() override {
    kernels_ = FindKernels(GetParam());
    if (kernels_ == nullptr) GTEST_SKIP() << "this CPU lacks " << GetParam();
    ASSERT_EQ(kernels_->name, GetParam());
  }
  // matmul and project of both.
  void ExpectSameProducts(const std::vector<float>& x, size_t m, const WeightMatrix& w,
                          const std::string& what) const {
    const size_t out_stride = w.rows + m % 2;
    const Unaligned<float> tokens(x);
    std::vector<float> wanted(m * out_stride + 16, -7), made = wanted, projected = wanted;
    scalar_.matmul(wanted.data(), out_stride, tokens.data(), m, w);
    kernels_->matmul(made.data(), out_stride, tokens.data(), m, w);
    const Projection one{projected.data(), out_stride, w};
    kernels_->project({&one, 1}, tokens.data(), m);
    const std::string where = what + ", rows " + std::to_string(w.rows) + ", columns " +
                              std::to_string(w.cols) + ", tokens " + std::to_string(m);
    ExpectSame(made, wanted, where);
    ExpectSame(projected, wanted, where + ", projected");
  }
  const Kernels* kernels_ = nullptr;
  const Kernels& scalar_ = ScalarKernels();
};

}  // namespace model_core
