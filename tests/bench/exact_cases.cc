#include "tests/bench/exact_cases.h"

#include <algorithm>

#include "model_core/base/check.h"
#include "model_core/engine/counter_random.h"
#include "model_core/tensor/packed.h"
#include "tests/bench/free_kernels.h"

namespace free_order {
namespace {

using model_core::Dtype;
using model_core::Kernels;
using model_core::WeightMatrix;

constexpr size_t kSide = 2'048;                  // of a matrix
constexpr size_t kFarBytes = size_t{128} << 20;  // of a member's matrices that come from memory
constexpr size_t kFew = 2;                       // … or from a cache
constexpr size_t kPrompt = 240;
constexpr size_t kDepth = 4'096, kHead = 128, kGroupHeads = 4;

std::vector<float> MakeFloats(size_t count, uint64_t seed) {
  std::vector<float> made(count);
  for (size_t i = 0; i < count; ++i)
    made[i] = static_cast<float>(2 * model_core::CounterUniform(seed, i) - 1);
  return made;
}

// Any bytes are integers; the halves beside them are not to be infinite.
void FillPacked(uint8_t* data, Dtype dtype, size_t bytes) {
  const size_t block = model_core::BlockBytes(dtype);
  const size_t slices = (dtype == Dtype::kQ8 ? model_core::kQ8Slices : model_core::kQ4Slices) *
                        model_core::kSliceBytes;
  for (size_t i = 0; i < bytes; ++i)
    data[i] = i % block < slices ? static_cast<uint8_t>(i * 2'654'435'761U >> 13 | 1)
                                 : static_cast<uint8_t>(i % 2 == 0 ? i : 0x20);
}

// bf16, or halves: the upper or a middle part of floats between -1 and 1.
void FillHalves(uint16_t* data, size_t count, Dtype dtype) {
  const std::vector<float> some = MakeFloats(4'099, 3);
  for (size_t i = 0; i < count; ++i) {
    const float value = some[i % some.size()];
    data[i] = dtype == Dtype::kF16 ? model_core::ToF16(value)
                                   : static_cast<uint16_t>(std::bit_cast<uint32_t>(value) >> 16);
  }
}

void AddMatrices(Place& place, Dtype dtype, size_t count) {
  const bool packed = IsPacked(dtype);
  const size_t bytes =
      packed ? model_core::PackedBytes(dtype, kSide, kSide) : kSide * kSide * sizeof(uint16_t);
  for (size_t i = 0; i < std::max(count, kFarBytes * (count == 0) / bytes); ++i) {
    uint8_t* data = place.arena.Take(bytes);
    CHECK(data != nullptr, "no memory for a matrix");
    packed ? FillPacked(data, dtype, bytes)
           : FillHalves(reinterpret_cast<uint16_t*>(data), bytes / sizeof(uint16_t), dtype);
    place.matrices.push_back(packed ? model_core::PackedMatrix(data, dtype, kSide, kSide)
                                    : WeightMatrix{data, dtype, kSide, kSide, kSide});
  }
}

// A product of `tokens`; one of a single token reads from memory.
Case Product(std::string kernel, Dtype dtype, size_t tokens, bool bf16 = false) {
  return {std::move(kernel),
          [=](Place& place) {
            AddMatrices(place, dtype, tokens == 1 ? 0 : kFew);
            place.x = MakeFloats(tokens * kSide, 1);
            place.out.assign(tokens * kSide, 0);
          },
          [=](const Kernels& kernels, Place& place) {
            kernels.matmul(place.out.data(), kSide, place.x.data(), tokens, place.Next());
          },
          bf16};
}

// Values of kDepth tokens in halves, in pages of 32 as the cache has them.
Case Values(std::string kernel, size_t heads) {
  constexpr size_t kPage = 32;
  return {std::move(kernel),
          [=](Place& place) {
            const size_t count = kDepth * kHead;
            auto* data = reinterpret_cast<uint16_t*>(place.arena.Take(count * sizeof(uint16_t)));
            CHECK(data != nullptr, "no memory for values");
            FillHalves(data, count, Dtype::kF16);
            place.matrices = {{data, Dtype::kF16, kPage, kHead, kHead, kPage * kHead * 2}};
            place.x = MakeFloats(heads * kDepth, 1);
          },
          [=](const Kernels& kernels, Place& place) {
            place.out.assign(heads * kHead, 0);
            WeightMatrix page = place.matrices[0];
            for (size_t past = 0; past < kDepth; past += kPage) {
              if (past + kPage == kDepth) page.ahead = 0;
              kernels.accumulate(place.out.data(), kHead, &place.x[past], kDepth, heads, page);
              page.data = static_cast<const uint16_t*>(page.data) + kPage * kHead;
            }
          }};
}

Case Vector(std::string kernel, size_t count, void (*call)(const Kernels&, Place&)) {
  return {std::move(kernel),
          [=](Place& place) {
            place.x = MakeFloats(count, 1);
            place.y = MakeFloats(count, 2);
            place.out.assign(count, 0);
          },
          call};
}

void CallDot(const Kernels& kernels, Place& place) {
  place.out[0] = kernels.dot(place.x.data(), place.x.data(), place.x.size());
}
void CallExp(const Kernels& kernels, Place& place) {
  place.out = place.x;
  kernels.exp_shifted(place.out.data(), 1.0F, place.out.size());
}
void CallSilu(const Kernels& kernels, Place& place) {
  place.out = place.x;
  kernels.silu_mul(place.out.data(), place.y.data(), place.out.size());
}

// As attention adds them: each row in order, four rows beside each other.
void SumInOrder(const float* x, size_t n, float* sums) {
  float sum[kGroupHeads] = {};
  for (size_t i = 0; i < n; ++i) {
    for (size_t r = 0; r < kGroupHeads; ++r) sum[r] += x[r * n + i];
  }
  std::copy_n(sum, kGroupHeads, sums);
}

void CallSum(const Kernels& kernels, Place& place) {
  const size_t n = place.x.size() / kGroupHeads;
  if (&kernels != FreeKernels()) return SumInOrder(place.x.data(), n, place.out.data());
  for (size_t r = 0; r < kGroupHeads; ++r) place.out[r] = SumInLanes(&place.x[r * n], n);
}

}  // namespace

Case SumCase() { return Vector("softmax: sum", kScoresOfSum, &CallSum); }

std::vector<Case> Cases() {
  std::vector<Case> cases = {
      Product("q8, one token, from memory", Dtype::kQ8, 1),
      Product("q4, one token, from memory", Dtype::kQ4, 1),
      Product("bf16, one token, from memory", Dtype::kBf16, 1),
      Product("q8, a prompt", Dtype::kQ8, kPrompt),
      Product("q4, a prompt", Dtype::kQ4, kPrompt),
      Product("bf16, a prompt", Dtype::kBf16, kPrompt),
  };
  if (Bf16Kernels() != nullptr)
    cases.push_back(Product("bf16, a prompt, rounded activations", Dtype::kBf16, kPrompt, true));
  cases.push_back(Values("values, four heads (the same code)", kGroupHeads));
  cases.push_back(Values("values, one head", 1));
  cases.push_back(Vector("softmax: exponentials", kGroupHeads * kDepth, &CallExp));
  cases.push_back(SumCase());
  cases.push_back(Vector("silu(gate) · up", kSide, &CallSilu));
  cases.push_back(Vector("sum of squares of a norm", kSide, &CallDot));
  return cases;
}

}  // namespace free_order
