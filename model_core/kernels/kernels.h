// One table of kernels, chosen once at start by what the CPU can do, or by name.
//
// Every variant gives the same bits. A sum of products runs in 16 lanes, lane l taking the products
// of columns l, l + 16, … in that order, each added by one fused multiply-add, a short tail as
// zeros; then the lanes are summed pairwise (l + 8, then l + 4, l + 2, l + 1). So a result does not
// depend on the machine, nor on how many rows or tokens are computed together. With a packed matrix
// x is quantised first (activations.h): a row's sum then takes one fused multiply-add a group of 32
// columns, groups ascending, of an exact integer dot product (packed_tiles.h). Kernels neither fail
// nor allocate, but for a thread's room for quantised activations, which grows to the largest
// product that it meets; shapes are checked when a model is loaded.
#pragma once

#include <cstddef>
#include <span>
#include <string_view>

#include "model_core/arithmetic.h"
#include "model_core/tensor/kept_rows.h"

namespace model_core {

// A matrix to multiply by, and where the product goes.
struct Projection {
  float* out;
  size_t out_stride;
  WeightMatrix w;
};

struct Kernels {
  std::string_view name;

  // out[t · out_stride + r] = Σ x[t, c]·w[r, c] for m tokens; x is [m, w.cols], without gaps.
  void (*matmul)(float* out, size_t out_stride, const float* x, size_t m, const WeightMatrix& w);
  // Each of one or more projections of the same x, as matmul gives it; their matrices have as many
  // columns. Where all are packed x is quantised once for all of them.
  void (*project)(std::span<const Projection> projections, const float* x, size_t m);
  // Σ a[i]·b[i]
  float (*dot)(const float* a, const float* b, size_t n);
  // out[t · out_stride + i] ← out[…] + Σ_j weights[t · weight_stride + j]·rows[j, i] for m tokens,
  // j ascending, one fused multiply-add each; `rows` are not packed.
  void (*accumulate)(float* out, size_t out_stride, const float* weights, size_t weight_stride,
                     size_t m, const WeightMatrix& rows);
  // Writes a row of `width` as rows of `kind` are kept.
  void (*keep)(void* out, const float* row, size_t width, Dtype kind);
  // x[i] ← Exp(x[i] - shift)
  void (*exp_shifted)(float* x, float shift, size_t n);
  // gate[i] ← Silu(gate[i])·up[i]
  void (*silu_mul)(float* gate, const float* up, size_t n);
};

const Kernels& ScalarKernels();  // the reference: obvious, never optimised

inline constexpr std::string_view kKernelNames[] = {"avx512vnni", "avx512", "avx2", "scalar"};

// The fastest variant this CPU runs; `name`, one of kKernelNames, forces one. Null: it does not run
// here.
const Kernels* FindKernels(std::string_view name);

// The same; InvalidArgument, as CheckKernels (arithmetic.h), where there is none.
absl::StatusOr<const Kernels*> ChooseKernels(std::string_view name);

// e^x by a fixed polynomial in plain multiplications and additions: the same bits on every machine,
// which a C library does not promise. Relative error below 3e-7; 0 below -87, and x is taken as at
// most 88.
float Exp(float x);
inline float Sigmoid(float x) { return 1.0F / (1.0F + Exp(-x)); }
inline float Silu(float x) { return x * Sigmoid(x); }

// sin and cos of an angle in radians, by the same rule; absolute error below 1e-11 up to |angle| =
// 2^20.
struct SinCos {
  double sin, cos;
};
SinCos ExactSinCos(double angle);

// value^(1/n) for value > 0, by the same rule.
double ExactRoot(double value, size_t n);

// ln value for a finite value > 0, by the same rule; relative error below 1e-15.
double ExactLog(double value);

}  // namespace model_core
