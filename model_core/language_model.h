// LanguageModel: tokens in, tokens out. The port that agents use; the embedded engine and remote
// servers implement it. Thread-safe.
#pragma once

#include <cstdint>
#include <functional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "absl/time/time.h"
#include "model_core/base/status.h"
#include "model_core/sampling.h"
#include "model_core/token_constraint.h"

namespace model_core {

inline constexpr size_t kStopStringsMax = 16;
inline constexpr size_t kStopStringBytesMax = 256;

// What has been generated since the part before; either may be empty.
struct GeneratedPart {
  std::span<const int32_t> tokens;
  std::string_view text;  // if the request wants text; whole characters that will stay as they are
};

// One place of an answer at which the model had a choice, and what it made of it. The shares are of
// the probability of all that was permitted there, after penalties and bias, at a temperature of 1.
struct TokenChoice {
  int32_t index = 0;   // in the answer's tokens; one past them: what ended the text
  float share = 1;     // of the token picked
  int32_t other = -1;  // the likeliest besides it; -1: nothing else has a chance
  float other_share = 0;
};

struct GenerateRequest {
  std::vector<int32_t> prompt;  // not empty
  // PNG and JPEG files (vision.h) that the prompt's image tokens stand for, in order;
  // Engine::PlaceImages gives each as many tokens as it takes.
  std::vector<std::string> images;
  TokenConstraint* constraint = nullptr;  // null: any token; borrowed for the call
  Sampling sampling;                      // of what the constraint permits
  std::vector<int32_t>
      stop_tokens;        // besides the model's own end tokens; end the text and are not part of it
  bool past_end = false;  // the model's own end tokens are ordinary ones: for measurements
  std::vector<std::string>
      stop_strings;            // the same, wherever they begin in a token; up to kStopStringsMax
  bool wants_text = false;     // the text beside the tokens, as with stop strings
  bool wants_choices = false;  // and what else each token might have been
  int tokens_max = 512;
  absl::Time deadline = absl::InfiniteFuture();
  std::string
      tenant;  // who is served in turn with others; prefixes are shared within a tenant only

  // Polled once a pass; may be empty. It and the constraint are called by another thread than the
  // caller's (this one by the caller's too, before its images are read), but never at the same time
  // as each other, and not after Generate has returned.
  std::function<bool()> cancelled;
  // Called by the caller's thread inside Generate while tokens come; may be empty, and may take its
  // time.
  std::function<void(const GeneratedPart&)> on_part;
};

struct GenerateResult {
  enum class Finish { kStop, kLength };
  std::vector<int32_t> tokens;  // with a stop string: up to the token that completes it
  std::string text;             // if wanted: the tokens' bytes, without the stop string
  std::vector<TokenChoice>
      choices;  // if wanted: the places that the constraint did not force, in order
  Finish finish = Finish::kStop;
  size_t forced_tokens = 0;  // of `tokens`, dictated by the constraint and fed without sampling
  size_t cached_tokens = 0;  // of the prompt, computed for an earlier request
  size_t drafted_tokens = 0, accepted_tokens = 0;  // drafts that were verified, and those that held
  double wait_ms = 0;                              // until there was room
  double prefill_ms = 0;
  double decode_ms = 0;
};

class LanguageModel {
 public:
  virtual ~LanguageModel() = default;

  // Unless the request samples, the likeliest permitted token each time; of equals the one with the
  // smaller id. The same request gives the same tokens, bit for bit, whatever the number of threads
  // and whatever else is being generated. InvalidArgument: a prompt token outside the vocabulary, a
  // prompt longer than the context, a value outside its limits (with the figure), an image that
  // cannot be read, that has no place in the prompt, or that the model cannot see.
  // ResourceExhausted, with the figures: it could never fit. DeadlineExceeded, Cancelled; errors of
  // the constraint.
  virtual absl::StatusOr<GenerateResult> Generate(const GenerateRequest& request) = 0;

  virtual const std::string& id() const = 0;              // "exaone_moe/planner"
  virtual const std::string& weights_sha256() const = 0;  // over config and weight files
  virtual size_t vocabulary_size() const = 0;
  virtual size_t context_tokens_max() const = 0;
};

}  // namespace model_core
