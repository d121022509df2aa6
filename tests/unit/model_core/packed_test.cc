// Packed matrices: what packing keeps of the weights, and that every kernel variant gives the
// scalar reference's bits over ragged sizes.
#include <gtest/gtest.h>

#include <cmath>

#include "model_core/kernels/activations.h"
#include "model_core/weights/pack.h"
#include "tests/unit/model_core/noise.h"

namespace model_core {
namespace {

constexpr Dtype kPacked[] = {Dtype::kQ8, Dtype::kQ4};

// A matrix of given weights, packed.
class PackedWeights {
 public:
  PackedWeights(Dtype dtype, size_t rows, size_t cols, const std::vector<float>& weights)
      : bytes_(PackedBytes(dtype, rows, cols)),
        matrix_(PackedMatrix(bytes_.data(), dtype, rows, cols)) {
    const auto read = [&](size_t first, size_t count, float* out) {
      std::copy_n(&weights[first * cols], count * cols, out);
    };
    good_ = Pack(dtype, rows, cols, read, bytes_.data());
  }
  bool good() const { return good_; }
  const WeightMatrix& matrix() const { return matrix_; }
  std::vector<uint8_t>& bytes() { return bytes_; }

  float Scale(size_t row, size_t col) const {
    return PackedScale(PackedBlock(matrix_, row, col / kGroup), matrix_.dtype, 0, row);
  }
  float Weight(size_t row, size_t col) const {
    const uint8_t* block = PackedBlock(matrix_, row, col / kGroup);
    const int q = PackedInteger(block, matrix_.dtype, row, col % kGroup);
    const float least =
        matrix_.dtype == Dtype::kQ4 ? PackedScale(block, matrix_.dtype, 1, row) : 0.0F;
    return Scale(row, col) * static_cast<float>(q) + least;
  }

 private:
  std::vector<uint8_t> bytes_;
  WeightMatrix matrix_;
  bool good_ = false;
};

double RelativeError(const PackedWeights& packed, const std::vector<float>& weights) {
  double error = 0, size = 0;
  const size_t cols = packed.matrix().cols;
  for (size_t i = 0; i < weights.size(); ++i) {
    const double off = static_cast<double>(packed.Weight(i / cols, i % cols)) - weights[i];
    error += off * off;
    size += static_cast<double>(weights[i]) * weights[i];
  }
  return error / size;
}

TEST(Pack, Q8IsWithinHalfAStepOfEveryWeight) {
  for (const float spread : {1.0F, 1e-3F, 3e-7F, 1e4F}) {
    const size_t rows = 37, cols = 77;
    const std::vector<float> weights = Noise(rows * cols, 1, spread);
    const PackedWeights packed(Dtype::kQ8, rows, cols, weights);
    ASSERT_TRUE(packed.good());
    for (size_t i = 0; i < weights.size(); ++i) {
      const float step = packed.Scale(i / cols, i % cols);
      EXPECT_LE(std::abs(packed.Weight(i / cols, i % cols) - weights[i]), step * 0.50001F);
    }
  }
}

TEST(Pack, KeepsNormallyDistributedWeightsToTheStatedError) {
  const std::vector<float> weights = Noise(256 * 1024, 2, 0.02F);
  EXPECT_LE(RelativeError(PackedWeights(Dtype::kQ8, 256, 1024, weights), weights), 3e-5);
  EXPECT_LE(RelativeError(PackedWeights(Dtype::kQ4, 256, 1024, weights), weights), 5.6e-3);
}

TEST(Pack, RaggedEdgesAreNoWorse) {
  for (const size_t cols : {1, 5, 20, 31, 33, 48}) {
    const std::vector<float> weights = Noise(19 * cols, 3);
    EXPECT_LE(RelativeError(PackedWeights(Dtype::kQ4, 19, cols, weights), weights), 7e-3) << cols;
  }
}

TEST(Pack, HoldsConstantZeroAndOneSidedGroups) {
  for (const Dtype dtype : kPacked) {
    for (const float value : {0.0F, 1.0F, -0.25F}) {
      const std::vector<float> weights(16 * 32, value);
      const PackedWeights packed(dtype, 16, 32, weights);
      ASSERT_TRUE(packed.good());
      EXPECT_NEAR(packed.Weight(3, 5), value, std::abs(value) / 254);
    }
    std::vector<float> positive = Noise(16 * 64, 4);
    for (float& weight : positive) weight = std::abs(weight) + 1;
    EXPECT_LE(RelativeError(PackedWeights(dtype, 16, 64, positive), positive), 1e-3);
  }
}

TEST(Pack, RefusesWhatNoHalfCanScale) {
  for (const Dtype dtype : kPacked) {
    for (const float bad : {NAN, INFINITY, -INFINITY, 1e9F}) {
      std::vector<float> weights = Noise(20 * 40, 5);
      weights[19 * 40 + 39] = bad;
      EXPECT_FALSE(PackedWeights(dtype, 20, 40, weights).good()) << bad;
    }
  }
}

TEST(Pack, ManyThreadsPackTheSameBytes) {
  const size_t rows = 1040, cols = 1000;  // large enough for several
  const std::vector<float> weights = Noise(rows * cols, 6);
  for (const Dtype dtype : kPacked) {
    PackedWeights whole(dtype, rows, cols, weights);
    const std::vector<float> part(weights.begin() + 512 * cols, weights.begin() + 560 * cols);
    PackedWeights band(dtype, 48, cols, part);  // by one thread
    const auto* begin = static_cast<const uint8_t*>(whole.matrix().Rows(512, 48).data);
    EXPECT_TRUE(std::equal(band.bytes().begin(), band.bytes().end(), begin));
  }
}

// A product is off by what quantising x may be off, and by rounding: each of the group's values by
// scale / 2, each float operation by one part in 2^24 of what was added up.
TEST(ScalarPackedMatmul, StaysWithinItsBoundOfTheF32Product) {
  for (const Dtype dtype : kPacked) {
    for (const size_t cols : {1, 31, 32, 33, 100, 257}) {
      const size_t rows = 21;
      const std::vector<float> weights = Noise(rows * cols, 7), x = Noise(cols, 8);
      const PackedWeights packed(dtype, rows, cols, weights);
      std::vector<float> made(rows);
      ScalarKernels().matmul(made.data(), rows, x.data(), 1, packed.matrix());
      for (size_t row = 0; row < rows; ++row) {
        double exact = 0, bound = 0, size = 0;
        for (size_t c = 0; c < cols; ++c) {
          const size_t first = c / kGroup * kGroup, last = std::min(cols, first + kGroup);
          float largest = 0;
          for (size_t i = first; i < last; ++i) largest = std::max(largest, std::abs(x[i]));
          const double w = packed.Weight(row, c);
          exact += w * x[c];
          bound += std::abs(w) * largest / 127 / 2;
          size += (std::abs(w) + 16 * packed.Scale(row, c)) * largest;  // q and least apart
        }
        EXPECT_NEAR(made[row], exact,
                    bound + static_cast<double>(2 * Groups(cols) + 4) * 6e-8 * size);
      }
    }
  }
}

class PackedVariant : public testing::TestWithParam<std::string_view> {
 protected:
  void SetUp() override {
    kernels_ = FindKernels(GetParam());
    if (kernels_ == nullptr) GTEST_SKIP() << "this CPU lacks " << GetParam();
    ASSERT_EQ(kernels_->name, GetParam());
  }
  void ExpectSameBits(const std::vector<float>& x, size_t m, const WeightMatrix& w) const {
    const size_t out_stride = w.rows + m % 2;
    std::vector<float> wanted(m * out_stride, -1), made(m * out_stride, -1);
    ScalarKernels().matmul(wanted.data(), out_stride, x.data(), m, w);
    kernels_->matmul(made.data(), out_stride, x.data(), m, w);
    EXPECT_EQ(std::memcmp(made.data(), wanted.data(), made.size() * sizeof(float)), 0)
        << "rows " << w.rows << " cols " << w.cols << " m " << m;
  }
  const Kernels* kernels_ = nullptr;
};

TEST_P(PackedVariant, GivesTheSameBitsForEveryShape) {
  for (const Dtype dtype : kPacked) {
    for (const size_t cols : {1, 7, 31, 32, 33, 63, 64, 65, 100, 257}) {
      for (const size_t rows : {1, 2, 15, 16, 17, 33, 48}) {
        const PackedWeights packed(dtype, rows, cols, Noise(rows * cols, 9, 0.1F));
        for (const size_t m : {1, 2, 3, 4, 5, 7, 8, 9, 13, 31})
          ExpectSameBits(Noise(m * cols, 10, 3), m, packed.matrix());
      }
    }
  }
}

// The extremes of every integer, which nothing may saturate.
TEST_P(PackedVariant, GivesTheSameBitsAtTheExtremes) {
  for (const Dtype dtype : kPacked) {
    const size_t rows = 32, cols = 96;
    std::vector<float> weights(rows * cols);
    for (size_t i = 0; i < weights.size(); ++i) weights[i] = i / cols % 4 < 2 ? 1.0F : -1.0F;
    for (size_t i = 0; i < weights.size(); i += 5) weights[i] *= -1;
    const PackedWeights packed(dtype, rows, cols, weights);
    std::vector<float> x(8 * cols, 1.0F);
    for (size_t i = cols; i < x.size(); ++i) x[i] = i / 3 % (i / cols + 1) == 0 ? -1.0F : 1.0F;
    ExpectSameBits(x, 8, packed.matrix());
    ExpectSameBits(x, 1, packed.matrix());
  }
}

TEST_P(PackedVariant, GivesTheSameBitsForTinyHugeAndMissingNumbers) {
  const size_t cols = 70;
  for (const Dtype dtype : kPacked) {
    const PackedWeights packed(dtype, 16, cols, Noise(16 * cols, 11));
    for (const float odd : {0.0F, 1e-42F, 1e-31F, 1e-30F, 3e38F, INFINITY, NAN, -NAN}) {
      std::vector<float> x = Noise(2 * cols, 12);
      x[3] = odd;
      std::fill(x.begin() + cols, x.begin() + cols + 32, odd);
      ExpectSameBits(x, 2, packed.matrix());
    }
  }
}

TEST_P(PackedVariant, WhatIsReadNextChangesNoBit) {
  for (const Dtype dtype : kPacked) {
    const PackedWeights packed(dtype, 40, 300, Noise(40 * 300, 20));
    ExpectSameBits(Noise(300, 21), 1, Before(packed.matrix(), packed.matrix().data));
    ExpectSameBits(Noise(300, 21), 1, Before(packed.matrix(), nullptr));
  }
}

TEST_P(PackedVariant, RowsOfAMatrixGiveTheSameBitsAsTheWhole) {
  const size_t rows = 70, cols = 130;
  for (const Dtype dtype : kPacked) {
    const PackedWeights packed(dtype, rows, cols, Noise(rows * cols, 13));
    const std::vector<float> x = Noise(cols, 14);
    std::vector<float> whole(rows), parts(rows);
    kernels_->matmul(whole.data(), rows, x.data(), 1, packed.matrix());
    for (size_t first = 0; first < rows; first += 32) {
      const size_t count = std::min<size_t>(32, rows - first);
      kernels_->matmul(&parts[first], rows, x.data(), 1, packed.matrix().Rows(first, count));
    }
    EXPECT_EQ(parts, whole);
  }
}

TEST_P(PackedVariant, ProjectionsTogetherGiveTheBitsOfEachAlone) {
  const size_t cols = 1030;
  const PackedWeights q8(Dtype::kQ8, 40, cols, Noise(40 * cols, 22));
  const PackedWeights q4(Dtype::kQ4, 17, cols, Noise(17 * cols, 23));
  const std::vector<float> floats = Noise(5 * cols, 24);
  const WeightMatrix plain{floats.data(), Dtype::kF32, 5, cols, cols};
  using Matrices = std::vector<WeightMatrix>;
  for (const Matrices& matrices :
       {Matrices{q8.matrix(), q4.matrix(), q8.matrix()}, Matrices{q4.matrix()},
        Matrices{plain, plain}, Matrices{plain, q4.matrix(), plain, q8.matrix()}}) {
    for (const size_t m : {size_t{1}, size_t{3}, size_t{1100}}) {  // the last in several parts
      const std::vector<float> x = Noise(m * cols, 25);
      std::vector<std::vector<float>> made;
      for (const WeightMatrix& w : matrices) made.emplace_back(m * (w.rows + 1), -1.0F);
      std::vector<Projection> projections;
      for (size_t i = 0; i < matrices.size(); ++i)
        projections.push_back({made[i].data(), matrices[i].rows + 1, matrices[i]});
      kernels_->project(projections, x.data(), m);
      for (size_t i = 0; i < matrices.size(); ++i) {
        std::vector<float> alone(made[i].size(), -1.0F);
        kernels_->matmul(alone.data(), matrices[i].rows + 1, x.data(), m, matrices[i]);
        EXPECT_EQ(made[i], alone) << i << " of " << matrices.size() << ", m " << m;
      }
    }
  }
}

TEST_P(PackedVariant, ManyTokensGiveTheSameBitsAsEachAlone) {
  const size_t rows = 16, cols = 4128, m = 150;  // more than pass at once
  for (const Dtype dtype : kPacked) {
    const PackedWeights packed(dtype, rows, cols, Noise(rows * cols, 15));
    const std::vector<float> x = Noise(m * cols, 16);
    std::vector<float> together(m * rows), alone(m * rows);
    kernels_->matmul(together.data(), rows, x.data(), m, packed.matrix());
    for (size_t t = 0; t < m; ++t)
      kernels_->matmul(&alone[t * rows], rows, &x[t * cols], 1, packed.matrix());
    EXPECT_EQ(together, alone);
  }
}

size_t quantised, multiplied;  // calls

void CountQuantised(const float* x, const Activations& a) {
  ++quantised;
  QuantiseScalar(x, a);
}

void CountMultiplied(float*, size_t, const Activations&, const WeightMatrix&) { ++multiplied; }

TEST(ProjectPacked, QuantisesTokensOnceForAllMatrices) {
  const size_t cols = 64;
  const PackedWeights packed(Dtype::kQ8, 16, cols, Noise(16 * cols, 26));
  std::vector<float> x = Noise(9 * cols, 27), out(9 * 16);
  const Projection one{out.data(), 16, packed.matrix()};
  const std::vector<Projection> three(3, one);
  quantised = multiplied = 0;
  ProjectPacked<&CountQuantised, &CountMultiplied>(three, x.data(), 9);
  EXPECT_EQ(quantised, 1U);
  EXPECT_EQ(multiplied, 3U);
}

INSTANTIATE_TEST_SUITE_P(Kernels, PackedVariant, testing::ValuesIn(kKernelNames),
                         [](const auto& info) { return std::string(info.param); });

TEST(Half, RoundTripsEveryHalfAndRoundsToTheNearest) {
  for (uint32_t bits = 0; bits < 0x10000; ++bits) {
    const auto half = static_cast<uint16_t>(bits);
    if ((bits & 0x7FFF) > 0x7C00) {
      EXPECT_TRUE(std::isnan(FromF16(half)));
      continue;
    }
    ASSERT_EQ(ToF16(FromF16(half)), half);
  }
  EXPECT_EQ(FromF16(ToF16(65519.0F)), 65504.0F);
  EXPECT_TRUE(std::isinf(FromF16(ToF16(65520.0F))));
  for (const float value : Noise(1000, 17, 1e-4F)) {
    const float near = FromF16(ToF16(value)), above = FromF16(ToF16AtLeast(std::abs(value)));
    EXPECT_LE(std::abs(near - value), std::max(std::abs(value) * 0x1p-11F, 0x1p-25F));
    EXPECT_GE(above, std::abs(value));
    EXPECT_LE(above - std::abs(value), std::max(std::abs(value) * 0x1p-10F, 0x1p-24F));
  }
}

}  // namespace
}  // namespace model_core
