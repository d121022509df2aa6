// e^x = 2^k · p(r) with x = k·ln 2 + r; p is the Taylor polynomial of degree 7 on |r| ≤ ln 2 / 2.
// All variants share these numbers and the order of operations in scalar.cc.
#pragma once

namespace model_core::exp_constants {

inline constexpr float kLeast = -87.0F;  // below, e^x is taken as 0 (it is under 1.2e-38)
inline constexpr float kMost = 88.0F;    // above, 2^k would overflow
inline constexpr float kLog2E = 1.44269504F;
inline constexpr float kLn2High = 0.693359375F;  // ln 2 in two parts: k·high is exact
inline constexpr float kLn2Low = -2.12194440e-4F;
inline constexpr float kTaylor[] = {1.98412698e-4F, 1.38888889e-3F, 8.33333333e-3F, 4.16666667e-2F,
                                    1.66666667e-1F, 0.5F,           1.0F,           1.0F};

}  // namespace model_core::exp_constants
