#include "model_core/bench/made_weights.h"

#include <algorithm>
#include <bit>
#include <cmath>
#include <cstring>

#include "model_core/base/strings.h"
#include "model_core/engine/counter_random.h"

namespace model_core {
namespace {

constexpr size_t kPoolWeights = 524'309;  // a prime: copies of the pool shift against rows
constexpr size_t kAlignment = 64;
constexpr size_t kStep = 4'160;  // bytes between overlapping matrices
constexpr size_t kSteps = 251;

size_t MatrixBytes(const ModelTensor& tensor) {
  const size_t bytes = tensor.rows * tensor.cols * sizeof(uint16_t);
  return (bytes + kAlignment - 1) / kAlignment * kAlignment;
}

size_t WeightBytes(const std::vector<ModelTensor>& tensors, bool apart) {
  size_t sum = 0, largest = 0;
  for (const ModelTensor& tensor : tensors) {
    sum += MatrixBytes(tensor);
    largest = std::max(largest, MatrixBytes(tensor));
  }
  return apart ? sum : largest + kSteps * kStep;
}

size_t LongestVector(const std::vector<ModelTensor>& tensors) {
  size_t longest = 0;
  for (const ModelTensor& tensor : tensors)
    if (tensor.cols == 0) longest = std::max(longest, tensor.rows);
  return longest;
}

// A row of `hidden` such weights has a length of about 1.
std::vector<uint16_t> MakePool(size_t hidden, uint64_t seed) {
  const double spread = std::sqrt(3.0 / static_cast<double>(hidden));
  std::vector<uint16_t> pool(kPoolWeights);
  for (size_t i = 0; i < pool.size(); ++i) {
    const auto weight = static_cast<float>((2 * CounterUniform(seed, i) - 1) * spread);
    pool[i] = static_cast<uint16_t>(std::bit_cast<uint32_t>(weight) >> 16);
  }
  return pool;
}

void Fill(const std::vector<uint16_t>& pool, uint8_t* out, size_t bytes) {
  const size_t pool_bytes = pool.size() * sizeof(uint16_t);
  for (size_t at = 0; at < bytes; at += pool_bytes)
    std::memcpy(out + at, pool.data(), std::min(pool_bytes, bytes - at));
}

absl::Status NoMemory(size_t bytes) {
  return base::Error(absl::StatusCode::kResourceExhausted,
                     base::StrCat("no memory for ", bytes, " bytes of made-up weights"),
                     base::StrCat("임의 가중치에 쓸 메모리 ", bytes, "바이트가 없습니다"));
}

}  // namespace

size_t MadeBytes(const ModelConfig& config, bool apart) {
  const std::vector<ModelTensor> tensors = ListTensors(config);
  return WeightBytes(tensors, apart) + 2 * LongestVector(tensors) * sizeof(float);
}

absl::StatusOr<MadeWeights> MadeWeights::Make(const ModelConfig& config, bool apart,
                                              uint64_t seed) {
  const std::vector<ModelTensor> tensors = ListTensors(config);
  const size_t weight_bytes = WeightBytes(tensors, apart), longest = LongestVector(tensors);
  MadeWeights made;
  uint8_t* weights = made.arena_.Take(weight_bytes);
  uint8_t* vectors = made.arena_.Take(2 * longest * sizeof(float));
  if (weights == nullptr || vectors == nullptr) return NoMemory(MadeBytes(config, apart));
  Fill(MakePool(config.hidden, seed), weights, weight_bytes);
  auto* ones = reinterpret_cast<float*>(vectors);  // then as many zeros
  std::fill_n(ones, longest, 1.0F);
  size_t at = 0, count = 0;
  for (const ModelTensor& tensor : tensors) {
    if (tensor.cols == 0) {
      const bool zero = tensor.part == Part::kBias || config.norm_plus_one;
      const auto* data = reinterpret_cast<const uint8_t*>(ones + (zero ? longest : 0));
      made.tensors_[tensor.name] = {"F32", {tensor.rows}, {data, tensor.rows * sizeof(float)}};
      continue;
    }
    const size_t bytes = tensor.rows * tensor.cols * sizeof(uint16_t);
    const size_t begin = apart ? at : count++ % kSteps * kStep;
    made.tensors_[tensor.name] = {"BF16", {tensor.rows, tensor.cols}, {weights + begin, bytes}};
    at += MatrixBytes(tensor);
  }
  return made;
}

}  // namespace model_core
