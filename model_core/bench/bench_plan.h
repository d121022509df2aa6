// BenchPlan: what a bench is going to do, checked and complete, and the memory that it takes.
#pragma once

#include "model_core/kernels/kernels.h"
#include "model_core/model_bench.h"
#include "model_core/transformer/load_options.h"
#include "model_core/transformer/transformer.h"

namespace model_core {

inline constexpr size_t kWarmTokens = 2;  // decoded before the stopwatch starts

struct BenchType {
  Precision precision;
  std::string name;  // "bf16", "f32", "q8", "q4": what large matrices are multiplied as
};

struct BenchPlan {
  ModelConfig config;
  const Kernels* kernels = nullptr;
  std::shared_ptr<const Device> device;
  size_t threads = 0;
  size_t pass_tokens = 0;
  Dtype stored = Dtype::kBf16;  // of matrices that stay as stored
  Dtype kept = Dtype::kF32;     // keys and values
  std::vector<BenchType> types;
  std::vector<size_t> prefill, depths;
  std::vector<std::string> left_out;              // "prefill 512": longer than the context
  size_t tokens_max = 0;                          // of the longest measurement
  size_t memory_bytes_max = 0, memory_bytes = 0;  // of the host
};

// As BenchModel says. Reads the headers of weight files, and no weights.
absl::StatusOr<BenchPlan> MakeBenchPlan(const BenchOptions& options);

}  // namespace model_core
