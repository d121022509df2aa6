#include "model_core/transformer/kv_layout.h"

#include <algorithm>

#include "model_core/base/strings.h"
#include "model_core/base/text.h"

namespace model_core {
namespace {

// Pages that window - 1 tokens in a row may touch.
size_t Slots(size_t window) {
  return window < 2 ? 0 : (window + kRingTokens - 3) / kRingTokens + 1;
}

size_t Pages(size_t tokens, size_t of) { return (tokens + of - 1) / of; }

}  // namespace

absl::StatusOr<Dtype> ParseKept(const std::string& text) {
  if (text.empty() || text == "f32") return Dtype::kF32;
  if (text == "f16") return Dtype::kF16;
  if (text == "q8") return Dtype::kQ8Rows;
  return base::Error(
      absl::StatusCode::kInvalidArgument,
      base::StrCat("kv '", text, "' is unknown; known are f32, f16 and q8"),
      base::StrCat("KV 형식 '", text, "'", base::Particle(text, "은"), " 없습니다 (f32, f16, q8)"));
}

KvLayout::KvLayout(const ModelConfig& config, Dtype kind)
    : KvShape(kind, config.kept_heads(), config.key_width(),
              config.is_latent() ? 0 : config.value_width()) {
  std::vector<size_t> used;  // places of each ring
  for (const LayerConfig& layer : config.layers) {
    if (layer.window == 0) {
      layers.push_back({true, full_layers++, 0});
      continue;
    }
    size_t ring = 0;
    while (ring < rings.size() && (rings[ring].window != layer.window || used[ring] == kRingLayers))
      ++ring;
    if (ring == rings.size()) {
      rings.push_back({layer.window, Slots(layer.window)});
      used.push_back(0);
    }
    layers.push_back({false, ring, used[ring]++});
  }
}

size_t KvLayout::PagesFor(size_t tokens) const {
  size_t pages = full_layers * Pages(tokens, kPageTokens);
  for (const KvRing& ring : rings) pages += std::min(ring.slots, Pages(tokens, kRingTokens));
  return pages;
}

size_t KvLayout::ring_slots() const {
  size_t slots = 0;
  for (const KvRing& ring : rings) slots += ring.slots;
  return slots;
}

}  // namespace model_core
