// Every entry of the kernel table but packed products (packed_edges_test.cc), of every variant, at
// the edges: all lengths up to four vectors and a bit, no rows and one, odd addresses, zeros of
// both signs, denormals, and what overflows.
#include "tests/unit/model_core/kernel_edges.h"

#include <cstring>

namespace model_core {
namespace {

// A row's elements as each kind of matrix stores them.
std::vector<uint8_t> Stored(const std::vector<float>& values, size_t rows, size_t cols, Dtype kind,
                            size_t gap) {
  const size_t bytes = ElementBytes(kind), stride = (KeptStride(kind, cols) + gap) * bytes;
  std::vector<uint8_t> stored(rows * stride);
  for (size_t r = 0; r < rows; ++r) {
    uint8_t* row = stored.data() + r * stride;
    if (kind != Dtype::kBf16) {
      ScalarKernels().keep(row, &values[r * cols], cols, kind);
      continue;
    }
    for (size_t c = 0; c < cols; ++c) {
      const uint32_t bits = std::bit_cast<uint32_t>(values[r * cols + c]);
      const auto half = static_cast<uint16_t>(bits >> 16);
      std::memcpy(row + c * bytes, &half, bytes);
    }
  }
  return stored;
}

constexpr Dtype kUnpacked[] = {Dtype::kF32, Dtype::kBf16, Dtype::kF16, Dtype::kQ8Rows};
constexpr size_t kGap = 1;  // elements between rows

// Calls see(matrix, what) for `values` as each kind, at an address that is no multiple of 64.
template <typename See>
void ForKinds(const std::vector<float>& values, size_t rows, size_t cols, const See& see) {
  for (const Dtype kind : kUnpacked) {
    const size_t bytes = ElementBytes(kind), odd = kind == Dtype::kQ8Rows ? 2 : bytes;
    const Unaligned<uint8_t> stored(Stored(values, rows, cols, kind, kGap), odd);
    see(WeightMatrix{stored.data(), kind, rows, cols, KeptStride(kind, cols) + kGap},
        "kind " + std::to_string(static_cast<int>(kind)));
  }
}

TEST_P(Edges, ProductsOfEveryLengthGiveTheSameBits) {
  for (size_t cols = 1; cols <= kLengthMost; ++cols) {
    const size_t rows = cols % 19, m = cols % 6;  // none of each, too
    const auto values = NumbersOf(rows * cols, 1), tokens = NumbersOf(m * cols, 2);
    for (size_t i = 0; i < values.size(); ++i) {
      ForKinds(values[i], rows, cols, [&](const WeightMatrix& w, const std::string& what) {
        for (const std::vector<float>& x : tokens)
          ExpectSameProducts(x, m, w, what + ", numbers " + std::to_string(i));
      });
    }
  }
}

TEST_P(Edges, ProductsOfEveryNumberOfRowsAndTokensGiveTheSameBits) {
  for (size_t rows = 0; rows <= 18; ++rows) {
    for (size_t m = 0; m <= 9; ++m) {
      for (const size_t cols : {16, 17, 47}) {
        ForKinds(Noise(rows * cols, 3), rows, cols,
                 [&](const WeightMatrix& w, const std::string& what) {
                   ExpectSameProducts(Odd(m * cols, 4, kTinyNumbers), m, w, what);
                 });
      }
    }
  }
}

TEST_P(Edges, DotsOfEveryLengthGiveTheSameBits) {
  for (size_t n = 0; n <= kLengthMost; ++n) {
    const auto all = NumbersOf(n, 5), others = NumbersOf(n, 6);
    for (const auto& a : all) {
      for (const auto& b : others) {
        const Unaligned<float> left(a), right(b, 2 * sizeof(float));
        ExpectSame({kernels_->dot(left.data(), right.data(), n)},
                   {scalar_.dot(left.data(), right.data(), n)}, "length " + std::to_string(n));
      }
    }
  }
}

TEST_P(Edges, MixesOfEveryLengthGiveTheSameBits) {
  for (size_t cols = 1; cols <= kLengthMost; ++cols) {
    for (const size_t rows : {size_t{0}, size_t{1}, cols % 7}) {
      const size_t m = cols % 11, out_stride = cols + 1;
      for (const auto& values : NumbersOf(rows * cols, 7)) {
        ForKinds(values, rows, cols, [&](const WeightMatrix& w, const std::string& what) {
          for (const auto& weights : NumbersOf(m * (rows + 2), 8)) {
            std::vector<float> wanted = Odd(m * out_stride + 16, 9, kTinyNumbers), made = wanted;
            const Unaligned<float> by(weights);
            scalar_.accumulate(wanted.data(), out_stride, by.data(), rows + 2, m, w);
            kernels_->accumulate(made.data(), out_stride, by.data(), rows + 2, m, w);
            ExpectSame(made, wanted, what + ", columns " + std::to_string(cols));
          }
        });
      }
    }
  }
}

TEST_P(Edges, RowsOfEveryLengthAreKeptAsTheSameBytes) {
  for (size_t width = 0; width <= kLengthMost; ++width) {
    for (const Dtype kind : {Dtype::kF32, Dtype::kF16, Dtype::kQ8Rows}) {
      auto rows = NumbersOf(width, 10);
      for (const float least :
           {0x1p-149F, 0x1.8p-144F, 0x1p-143F, 0x1p-136F})  // of 127: rounds to 0
        rows.emplace_back(width, least);
      for (const auto& row : rows) {
        const Unaligned<float> from(row);
        std::vector<uint8_t> wanted(KeptBytes(kind, width) + 64, 9), made = wanted;
        scalar_.keep(wanted.data() + 2 * sizeof(float), from.data(), width, kind);
        kernels_->keep(made.data() + 2 * sizeof(float), from.data(), width, kind);
        ASSERT_EQ(made, wanted) << width << " of kind " << static_cast<int>(kind);
      }
    }
  }
}

TEST_P(Edges, ExponentialsOfEveryLengthGiveTheSameBits) {
  for (size_t n = 0; n <= kLengthMost; ++n) {
    for (auto numbers : NumbersOf(n, 11)) {
      numbers.resize(n + 16, -7);  // guards
      for (const float shift : {0.0F, -0.0F, 87.0F, -88.5F, 1e38F, -INFINITY}) {
        std::vector<float> wanted = numbers, made = numbers;
        scalar_.exp_shifted(wanted.data(), shift, n);
        kernels_->exp_shifted(made.data(), shift, n);
        ExpectSame(made, wanted, "length " + std::to_string(n));
      }
      for (const auto& up : NumbersOf(n, 12)) {
        std::vector<float> wanted = numbers, made = numbers;
        const Unaligned<float> by(up);
        scalar_.silu_mul(wanted.data(), by.data(), n);
        kernels_->silu_mul(made.data(), by.data(), n);
        ExpectSame(made, wanted, "length " + std::to_string(n));
      }
    }
  }
}

INSTANTIATE_TEST_SUITE_P(Kernels, Edges, testing::Values("avx2", "avx512", "avx512vnni"),
                         [](const auto& info) { return std::string(info.param); });

// A sum of n fused additions, and of the lanes' four, is off by at most one part in 2^24 of what
// was added up for each, and by half the least denormal: |made - Σ| ≤ (n + 4) · (2^-24 · Σ|a·b| +
// 2^-150).
TEST(ScalarEdges, ProductsStayWithinTheirBoundOfTheExactSum) {
  for (size_t cols = 1; cols <= kLengthMost; ++cols) {
    const std::vector<float> w = Odd(cols, 13, kTinyNumbers), x = Odd(cols, 14, kTinyNumbers);
    ForKinds(w, 1, cols, [&](const WeightMatrix& matrix, const std::string& what) {
      float made = -1;
      ScalarKernels().matmul(&made, 1, x.data(), 1, matrix);
      double exact = 0, size = 0;
      for (size_t c = 0; c < cols; ++c) {
        const double weight = matrix.dtype == Dtype::kBf16
                                  ? FromBf16(static_cast<const uint16_t*>(matrix.data)[c])
                                  : KeptValue(matrix.data, matrix.dtype, c);
        exact += weight * x[c];
        size += std::abs(weight * x[c]);
      }
      EXPECT_NEAR(made, exact, static_cast<double>(cols + 4) * (0x1p-24 * size + 0x1p-150)) << what;
    });
  }
}

}  // namespace
}  // namespace model_core
