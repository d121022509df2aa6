// Sequence: one stream of tokens with a pool and a room of its own, for whoever runs a model by
// hand. The engine's streams share theirs. One thread at a time (a Team counts as one). Nothing is
// allocated between Reserve and the last token it made room for.
#pragma once

#include "model_core/transformer/pass_room.h"

namespace model_core {

inline constexpr size_t kPrefillTokensMax = 64;  // of one forward pass, if nobody says otherwise

class Sequence {
 public:
  // `kept`: the kind of rows of keys and values. A pass holds `pass_tokens` at most. `device`
  // outlives this.
  Sequence(const Device& device, const ModelConfig& config, size_t team_size,
           Dtype kept = Dtype::kF32, size_t pass_tokens = kPrefillTokensMax);

  // Room for `tokens` in all. Forgets nothing. ResourceExhausted: the device has no memory for it.
  absl::Status Reserve(size_t tokens);
  void Clear() { cache.Clear(); }

 private:
  const KvLayout layout_;
  KvPool pool_;

 public:
  KvCache cache;
  PassRoom room;
};

}  // namespace model_core
