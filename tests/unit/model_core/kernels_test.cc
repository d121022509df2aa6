// Every kernel variant gives the scalar reference's bits, over ragged sizes.
#include "model_core/kernels/kernels.h"

#include <gtest/gtest.h>

#include <cmath>
#include <cstring>
#include <numbers>
#include <vector>

#include "tests/unit/model_core/noise.h"

namespace model_core {
namespace {

std::vector<uint16_t> Bf16(const std::vector<float>& values) {
  std::vector<uint16_t> halves;
  for (float value : values) {
    uint32_t bits;
    std::memcpy(&bits, &value, sizeof(bits));
    halves.push_back(static_cast<uint16_t>(bits >> 16));
  }
  return halves;
}

// Equal as bits: NaN equals NaN, 0 differs from -0.
void ExpectSameBits(const std::vector<float>& a, const std::vector<float>& b,
                    const std::string& what) {
  ASSERT_EQ(a.size(), b.size());
  EXPECT_EQ(std::memcmp(a.data(), b.data(), a.size() * sizeof(float)), 0) << what;
}

class Variant : public testing::TestWithParam<const char*> {
 protected:
  void SetUp() override {
    kernels_ = FindKernels(GetParam());
    if (kernels_ == nullptr) GTEST_SKIP() << "this CPU lacks " << GetParam();
    ASSERT_EQ(kernels_->name, GetParam());
  }
  const Kernels* kernels_ = nullptr;
  const Kernels& scalar_ = ScalarKernels();
};

constexpr size_t kLengths[] = {1,  2,  3,  7,  8,  9,  15,  16,  17,  31,
                               32, 33, 48, 63, 64, 65, 100, 255, 256, 257};

TEST_P(Variant, MatmulGivesTheSameBitsForEveryShape) {
  for (size_t cols : kLengths) {
    for (size_t rows : {1, 2, 3, 4, 5, 6, 8, 15, 16, 17, 33}) {
      for (size_t m : {1, 2, 3, 4, 5, 6, 7, 8, 13}) {
        const size_t stride = cols + m % 3, out_stride = rows + m % 2;
        const std::vector<float> x = Noise(m * cols, 1), w = Noise(rows * stride, 2);
        const std::vector<uint16_t> half = Bf16(w);
        for (const WeightMatrix& matrix :
             {WeightMatrix{w.data(), Dtype::kF32, rows, cols, stride},
              WeightMatrix{half.data(), Dtype::kBf16, rows, cols, stride}}) {
          std::vector<float> wanted(m * out_stride, -1), made(m * out_stride, -1);
          scalar_.matmul(wanted.data(), out_stride, x.data(), m, matrix);
          kernels_->matmul(made.data(), out_stride, x.data(), m, matrix);
          ExpectSameBits(made, wanted,
                         "cols " + std::to_string(cols) + " rows " + std::to_string(rows) + " m " +
                             std::to_string(m));
        }
      }
    }
  }
}

TEST_P(Variant, MatmulGivesTheSameBitsForMoreTokensThanACacheHoldsAndForFewWideOnes) {
  constexpr size_t kCols = 2'050, kRows = 23, kTokensMost = 140;
  const std::vector<float> x = Noise(kTokensMost * kCols, 13), w = Noise(kRows * kCols, 14);
  const std::vector<uint16_t> half = Bf16(w);
  for (const WeightMatrix& matrix :
       {WeightMatrix{w.data(), Dtype::kF32, kRows, kCols, kCols},
        WeightMatrix{half.data(), Dtype::kBf16, kRows, kCols, kCols}}) {
    for (size_t tokens : {size_t{1}, size_t{2}, size_t{5}, size_t{139}, kTokensMost}) {
      std::vector<float> wanted(tokens * kRows), made = wanted;
      scalar_.matmul(wanted.data(), kRows, x.data(), tokens, matrix);
      kernels_->matmul(made.data(), kRows, x.data(), tokens, matrix);
      ExpectSameBits(
          made, wanted,
          std::to_string(ElementBytes(matrix.dtype)) + " bytes, " + std::to_string(tokens));
    }
  }
}

TEST_P(Variant, DotGivesTheSameBits) {
  for (size_t n : kLengths) {
    const std::vector<float> a = Noise(n, 3), b = Noise(n, 4);
    ExpectSameBits({kernels_->dot(a.data(), b.data(), n)}, {scalar_.dot(a.data(), b.data(), n)},
                   std::to_string(n));
  }
}

TEST_P(Variant, AccumulateGivesTheSameBits) {
  for (size_t n : kLengths) {
    for (size_t count : {0, 1, 2, 5, 40}) {
      for (size_t m : {1, 2, 3, 4, 9}) {
        const size_t stride = n + 3, out_stride = n + m % 2, weight_stride = count + 1;
        const std::vector<float> floats = Noise(count * stride + 1, 5);
        const std::vector<float> weights = Noise(m * weight_stride, 6);
        const std::vector<uint16_t> half = Bf16(floats);
        for (const WeightMatrix& rows :
             {WeightMatrix{floats.data(), Dtype::kF32, count, n, stride},
              WeightMatrix{half.data(), Dtype::kBf16, count, n, stride}}) {
          std::vector<float> wanted = Noise(m * out_stride, 7), made = wanted;
          scalar_.accumulate(wanted.data(), out_stride, weights.data(), weight_stride, m, rows);
          kernels_->accumulate(made.data(), out_stride, weights.data(), weight_stride, m, rows);
          ExpectSameBits(made, wanted, std::to_string(n) + " columns " + std::to_string(m));
        }
      }
    }
  }
}

TEST_P(Variant, ExponentialsGiveTheSameBits) {
  for (size_t n : kLengths) {
    std::vector<float> wanted = Noise(n, 8, 40);
    wanted[0] = n % 2 == 0 ? -87.0F : 200.0F;
    wanted[n / 2] = n % 3 == 0 ? NAN : -INFINITY;
    std::vector<float> made = wanted;
    scalar_.exp_shifted(wanted.data(), 1.5F, n);
    kernels_->exp_shifted(made.data(), 1.5F, n);
    ExpectSameBits(made, wanted, std::to_string(n));
    std::vector<float> gate = Noise(n, 9, 30), other = gate;
    const std::vector<float> up = Noise(n, 10);
    scalar_.silu_mul(gate.data(), up.data(), n);
    kernels_->silu_mul(other.data(), up.data(), n);
    ExpectSameBits(other, gate, std::to_string(n));
  }
}

INSTANTIATE_TEST_SUITE_P(Kernels, Variant, testing::Values("avx2", "avx512", "avx512vnni"),
                         [](const auto& info) { return std::string(info.param); });

// |Σ computed - Σ exact| ≤ n · ε · Σ|a·b| for any order of fused additions.
TEST(ScalarKernels, SumsStayWithinTheirBound) {
  for (size_t n : kLengths) {
    const std::vector<float> a = Noise(n, 11), b = Noise(n, 12);
    double exact = 0, size = 0;
    for (size_t i = 0; i < n; ++i) {
      exact += static_cast<double>(a[i]) * b[i];
      size += std::abs(static_cast<double>(a[i]) * b[i]);
    }
    EXPECT_NEAR(ScalarKernels().dot(a.data(), b.data(), n), exact,
                static_cast<double>(n) * 6e-8 * size);
  }
}

TEST(ExactMath, ExpIsWithinItsBound) {
  for (double x = -86.9; x < 88; x += 0.0137) {
    const auto single = static_cast<float>(x);
    EXPECT_NEAR(Exp(single) / std::exp(static_cast<double>(single)), 1.0, 3e-7) << x;
  }
  EXPECT_EQ(Exp(-88.0F), 0.0F);
  EXPECT_EQ(Exp(0.0F), 1.0F);
  EXPECT_TRUE(std::isfinite(Exp(1000.0F)));
  EXPECT_EQ(Sigmoid(0.0F), 0.5F);
}

TEST(ExactMath, SineAndCosineAreWithinTheirBound) {
  for (double angle = -20; angle < 20; angle += 0.0119) {
    EXPECT_NEAR(ExactSinCos(angle).sin, std::sin(angle), 1e-14) << angle;
    EXPECT_NEAR(ExactSinCos(angle).cos, std::cos(angle), 1e-14) << angle;
  }
  for (double angle = 1; angle < 1 << 20; angle *= 1.037) {
    EXPECT_NEAR(ExactSinCos(angle).sin, std::sin(angle), 1e-11) << angle;
    EXPECT_NEAR(ExactSinCos(angle).cos, std::cos(angle), 1e-11) << angle;
  }
}

TEST(ExactMath, RootsAreWithinAFewUnitsOfTheLastPlace) {
  for (size_t n : {1, 2, 4, 8, 16, 32, 64, 128}) {
    for (double value : {1e-8, 1e-6, 1e-4, 0.5, 1.0, 3.0, 1e6}) {
      EXPECT_NEAR(ExactRoot(value, n) / std::pow(value, 1.0 / static_cast<double>(n)), 1.0, 1e-14)
          << value << " " << n;
    }
  }
}

TEST(ExactMath, LogarithmsAreWithinTheirBound) {
  const auto expect = [](double value) {
    const double exact = std::log(value);
    EXPECT_NEAR(ExactLog(value), exact, 1e-15 * std::abs(exact)) << value;
  };
  for (double value = 1e-300; value < 1e300; value *= 1.37) expect(value);
  for (double value = 0.4; value < 2.5; value += 0.00037) expect(value);
  for (double value : {1 - 1e-9, 1 + 1e-9, 40.0, 10000.0, 1e6, 5e-324}) expect(value);
  EXPECT_EQ(ExactLog(1), 0);
}

// A C library gives what it likes here. These are what plans of a rope with YaRN are sealed with.
TEST(ExactMath, LogarithmsGiveTheBitsThatWerePinned) {
  EXPECT_EQ(ExactLog(40), 0x1.d82d33b32720dp+1);
  EXPECT_EQ(ExactLog(1e6), 0x1.ba18a998fffap+3);
  EXPECT_EQ(ExactLog(4096 / (32 * 2 * std::numbers::pi)), 0x1.81cfc5a038608p+1);
}

TEST(FindKernels, KnowsNamesAndRefusesOthers) {
  EXPECT_EQ(FindKernels("scalar"), &ScalarKernels());
  EXPECT_EQ(FindKernels("sse9"), nullptr);
  EXPECT_NE(FindKernels(""), nullptr);
}

TEST(ChooseKernels, NamesThoseThatThisCpuRuns) {
  EXPECT_EQ(*ChooseKernels("scalar"), &ScalarKernels());
  EXPECT_TRUE(CheckKernels("").ok());
  const absl::Status status = CheckKernels("mmx");
  EXPECT_EQ(status.code(), absl::StatusCode::kInvalidArgument);
  const std::string message(status.message());
  EXPECT_NE(message.find("kernels 'mmx'"), std::string::npos) << message;
  for (const std::string_view name : kKernelNames) {
    const bool runs = FindKernels(name) != nullptr;
    const bool named = message.find(std::string(1, ' ').append(name)) != std::string::npos;
    EXPECT_EQ(named, runs) << name << ": " << message;
  }
}

}  // namespace
}  // namespace model_core
