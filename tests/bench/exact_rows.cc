#include "tests/bench/exact_rows.h"

#include <algorithm>
#include <chrono>
#include <cmath>

#include "model_core/base/check.h"
#include "model_core/bench/roof.h"
#include "model_core/engine/counter_random.h"
#include "model_core/tensor/packed.h"
#include "tests/bench/free_kernels.h"

namespace free_order {
namespace {

using base::Json;
using model_core::Dtype;
using model_core::Kernels;
using model_core::WeightMatrix;
using SteadyClock = std::chrono::steady_clock;

constexpr int kTurns = 15;
constexpr double kSecondsMin = 4e-3;             // of a turn: much longer than waking a team
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

// What one member works with.
struct Place {
  model_core::Arena arena;
  std::vector<WeightMatrix> matrices;  // taken in turn
  size_t next = 0;
  std::vector<float> x, y, out;

  const WeightMatrix& Next() { return matrices[next++ % matrices.size()]; }
};

struct Row {
  std::string kernel;
  std::function<void(Place&)> prepare;
  std::function<void(const Kernels&, Place&)> call;
  bool bf16 = false;  // beside the CPU's own products of bf16
};

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
Row Product(std::string kernel, Dtype dtype, size_t tokens, bool bf16 = false) {
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
Row Values(std::string kernel, size_t heads) {
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

Row Vector(std::string kernel, size_t count, void (*call)(const Kernels&, Place&)) {
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

Row SumRow() { return Vector("softmax: sum", kGroupHeads * kDepth, &CallSum); }

// A row with what its members need.
class Measurement {
 public:
  Measurement(const Row& row, model_core::Team& team)
      : row_(row), team_(team), places_(team.size()) {
    team.Run([&](size_t member) { row_.prepare(places_[member]); });
    while (Seconds(Exact()) * static_cast<double>(calls_) < kSecondsMin) calls_ *= 2;
  }

  Pair Run() {
    const Kernels& free = row_.bf16 ? *Bf16Kernels() : *FreeKernels();
    Seconds(free);
    return TakeTurns(
        kTurns, [&] { return Seconds(Exact()); }, [&] { return Seconds(free); });
  }

  double Difference() {
    const Kernels& free = row_.bf16 ? *Bf16Kernels() : *FreeKernels();
    Place& place = places_[0];
    place.next = 0;
    row_.call(Exact(), place);
    const std::vector<float> exact = place.out;
    place.next = 0;
    row_.call(free, place);
    double apart = 0, most = 0;
    for (size_t i = 0; i < exact.size(); ++i) {
      apart = std::max(apart, std::abs(static_cast<double>(exact[i]) - place.out[i]));
      most = std::max(most, std::abs(static_cast<double>(exact[i])));
    }
    return apart / most;
  }

 private:
  static const Kernels& Exact() { return *model_core::FindKernels("avx512vnni"); }

  // Of a call.
  double Seconds(const Kernels& kernels) {
    const auto begin = SteadyClock::now();
    team_.Run([&](size_t member) {
      for (size_t i = 0; i < calls_; ++i) row_.call(kernels, places_[member]);
    });
    const std::chrono::duration<double> seconds = SteadyClock::now() - begin;
    return seconds.count() / static_cast<double>(calls_);
  }

  const Row& row_;
  model_core::Team& team_;
  std::vector<Place> places_;
  size_t calls_ = 1;
};

std::vector<Row> Rows() {
  std::vector<Row> rows = {
      Product("q8, one token, from memory", Dtype::kQ8, 1),
      Product("q4, one token, from memory", Dtype::kQ4, 1),
      Product("bf16, one token, from memory", Dtype::kBf16, 1),
      Product("q8, a prompt", Dtype::kQ8, kPrompt),
      Product("q4, a prompt", Dtype::kQ4, kPrompt),
      Product("bf16, a prompt", Dtype::kBf16, kPrompt),
  };
  if (Bf16Kernels() != nullptr)
    rows.push_back(Product("bf16, a prompt, rounded activations", Dtype::kBf16, kPrompt, true));
  rows.push_back(Values("values of a cache, four heads", kGroupHeads));
  rows.push_back(Values("values of a cache, one head", 1));
  rows.push_back(Vector("softmax: exponentials", kGroupHeads * kDepth, &CallExp));
  rows.push_back(SumRow());
  rows.push_back(Vector("silu(gate) · up", kSide, &CallSilu));
  rows.push_back(Vector("sum of squares of a norm", kSide, &CallDot));
  return rows;
}

}  // namespace

Pair TakeTurns(int turns, const std::function<double()>& exact,
               const std::function<double()>& free) {
  std::vector<double> exacts, frees, ratios;
  for (int turn = 0; turn < turns; ++turn) {
    exacts.push_back(exact());
    frees.push_back(free());
    ratios.push_back(exacts.back() / frees.back());
  }
  return {model_core::Median(exacts), model_core::Median(frees), model_core::Median(ratios)};
}

Json MeasureKernels(model_core::Team& team) {
  Json measured = Json::array();
  for (const Row& row : Rows()) {
    Measurement measurement(row, team);
    const Pair pair = measurement.Run();
    measured.push_back({{"kernel", row.kernel},
                        {"exact_us", pair.exact * 1e6},
                        {"free_us", pair.free * 1e6},
                        {"ratio", pair.ratio},
                        {"difference", measurement.Difference()}});
  }
  return measured;
}

double SumSecondsSaved(model_core::Team& team) {
  const Row row = SumRow();
  const Pair pair = Measurement(row, team).Run();
  return (pair.exact - pair.free) / static_cast<double>(kGroupHeads * kDepth);
}

}  // namespace free_order
