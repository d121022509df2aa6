// Packed products of every variant at the edges: blocks of every byte, those that packing does not
// write too, scales of every kind, all lengths, no rows and one, odd addresses.
#include <cstring>

#include "tests/unit/model_core/kernel_edges.h"

namespace model_core {
namespace {

constexpr Dtype kPacked[] = {Dtype::kQ8, Dtype::kQ4};
// 0, -0, the least and the largest denormal, the least and the largest number, 1, -2, infinity.
constexpr uint16_t kHalves[] = {0,      0x8000, 0x0001, 0x03FF, 0x8400,
                                0x7BFF, 0xFBFF, 0x3C00, 0xC000, 0x7C00};

// Blocks whose integers are `integer(i)` and whose halves come from the list above, up to `halves`
// of them.
template <typename Integer>
std::vector<uint8_t> Blocks(Dtype dtype, size_t rows, size_t cols, size_t halves,
                            const Integer& integer) {
  std::vector<uint8_t> bytes(PackedBytes(dtype, rows, cols));
  const size_t block = BlockBytes(dtype);
  const size_t integers = (dtype == Dtype::kQ8 ? kQ8Slices : kQ4Slices) * kSliceBytes;
  for (size_t i = 0, half = 0; i < bytes.size(); ++i) {
    if (i % block < integers) {
      bytes[i] = static_cast<uint8_t>(integer(i));
    } else if (i % 2 == 0) {
      std::memcpy(&bytes[i], &kHalves[half++ * 7 % halves], sizeof(uint16_t));
    }
  }
  return bytes;
}

class PackedEdges : public Edges {};

constexpr size_t kFinite = std::size(kHalves) - 1;

void FillHalves(std::vector<uint8_t>& bytes, Dtype dtype, uint16_t half) {
  const size_t block = BlockBytes(dtype);
  const size_t integers = (dtype == Dtype::kQ8 ? kQ8Slices : kQ4Slices) * kSliceBytes;
  for (size_t i = 0; i < bytes.size(); i += 2)
    if (i % block >= integers) std::memcpy(&bytes[i], &half, sizeof(half));
}

TEST_P(PackedEdges, PackedProductsOfEveryLengthGiveTheSameBits) {
  for (const Dtype dtype : kPacked) {
    for (size_t cols = 1; cols <= kLengthMost; ++cols) {
      const size_t rows = cols % 35, m = cols % 18;  // none of each, too
      const Unaligned<uint8_t> bytes(
          Blocks(dtype, rows, cols, kFinite, [](size_t i) { return i * 167 + i / 251; }));
      for (const auto& x : NumbersOf(m * cols, 1))
        ExpectSameProducts(x, m, PackedMatrix(bytes.data(), dtype, rows, cols), "packed");
    }
  }
}

// -128 … 127 or 0 … 15, all alike: sums of pairs, of fours and of groups are at their largest.
TEST_P(PackedEdges, PackedIntegersAtTheirLargestDoNotSaturate) {
  constexpr size_t kRows = 17, kCols = 70;
  for (const Dtype dtype : kPacked) {
    for (const int byte : {0, 1, 127, 128, 129, 254, 255}) {
      auto blocks = Blocks(dtype, kRows, kCols, 1, [&](size_t) { return byte; });
      FillHalves(blocks, dtype, 0x3C00);
      const Unaligned<uint8_t> bytes(blocks);
      const WeightMatrix w = PackedMatrix(bytes.data(), dtype, kRows, kCols);
      for (const float sign : {1.0F, -1.0F}) {
        for (const size_t m : {1, 2, 3, 8, 11})
          ExpectSameProducts(std::vector<float>(m * kCols, sign), m, w,
                             "byte " + std::to_string(byte));
      }
    }
  }
}

TEST_P(PackedEdges, EveryKindOfScaleGivesTheSameBits) {
  constexpr size_t kRows = 17, kCols = 65;
  for (const Dtype dtype : kPacked) {
    for (const uint16_t half : kHalves) {
      auto blocks = Blocks(dtype, kRows, kCols, 1, [](size_t i) { return i * 89; });
      FillHalves(blocks, dtype, half);
      const Unaligned<uint8_t> bytes(blocks);
      const WeightMatrix w = PackedMatrix(bytes.data(), dtype, kRows, kCols);
      for (const size_t m : {1, 8, 9}) {
        for (const auto& x : NumbersOf(m * kCols, 2))
          ExpectSameProducts(x, m, w, "scale " + std::to_string(FromF16(half)));
      }
    }
  }
}

// Integers alone have no rounding: with scales of 1 and activations that are whole, a product is
// its sum.
TEST(ScalarEdges, PackedIntegersGiveTheExactSum) {
  constexpr size_t kRows = 16, kCols = 64;
  for (const Dtype dtype : kPacked) {
    auto blocks = Blocks(dtype, kRows, kCols, 1, [](size_t i) { return i * 167 + 1; });
    FillHalves(blocks, dtype, 0x3C00);
    const WeightMatrix w = PackedMatrix(blocks.data(), dtype, kRows, kCols);
    std::vector<float> x(kCols), made(kRows);
    for (size_t c = 0; c < kCols; ++c) x[c] = static_cast<float>(c % 2 == 0 ? 127 : -64);
    ScalarKernels().matmul(made.data(), kRows, x.data(), 1, w);
    for (size_t row = 0; row < kRows; ++row) {
      float sum = 0;
      for (size_t c = 0; c < kCols; ++c) {
        const float least = dtype == Dtype::kQ4 ? 1 : 0;
        const uint8_t* block = PackedBlock(w, row, c / kGroup);
        sum += x[c] * (static_cast<float>(PackedInteger(block, dtype, row, c % kGroup)) + least);
      }
      EXPECT_EQ(made[row], sum) << row;
    }
  }
}

INSTANTIATE_TEST_SUITE_P(Kernels, PackedEdges, testing::ValuesIn(kKernelNames),
                         [](const auto& info) { return std::string(info.param); });

}  // namespace
}  // namespace model_core
