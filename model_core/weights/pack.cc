#include "model_core/weights/pack.h"

#include <algorithm>
#include <atomic>
#include <thread>
#include <vector>

namespace model_core {
namespace {

constexpr size_t kThreadWeights = 1 << 18;  // of a matrix that are worth a thread of their own

// To the nearest integer, half to even, for |x| < 2^22: what nearbyint gives, without a call.
float Round(float x) {
  constexpr float kWhole = 0x1.8p23F;  // from here on floats are whole
  return (x + kWhole) - kWhole;
}

// w ≈ scale · q + least, q in 0 … 15; the scales as halves hold them.
struct Fit {
  float scale = 0, least = 0;
};

void StoreHalf(uint8_t* halves, size_t row, uint16_t half) {
  std::memcpy(halves + row * sizeof(half), &half, sizeof(half));
}

// One float of each row of a band: loops over them become vectors, and each row's sums keep their
// order.
struct Lanes {
  float row[kBandRows];
};

// Of 32 columns: w ≈ scale · integer.
Lanes ErrorsQ8(const Lanes* w, const Lanes& scale) {
  Lanes per_scale, errors = {};
  for (size_t r = 0; r < kBandRows; ++r) per_scale.row[r] = 1 / scale.row[r];
  for (size_t i = 0; i < kGroup; ++i) {
    for (size_t r = 0; r < kBandRows; ++r) {
      const float off = scale.row[r] * Round(w[i].row[r] * per_scale.row[r]) - w[i].row[r];
      errors.row[r] += off * off;
    }
  }
  return errors;
}

// How 32 roundings fall out is luck: of 16 scales, from the least on that keeps every integer
// within 127, the best loses a fifth less than the least.
Lanes BestScalesQ8(const Lanes* w, const Lanes& largest) {
  constexpr float kMost = 127.0F, kLeast = 119.0F, kStep = 0.5F;
  Lanes best = {}, least_errors = {};
  for (float most = kMost; most > kLeast; most -= kStep) {
    Lanes scale;
    for (size_t r = 0; r < kBandRows; ++r)
      scale.row[r] = FromF16(ToF16AtLeast(largest.row[r] / most));
    const Lanes errors = ErrorsQ8(w, scale);
    for (size_t r = 0; r < kBandRows; ++r) {
      const bool better = most == kMost || errors.row[r] < least_errors.row[r];
      best.row[r] = better ? scale.row[r] : best.row[r];
      least_errors.row[r] = better ? errors.row[r] : least_errors.row[r];
    }
  }
  return best;
}

// A block; the rows of its 32 columns are `stride` floats apart.
bool PackBlockQ8(const float* rows, size_t stride, uint8_t* block) {
  Lanes w[kGroup], largest = {};
  for (size_t i = 0; i < kGroup; ++i) {
    for (size_t r = 0; r < kBandRows; ++r) {
      w[i].row[r] = rows[r * stride + i];
      largest.row[r] = std::max(largest.row[r], std::abs(w[i].row[r]));
    }
  }
  const Lanes scales = BestScalesQ8(w, largest);
  for (size_t r = 0; r < kBandRows; ++r) {
    const float scale = largest.row[r] == 0 ? 0 : scales.row[r];
    if (!std::isfinite(scale)) return false;
    StoreHalf(block + kQ8Slices * kSliceBytes, r, ToF16(scale));
    for (size_t i = 0; i < kGroup; ++i) {
      const float q = scale == 0 ? 0 : Round(w[i].row[r] / scale);
      block[i / 4 * kSliceBytes + 4 * r + i % 4] =
          static_cast<uint8_t>(static_cast<int>(q) + kQ8Zero);
    }
  }
  return true;
}

float Nearest(float w, float least, float per_scale) {
  return Round(std::min(std::max((w - least) * per_scale, 0.0F), 15.0F));
}

float Error(const float* w, const Fit& fit) {
  const float per_scale = fit.scale == 0 ? 0 : 1 / fit.scale;
  float error = 0;
  for (size_t i = 0; i < kGroup; ++i) {
    const float off = fit.scale * Nearest(w[i], fit.least, per_scale) + fit.least - w[i];
    error += off * off;
  }
  return error;
}

// Least squares over the integers that `from` gives, rounded to halves.
Fit Refit(const float* w, const Fit& from) {
  constexpr auto kCount = static_cast<float>(kGroup);
  float q_sum = 0, q_square = 0, w_sum = 0, product = 0;
  for (size_t i = 0; i < kGroup; ++i) {
    const float q = Nearest(w[i], from.least, 1 / from.scale);
    q_sum += q;
    q_square += q * q;
    w_sum += w[i];
    product += q * w[i];
  }
  const float divisor = kCount * q_square - q_sum * q_sum;
  if (divisor <= 0) return from;
  const float scale = FromF16(ToF16((kCount * product - q_sum * w_sum) / divisor));
  return {scale, FromF16(ToF16((w_sum - scale * q_sum) / kCount))};
}

// The best of the range and of a little narrower ones, refitted twice; then as often as it helps.
Fit BestFit(const float* w) {
  const auto [low, high] = std::minmax_element(w, w + kGroup);
  const float range = *high - *low;
  Fit best{FromF16(ToF16AtLeast(range / 15)), FromF16(ToF16(*low))};
  if (best.scale == 0) return best;
  float least_error = Error(w, best);
  for (const float cut : {0.0F, 0.75F, 1.5F, 2.25F, 3.0F, 3.75F}) {
    const float scale = range / (15 + cut);
    if (scale == 0) break;
    Fit fit = Refit(w, {scale, *low + cut / 2 * scale});
    if (fit.scale > 0) fit = Refit(w, fit);
    if (!(fit.scale > 0)) continue;
    const float error = Error(w, fit);
    if (error < least_error) best = fit, least_error = error;
  }
  for (int i = 0; i < 4; ++i) {
    const Fit fit = Refit(w, best);
    const float error = Error(w, fit);
    if (!(fit.scale > 0) || error >= least_error) break;
    best = fit, least_error = error;
  }
  return best;
}

bool PackGroupQ4(const float* w, size_t row, uint8_t* block) {
  const Fit fit = BestFit(w);
  uint8_t* halves = block + kQ4Slices * kSliceBytes;
  StoreHalf(halves, row, ToF16(fit.scale));
  StoreHalf(halves + kScaleBytes, row, ToF16(fit.least));
  const float per_scale = fit.scale == 0 ? 0 : 1 / fit.scale;
  uint8_t q[kGroup];
  for (size_t i = 0; i < kGroup; ++i)
    q[i] = static_cast<uint8_t>(Nearest(w[i], fit.least, per_scale));
  for (size_t i = 0; i < kGroup / 2; ++i) {
    block[i / 4 * kSliceBytes + 4 * row + i % 4] =
        static_cast<uint8_t>(q[i] | q[i + kGroup / 2] << 4);
  }
  return std::isfinite(fit.scale) && std::isfinite(fit.least);
}

// The last group's missing columns repeat those that are there, so that they bend no fit.
void WholeGroups(const float* row, size_t cols, float* out) {
  std::copy_n(row, cols, out);
  const size_t last = (cols - 1) / kGroup * kGroup;
  for (size_t c = cols; c < last + kGroup; ++c) out[c] = out[c - (cols - last)];
}

bool PackBlockQ4(const float* rows, size_t stride, uint8_t* block) {
  for (size_t row = 0; row < kBandRows; ++row) {
    if (!PackGroupQ4(rows + row * stride, row, block)) return false;
  }
  return true;
}

// `rows` is the whole band: [16, whole groups].
bool PackBand(Dtype packed, const float* rows, size_t cols, uint8_t* band) {
  const size_t groups = Groups(cols), stride = groups * kGroup;
  if (!std::all_of(rows, rows + kBandRows * stride, [](float x) { return std::isfinite(x); }))
    return false;
  for (size_t g = 0; g < groups; ++g) {
    uint8_t* block = band + g * BlockBytes(packed);
    if (!(packed == Dtype::kQ8 ? PackBlockQ8 : PackBlockQ4)(rows + g * kGroup, stride, block))
      return false;
  }
  return true;
}

}  // namespace

bool Pack(Dtype packed, size_t rows, size_t cols, const ReadRows& read, uint8_t* out) {
  const size_t bands = (rows + kBandRows - 1) / kBandRows, width = Groups(cols) * kGroup;
  std::atomic<size_t> next = 0;
  std::atomic<bool> good = true;
  const auto work = [&] {
    std::vector<float> given(kBandRows * cols), whole(kBandRows * width);
    for (size_t band = next++; band < bands && good; band = next++) {
      const size_t first = band * kBandRows, count = std::min(kBandRows, rows - first);
      read(first, count, given.data());
      std::fill(whole.begin(), whole.end(), 0.0F);
      for (size_t r = 0; r < count; ++r) WholeGroups(&given[r * cols], cols, &whole[r * width]);
      if (!PackBand(packed, whole.data(), cols, out + band * BandBytes(packed, cols))) good = false;
    }
  };
  const size_t cores = std::max(1U, std::thread::hardware_concurrency());
  std::vector<std::jthread> helpers;
  for (size_t i = 1; i < std::min(cores, rows * cols / kThreadWeights); ++i)
    helpers.emplace_back(work);
  work();
  helpers.clear();  // joins
  return good;
}

}  // namespace model_core
