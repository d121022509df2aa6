// One table of kernels, chosen once at start by what the CPU can do, or by name.
//
// Every variant gives the same bits: 16 lanes, lane l holding the products of columns l, l + 16, …, each added
// by one fused multiply-add in that order, a short tail as zeros, and then the lanes summed pairwise
// (l + 8, then l + 4, l + 2, l + 1). So a result does not depend on the machine, nor on how many rows or tokens
// are computed together. Kernels neither fail nor allocate; shapes are checked when a model is loaded.
#pragma once

#include <cstddef>
#include <string_view>

#include "model_core/tensor/matrix.h"

namespace model_core {

struct Kernels {
  std::string_view name;

  // out[m, w.rows] = x[m, w.cols] · Wᵀ
  void (*matmul)(float* out, const float* x, size_t m, const WeightMatrix& w);
  // Σ a[i]·b[i]
  float (*dot)(const float* a, const float* b, size_t n);
  // out[i] = fma(scale, x[i], out[i])
  void (*axpy)(float* out, float scale, const float* x, size_t n);
};

const Kernels& ScalarKernels();  // the reference: obvious, never optimised

// The fastest variant this CPU runs; `name` ("scalar", "avx2", "avx512") forces one. Null: it does not run here.
const Kernels* FindKernels(std::string_view name);
const Kernels& BestKernels();

// e^x by a fixed polynomial in plain multiplications and additions: the same bits on every machine. Relative
// error below 3e-7; 0 below -87, and x is taken as at most 88.
float Exp(float x);
inline float Sigmoid(float x) { return 1.0f / (1.0f + Exp(-x)); }
inline float Silu(float x) { return x * Sigmoid(x); }

}  // namespace model_core
