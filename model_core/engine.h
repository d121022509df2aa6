// Engine: the embedded LanguageModel. Runs a published model folder (config.json, safetensors) on
// this machine's CPU, or a device of a module, many requests at a time.
#pragma once

#include <limits>
#include <memory>
#include <string>

#include "model_core/base/clock.h"
#include "model_core/language_model.h"

namespace model_core {

// With bf16 weights done in 2.5 ms, measured on two cores. Two threads take about 0.6 times as long
// where nothing else runs. Where something keeps one core busy they take 2.6 ms longer, however
// small the pass: each waits for the other's turn.
inline constexpr size_t kTeamWorkMin = 128'000'000;

struct EngineOptions {
  size_t threads = 0;   // 0: as many cores as the model's width keeps busy
  // Multiplications of a forward pass below which one thread does it alone .
  size_t team_work_min = kTeamWorkMin;
  std::string kernels;  // as FindKernels knows them; empty: the fastest this CPU runs
  // The path of a device module (device/device.h) on which forward passes run; empty: this CPU.
  std::string device;
  // "" as stored, "q8", "q4": packed at load. Changes what the model computes, and its hash.
  std::string weights;
  // Packed weights are kept beside the model for the next start, or in cache_directory where its
  // folder is read-only; if neither can be, or `keep_packed` is false, they are packed at each.
  bool keep_packed = true;
  std::string cache_directory;
  // Keys and values: "" as made (f32), "f16", "q8" (8.5 bits). Changes what the model computes, and
  // its hash.
  std::string kv;
  // What all requests together may take: keys and values, rows of images. 0: what the machine, and
  // the control groups around the process, can give when the engine starts, beyond the weights,
  // what the engine takes itself, and a reserve. More than that is refused. Engines do not know of
  // one another: several on a machine get a figure each.
  size_t memory_bytes_max = 0;
  size_t sequences_max = 16;   // requests generated at a time; others wait their turn
  size_t pass_tokens_max = 0;  // of one forward pass; 0: as the model's shape asks for
  // Of the above, for what requests began with, while nothing else needs it; 0: keep nothing. If
  // nobody says: 256 MiB, or what a request of the whole context takes if that is more, but at most
  // half of the above.
  size_t prefix_bytes_max = std::numeric_limits<size_t>::max();
  // Drafts, if the weights carry a draft head: "" where they pay (draft_rule.h), "off", "always".
  // They change no token.
  std::string drafts;
  base::Clock* clock = &base::SystemClock();
};

// Where an engine stands.
struct EngineFigures {
  size_t running = 0, waiting = 0;   // requests
  size_t memory_bytes_max = 0;       // the budget
  size_t memory_bytes_promised = 0;  // what those that run may come to hold; never above it
  size_t memory_bytes_used = 0;      // by requests and by the prefix cache; never above it
  size_t memory_bytes_most = 0;      // high-water mark of it
  size_t memory_bytes_cached = 0;    // held by the prefix cache, perhaps by requests as well
  size_t besides_bytes_max = 0;      // what the engine may come to take besides, weights excepted
  uint64_t passes = 0;               // forward passes
  uint64_t computed_tokens = 0;
  uint64_t cached_tokens = 0;                        // of prompts, that needed no computing
  uint64_t drafted_tokens = 0, accepted_tokens = 0;  // drafts that were verified; those that held
};

class Engine : public LanguageModel {
 public:
  virtual EngineFigures Figures() const = 0;

  // That end every text, unless a request goes past them: eos_token_id of generation_config.json,
  // else of config.json.
  virtual const std::vector<int32_t>& end_tokens() const = 0;

  // The prompt, with its n-th image token repeated as often as the n-th of `images` takes tokens
  // (vision.h). InvalidArgument: another number of image tokens than of images, a file that is no
  // image, a model that sees none.
  virtual absl::StatusOr<std::vector<int32_t>> PlaceImages(
      std::span<const int32_t> prompt, std::span<const std::string> images) const = 0;
};

// Loads the model; its threads run until it is destroyed, which is not before every Generate has
// returned. A request that finds no room waits within its deadline; among tenants it is the turn of
// the one that has been served least. Refused, by name: a config key that cannot be honoured, a
// missing or damaged tensor or shard, kernels that this CPU lacks, unknown weights or kv.
// ResourceExhausted, with the figures: the weights, or memory_bytes_max, are above what the machine
// can give, or the latter is too little for any request.
absl::StatusOr<std::unique_ptr<Engine>> MakeEngine(const std::string& directory,
                                                   EngineOptions options = {});

}  // namespace model_core
