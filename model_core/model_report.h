// What a model folder is, and whether this engine computes it as its makers do: the answers of
// `maru model`.
#pragma once

#include <string>

#include "model_core/base/json.h"

namespace model_core {

// Compares the engine with reference outputs: `golden_path` is golden.json, which describes the
// golden.safetensors beside it (tests/golden/README.md); the latter is what is read. {"prompts":
// [{"name", "nmse", "max_abs", "greedy_match", "greedy_matched", "experts_match" (where the
// reference tells what the router chose)}], "nmse_max", "ok"}: ok if every NMSE is at most
// nmse_max, which is 1e-6, and every greedy token and every chosen expert equal. An image goes
// through the tower from the reference's patches on. With `weights` packed as "q8" or "q4" nmse_max
// is 1e-3 or 2e-2, and tokens and experts may differ; with `kv` (see EngineOptions) "f16" or "q8"
// it is at least 1e-4 or 1e-3, likewise. `device`, `kernels`: as in EngineOptions. Fails if model
// or reference cannot be read.
absl::StatusOr<base::Json> CheckModel(const std::string& directory, const std::string& golden_path,
                                      const std::string& weights = "", const std::string& kv = "",
                                      const std::string& device = "",
                                      const std::string& kernels = "");

// {"model", "family", "supported", "arithmetic" (kArithmetic), "reason" and "reason_ko" (if not),
// "vocabulary", "context_tokens_max", "layers":
// {"count", "dense", "moe", "full", "window", "window_tokens", "attention"}, "parameters":
// {"total", "active"}, "memory": {"weights_bytes" (of the files), "resident_bytes" (at least, when
// loaded: "stored", "q8", "q4"), "kv_bytes": {"f32": {"4096", "32768", "262144"}, "f16", "q8"},
// "machine": {"available_bytes", "by" (which limit says so), "for_requests_bytes" (less the weights
// as stored and a reserve)}}, "drafts" (if the weights carry a draft head):
// {"layers", "window_tokens", "parameters", "kv_bytes" (of a sequence)}, "vision" (if there is a
// tower; "absent" if a config describes one that the files lack): {"blocks", "full_blocks",
// "patch_pixels", "image_tokens_max", "parameters" (with the projector; not in the total)}}. Of an
// unsupported config only the first six. Fails if there is no config.json.
absl::StatusOr<base::Json> DescribeModel(const std::string& directory);

}  // namespace model_core
