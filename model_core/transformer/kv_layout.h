// KvLayout: how a model's keys and values lie in pages of one size. A page holds 32 tokens of one
// layer that sees all tokens, or 8 tokens of each of 4 window layers. So both kinds come from one
// pool, a window is rounded up by less than 8 tokens, and long stretches stay together.
// Immutable.
#pragma once

#include <cstdint>
#include <vector>

#include "model_core/device/kv_pages.h"
#include "model_core/transformer/config.h"

namespace model_core {

// Kinds of rows by name: "" or "f32", "f16", "q8"; InvalidArgument otherwise.
absl::StatusOr<Dtype> ParseKept(const std::string& text);

inline constexpr size_t kPageTokens = 32;  // of a full layer
inline constexpr size_t kRingTokens = 8;   // of a window layer
inline constexpr size_t kRingLayers = kPageTokens / kRingTokens;

// Window layers that share pages. They keep the tokens that the next one sees, window - 1, in a
// ring of `slots` pages: page i (tokens 8·i …) lies in slot i mod slots.
struct KvRing {
  size_t window;
  size_t slots;
};

struct KvLayout : KvShape {
  explicit KvLayout(const ModelConfig& config, Dtype kind = Dtype::kF32);

  struct Place {
    bool full;
    size_t table;  // among the full layers, or of the ring
    size_t place;  // in a ring's pages: 0 … kRingLayers - 1
  };
  std::vector<Place> layers;
  size_t full_layers = 0;
  std::vector<KvRing> rings;

  // Pages that a sequence of `tokens` holds at most, on its way there as well.
  size_t PagesFor(size_t tokens) const;
  size_t BytesFor(size_t tokens) const { return PagesFor(tokens) * page_bytes(); }
  size_t ring_slots() const;  // of all rings together
  size_t page_bytes() const { return kPageTokens * (keys_bytes() + values_bytes()); }
};

}  // namespace model_core
