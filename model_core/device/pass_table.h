// What one forward pass is about: its tokens, and where the past of each lies. On the host.
#pragma once

#include <span>

#include "model_core/device/kv_pages.h"

namespace model_core {

inline constexpr size_t kCertain = ~size_t{0};

// One token of the pass, and where it stands in its sequence.
struct PassToken {
  int32_t id;
  size_t position;
  size_t first_row;         // of the pass: its sequence's first token there
  size_t sequence;          // number among the pass's sequences
  size_t draft = kCertain;  // number among the pass's drafts
  // [hidden] each, on the device. Of a draft head: the model's output that joins the token; what
  // stands in place of the token's embedding.
  const float* beside = nullptr;
  const float* input = nullptr;
};

// Whoever makes it leaves it as it is until Operations::Finish.
struct PassTable {
  std::span<const PassToken> tokens;
  std::span<const KvPages> pages;  // [layers, sequences]
  size_t sequences;

  const KvPages& PagesOf(size_t layer, const PassToken& token) const {
    return pages[layer * sequences + token.sequence];
  }
};

// A token of the pass whose successor's scores are wanted. With a mask (bit i of 32 a word = token
// i), words without a bit are not computed and get -infinity.
struct LogitsRow {
  size_t row;  // of the pass
  std::span<const uint32_t> mask;
  bool Wants(size_t word) const { return mask.empty() || (word < mask.size() && mask[word] != 0); }
};
inline constexpr size_t kMaskBits = 32;  // tokens of a mask's word

}  // namespace model_core
