// Engine: the embedded LanguageModel. Runs a published model folder (config.json, safetensors) on
// this machine's CPU.
#pragma once

#include <memory>
#include <string>

#include "model_core/base/clock.h"
#include "model_core/language_model.h"

namespace model_core {

struct EngineOptions {
  size_t threads = 0;   // 0: as many cores as the model's width keeps busy
  std::string kernels;  // "scalar", "avx2", "avx512"; empty: the fastest this CPU runs
  size_t kv_bytes_max = size_t{4} << 30;  // a request whose keys and values need more is refused
  base::Clock* clock = &base::SystemClock();
};

// Loads the model; its threads run until it is destroyed. One request is generated at a time,
// others wait their turn within their deadline. Refused, by name: a config key that cannot be
// honoured, a missing or damaged tensor or shard, kernels that this CPU lacks.
absl::StatusOr<std::unique_ptr<LanguageModel>> MakeEngine(const std::string& directory,
                                                          EngineOptions options = {});

}  // namespace model_core
