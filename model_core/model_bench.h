// How fast this machine runs a model, and what share that is of what the machine can do: the answer
// of `maru model bench`.
#pragma once

#include <functional>
#include <string>
#include <vector>

#include "model_core/base/json.h"

namespace model_core {

inline constexpr size_t kBenchTokensMax = size_t{1} << 20;  // of a prompt, and of a depth
inline constexpr size_t kBenchRepeatsMax = 100;
inline constexpr double kBenchSecondsMax = 3600;

struct BenchOptions {
  std::string model;  // a folder or a GGUF file; or …
  std::string shape;  // … one of BenchShapes(), whose weights are made up in memory
  std::vector<std::string> types = {"bf16", "q8", "q4"};  // bf16: as stored, whatever that is
  std::vector<size_t> prefill = {512, 2048};              // prompts of so many tokens
  std::vector<size_t> depths = {0, 4096, 32768};          // tokens before those that are decoded
  size_t decode_tokens = 16;                              // of a repetition
  size_t repeats = 3;                                     // the median counts
  std::string kv = "f16";                                 // as EngineOptions
  size_t threads = 0;                                     // as EngineOptions
  std::string kernels, device;                            // what the machine can do stays the CPU's
  size_t memory_bytes_max = 0;  // of the host's; 0: 8 GiB, or three quarters of it if that is less
  size_t roof_bytes = size_t{1} << 30;  // read to measure bandwidth
  double seconds_max = 15;              // of a measurement: no repetition, no pass begins after it
};

std::vector<std::string> BenchShapes();

// One type and few tokens, once: for a first look.
BenchOptions Quick(BenchOptions options);

// What is measured at the moment: "q8 decode 4096".
using BenchProgress = std::function<void(const std::string& what)>;

// {"model", "family", "kernels", "device", "threads", "parameters": {"total", "active"},
//  "machine": {"read_gb_s", "int8_gop_s", "f32_gop_s"},
//  "memory": {"limit_bytes", "needed_bytes"} (of the host's),
//  "types": [{"type", "weights_bytes", "load_seconds"}],
//  "lines": [{"type", "test": "prefill" | "decode", "tokens" (asked for) | "depth",
//             "measured_tokens", "repeats", "tokens_s", "tokens_s_least", "tokens_s_most",
//             "bytes_per_token", "ops_per_token", "gb_s", "gop_s", "machine", "roofline",
//             "bound": "memory" | "int8" | "f32"}],
//  "kv", "attention": [as BenchAttention (bench/attention_bench.h) says, of each depth but 0]}
// Rates are those of the median repetition. What the machine can do is measured before and after
// each repetition; "machine" is the median of that, of a line and of all lines. "roofline" is the
// least time that this allows, divided by the time it took: of all repetitions the median. The
// least time is that of reading, or of all products if that is longer; "bound" says which, and
// which products most of it went to: those of packed weights (int8) or of floats (f32). Depths are
// made up, not computed. A depth or prompt that the model's context does not hold is left out,
// and named in "left_out".
// InvalidArgument: an option (named). ResourceExhausted: it could come to need more memory than the
// limit, or of a device's own than that says it has (with both figures), and nothing has been
// allocated then; or the device turned out to have less. Errors of loading.
absl::StatusOr<base::Json> BenchModel(const BenchOptions& options,
                                      const BenchProgress& progress = {});

}  // namespace model_core
