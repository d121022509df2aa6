// Elementary functions from IEEE additions, multiplications and divisions alone.
#include <cmath>
#include <cstring>

#include "model_core/kernels/exp_constants.h"
#include "model_core/kernels/kernels.h"

namespace model_core {

float Exp(float x) {
  using exp_constants::kLeast, exp_constants::kMost, exp_constants::kLog2E;
  using exp_constants::kLn2High, exp_constants::kLn2Low, exp_constants::kTaylor;
  if (x < kLeast) return 0.0F;
  x = x < kMost ? x : kMost;  // also for not-a-number, as the vector instruction does
  const float k = std::floor(x * kLog2E + 0.5F);
  const float r = (x - k * kLn2High) - k * kLn2Low;
  float p = kTaylor[0];
  for (size_t i = 1; i < std::size(kTaylor); ++i) p = p * r + kTaylor[i];
  const uint32_t bits = static_cast<uint32_t>(static_cast<int32_t>(k) + 127) << 23;
  float power;
  std::memcpy(&power, &bits, sizeof(power));
  return p * power;
}

// Reduced by multiples of π/2 held in three parts, then Taylor polynomials on |r| ≤ π/4.
SinCos ExactSinCos(double angle) {
  constexpr double kTwoOverPi = 0.63661977236758134308;
  constexpr double kHalfPi[] = {1.57079632673412561417e+00, 6.07710050630396597660e-11,
                                2.02226624879595063154e-21};
  const double k = std::floor(angle * kTwoOverPi + 0.5);
  const double r = ((angle - k * kHalfPi[0]) - k * kHalfPi[1]) - k * kHalfPi[2];
  const double square = r * r;
  double sine = 0, cosine = 0;
  for (int i = 8; i >= 0; --i) {
    const double n = 2 * i;
    cosine = 1 - square / ((n + 1) * (n + 2)) * cosine;
    sine = 1 - square / ((n + 2) * (n + 3)) * sine;
  }
  sine *= r;
  switch (static_cast<int64_t>(k) & 3) {
    case 0:
      return {sine, cosine};
    case 1:
      return {cosine, -sine};
    case 2:
      return {-sine, -cosine};
    default:
      return {-cosine, sine};
  }
}

// value = m · 2^k with m in √½ … √2, and ln m = 2·artanh s with s = (m - 1) / (m + 1): its series
// in s², of which |s| < 0.172 leaves nothing after thirteen terms. ln 2 in two parts: k·high is
// exact.
double ExactLog(double value) {
  constexpr double kRootOfHalf = 0.70710678118654752440;
  constexpr double kLn2High = 6.93147180369123816490e-01, kLn2Low = 1.90821492927058770002e-10;
  int k;
  double m = std::frexp(value, &k);  // exact
  if (m < kRootOfHalf) {
    m *= 2;
    --k;
  }
  const double s = (m - 1) / (m + 1), square = s * s;
  double sum = 0;
  for (int n = 25; n > 0; n -= 2) sum = sum * square + 1.0 / n;
  return k * kLn2High + (k * kLn2Low + 2 * s * sum);
}

// Newton's method on x^n = value. From above (x = max(1, value)) it falls monotonically; the steps
// are bounded because a start far away shrinks by (n - 1) / n a step.
double ExactRoot(double value, size_t n) {
  double x = value > 1 ? value : 1;
  for (size_t step = 0; step < 100 * n; ++step) {
    double power = 1;
    for (size_t i = 1; i < n; ++i) power *= x;
    const double next = (static_cast<double>(n - 1) * x + value / power) / static_cast<double>(n);
    if (next >= x) break;
    x = next;
  }
  return x;
}

}  // namespace model_core
