#include "model_core/engine/engine_sizes.h"

#include <algorithm>
#include <thread>

namespace model_core {
namespace {

constexpr size_t kRowsPerThread =
    64;  // of a hidden state; with fewer, threads wait for each other more than they work
constexpr size_t kPassTokens = 64;       // so many share one reading of a dense matrix
constexpr size_t kPassTokensMost = 256;  // a pass is the step within which a request can be ended
constexpr size_t kTokensPerExpert =
    32;  // should share one reading of an expert, like those of a dense one

}  // namespace

size_t ThreadsFor(const ModelConfig& config) {
  const size_t cores = std::max(1U, std::thread::hardware_concurrency());
  return std::clamp<size_t>(config.hidden / kRowsPerThread, 1, cores);
}

size_t PassTokensFor(const RouterConfig& router) {
  if (router.experts == 0) return kPassTokens;
  return std::clamp(kTokensPerExpert * router.experts / router.per_token, kPassTokens,
                    kPassTokensMost);
}

}  // namespace model_core
