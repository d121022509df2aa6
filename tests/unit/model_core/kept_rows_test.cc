// Rows as a KV cache keeps them: how far a kept value is from what was made, and that attention's
// kernels over kept rows give the bits of the scalar reference over the floats that they stand for.
#include "model_core/tensor/kept_rows.h"

#include <gtest/gtest.h>

#include <cmath>
#include <cstring>

#include "model_core/kernels/cache_use.h"
#include "model_core/kernels/kernels.h"
#include "tests/unit/model_core/noise.h"

namespace model_core {
namespace {

constexpr Dtype kKinds[] = {Dtype::kF32, Dtype::kF16, Dtype::kQ8Rows};
constexpr size_t kWidths[] = {1, 3, 8, 15, 16, 17, 31, 32, 33, 48, 64, 80, 100, 128, 192, 257};

// Rows of `width`, kept by the scalar reference, `gap` elements apart.
struct Kept {
  Kept(Dtype kind, size_t rows, size_t width, const std::vector<float>& floats, size_t gap = 0)
      : bytes(rows * (KeptStride(kind, width) + gap) * ElementBytes(kind) + 1),
        matrix{bytes.data(), kind, rows, width, KeptStride(kind, width) + gap} {
    for (size_t r = 0; r < rows; ++r) ScalarKernels().keep(Row(r), &floats[r * width], width, kind);
  }
  uint8_t* Row(size_t r) { return bytes.data() + r * matrix.stride * ElementBytes(matrix.dtype); }
  // What the rows stand for, without gaps.
  std::vector<float> Floats() {
    std::vector<float> floats;
    for (size_t r = 0; r < matrix.rows; ++r) {
      for (size_t c = 0; c < matrix.cols; ++c) floats.push_back(KeptValue(Row(r), matrix.dtype, c));
    }
    return floats;
  }
  std::vector<uint8_t> bytes;
  WeightMatrix matrix;
};

template <typename T>
void ExpectSameBytes(const std::vector<T>& a, const std::vector<T>& b, const std::string& what) {
  ASSERT_EQ(a.size(), b.size());
  EXPECT_EQ(std::memcmp(a.data(), b.data(), a.size() * sizeof(T)), 0) << what;
}

TEST(KeptRows, AHalfIsWithinHalfAUnitOfItsLastPlace) {
  for (float spread : {1e-7F, 1e-3F, 1.0F, 1e3F}) {
    const std::vector<float> made = Noise(1'000, 1, spread);
    const std::vector<float> kept = Kept(Dtype::kF16, 10, 100, made).Floats();
    for (size_t i = 0; i < made.size(); ++i)
      EXPECT_LE(std::abs(kept[i] - made[i]), std::max(0x1p-11F * std::abs(made[i]), 0x1p-25F));
  }
}

// A scale is at most one unit of a half above largest / 127: 2^-10 of it, or 2^-24 where halves
// become coarse.
TEST(KeptRows, AnIntegerIsWithinHalfItsScale) {
  for (float spread : {1e-7F, 1e-3F, 1.0F, 1e3F}) {
    for (size_t width : kWidths) {
      const std::vector<float> made = Noise(4 * width, 2, spread);
      const std::vector<float> kept = Kept(Dtype::kQ8Rows, 4, width, made).Floats();
      for (size_t row = 0; row < 4; ++row) {
        for (size_t c = 0; c < width; ++c) {
          const size_t first = row * width + c / kGroup * kGroup;
          const size_t end = std::min(first + kGroup, (row + 1) * width);
          float largest = 0;
          for (size_t i = first; i < end; ++i) largest = std::max(largest, std::abs(made[i]));
          const float scale = largest / 127 + std::max(largest / 127 * 0x1p-10F, 0x1p-24F);
          const size_t i = row * width + c;
          EXPECT_LE(std::abs(kept[i] - made[i]), scale / 2 * (1 + 1e-5F)) << made[i];
        }
      }
    }
  }
}

TEST(KeptRows, WhatIsTooLargeIsTheLargestAndWhatIsNoNumberStaysNone) {
  const std::vector<float> made = {1e6F, -1e6F, INFINITY, -INFINITY, NAN, 1};
  const std::vector<float> halves = Kept(Dtype::kF16, 1, 6, made).Floats();
  EXPECT_EQ(halves[0], kHalfMost);
  EXPECT_EQ(halves[1], -kHalfMost);
  EXPECT_EQ(halves[2], kHalfMost);
  EXPECT_EQ(halves[3], -kHalfMost);
  EXPECT_TRUE(std::isnan(halves[4]));
  for (float value : Kept(Dtype::kQ8Rows, 1, 6, made).Floats()) EXPECT_TRUE(std::isnan(value));
  const std::vector<float> large = Kept(Dtype::kQ8Rows, 1, 2, {1e10F, -1e10F}).Floats();
  EXPECT_EQ(large[0], 127 * kHalfMost);
  EXPECT_EQ(large[1], -127 * kHalfMost);
}

class KeptVariant : public testing::TestWithParam<const char*> {
 protected:
  void SetUp() override {
    kernels_ = FindKernels(GetParam());
    if (kernels_ == nullptr) GTEST_SKIP() << "this CPU lacks " << GetParam();
  }
  const Kernels* kernels_ = nullptr;
  const Kernels& scalar_ = ScalarKernels();
};

TEST_P(KeptVariant, KeepsTheSameBytes) {
  for (Dtype kind : kKinds) {
    for (size_t width : kWidths) {
      for (float spread : {1e-8F, 1.0F, 1e5F, 1e12F}) {
        std::vector<float> row = Noise(width, 3, spread);
        for (float odd : {1.0F, 0.0F, -0.0F, 65519.0F, INFINITY, NAN, 0x1p-130F}) {
          row[width / 2] = odd;
          std::vector<uint8_t> wanted(KeptBytes(kind, width) + 8, 9), made = wanted;
          scalar_.keep(wanted.data(), row.data(), width, kind);
          kernels_->keep(made.data(), row.data(), width, kind);
          ExpectSameBytes(made, wanted, std::to_string(width) + " with " + std::to_string(odd));
        }
      }
    }
  }
}

TEST_P(KeptVariant, ComparesWithKeptRowsAsWithTheFloatsTheyStandFor) {
  for (Dtype kind : kKinds) {
    for (size_t width : kWidths) {
      for (size_t rows : {1, 2, 5, 8, 31, 32}) {
        Kept kept(kind, rows, width, Noise(rows * width, 4), rows % 3);
        const std::vector<float> floats = kept.Floats();
        for (size_t m : {1, 2, 3, 4, 7, 8}) {
          const std::vector<float> queries = Noise(m * width, 5);
          std::vector<float> wanted(m * rows), made(m * rows);
          scalar_.matmul(wanted.data(), rows, queries.data(), m,
                         {floats.data(), Dtype::kF32, rows, width, width});
          kept.matrix.ahead = m * 100;  // whatever is fetched
          kernels_->matmul(made.data(), rows, queries.data(), m, kept.matrix);
          ExpectSameBytes(made, wanted, std::to_string(width) + " · " + std::to_string(rows));
        }
      }
    }
  }
}

TEST_P(KeptVariant, MixesKeptRowsAsTheFloatsTheyStandFor) {
  for (Dtype kind : kKinds) {
    for (size_t width : kWidths) {
      for (size_t rows : {1, 2, 8, 31, 32}) {
        Kept kept(kind, rows, width, Noise(rows * width, 6), rows % 3);
        const std::vector<float> floats = kept.Floats();
        for (size_t m : {1, 2, 4, 5, 8}) {
          const std::vector<float> weights = Noise(m * 40, 7);
          std::vector<float> wanted = Noise(m * width, 8), made = wanted;
          scalar_.accumulate(wanted.data(), width, weights.data(), 40, m,
                             {floats.data(), Dtype::kF32, rows, width, width});
          kernels_->accumulate(made.data(), width, weights.data(), 40, m, kept.matrix);
          ExpectSameBytes(made, wanted, std::to_string(width) + " · " + std::to_string(rows));
        }
      }
    }
  }
}

TEST_P(KeptVariant, TheFirstColumnsOfARowAreANarrowerRow) {
  for (Dtype kind : kKinds) {
    Kept kept(kind, 5, 576, Noise(5 * 576, 9));
    const std::vector<float> floats = kept.Floats(), weights = Noise(5, 10);
    WeightMatrix narrow = kept.matrix;
    narrow.cols = 512;
    std::vector<float> wanted(512), made(512);
    scalar_.accumulate(wanted.data(), 512, weights.data(), 5, 1,
                       {floats.data(), Dtype::kF32, 5, 512, 576});
    kernels_->accumulate(made.data(), 512, weights.data(), 5, 1, narrow);
    ExpectSameBytes(made, wanted, "");
  }
}

// Wide rows that many heads share: what comes later is fetched by several passes, and sums of heads
// go in several tiles.
TEST_P(KeptVariant, LatentsOfManyHeadsGiveTheBitsOfOneHeadAfterTheOther) {
  constexpr size_t kKey = 576, kValue = 512;
  for (Dtype kind : kKinds) {
    for (size_t rows : {1, 5, 31, 32}) {
      Kept kept(kind, rows, kKey, Noise(rows * kKey, 11));
      const std::vector<float> floats = kept.Floats();
      WeightMatrix values = kept.matrix;
      values.cols = kValue;
      for (size_t m : {7, 8, 12, 16, 18, 24, 33, 64}) {
        const std::vector<float> queries = Noise(m * kKey, 12), weights = Noise(m * rows, 13);
        std::vector<float> wanted(m * rows), made(m * rows);
        std::vector<float> wanted_mix = Noise(m * kValue, 14), made_mix = wanted_mix;
        for (size_t head = 0; head < m; ++head) {
          scalar_.matmul(&wanted[head * rows], rows, &queries[head * kKey], 1,
                         {floats.data(), Dtype::kF32, rows, kKey, kKey});
          scalar_.accumulate(&wanted_mix[head * kValue], kValue, &weights[head * rows], rows, 1,
                             {floats.data(), Dtype::kF32, rows, kValue, kKey});
        }
        kept.matrix.ahead = values.ahead = m % 3 * 5'000;
        kernels_->matmul(made.data(), rows, queries.data(), m, kept.matrix);
        kernels_->accumulate(made_mix.data(), kValue, weights.data(), rows, m, values);
        const std::string what = std::to_string(m) + " heads · " + std::to_string(rows);
        ExpectSameBytes(made, wanted, what);
        ExpectSameBytes(made_mix, wanted_mix, what);
      }
    }
  }
}

TEST(FetchedPart, EveryLineOfARowIsOneOfOnePart) {
  const WeightMatrix latents{nullptr, Dtype::kF16, 32, 576, 576};
  for (size_t passes : {0, 1, 2, 3, 4, 16}) {
    const uint32_t parts = FetchedParts<Half>(latents, passes);
    EXPECT_LE(parts, std::max<size_t>(passes, 1));
    for (size_t at = 0; at < latents.cols; at += 16) {
      uint32_t held = 0;
      for (uint32_t part = 0; part < parts; ++part) held += FetchedPart{part, parts}.Holds(at);
      EXPECT_EQ(held, at % 32 == 0 ? 1U : 0U) << at;
    }
  }
  EXPECT_EQ(FetchedParts<KeptGroup>(latents, 4), 1U);
  EXPECT_EQ(FetchedParts<Half>({nullptr, Dtype::kF16, 32, 128, 128}, 4), 1U);
}

INSTANTIATE_TEST_SUITE_P(Kernels, KeptVariant,
                         testing::Values("scalar", "avx2", "avx512", "avx512vnni"),
                         [](const auto& info) { return std::string(info.param); });

}  // namespace
}  // namespace model_core
