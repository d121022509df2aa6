#include "model_core/engine/prompt_runner.h"

#include <algorithm>

namespace model_core {

PromptRunner::PromptRunner(const Transformer& model, Dtype kept)
    : model_(model),
      rows_(model.device().memory()),
      sequence_(model.device(), model.config(), team_.size(), kept),
      logits_(model.config().vocabulary) {}

absl::Status PromptRunner::Reserve(size_t tokens, std::span<const float* const> inputs) {
  RETURN_IF_ERROR(sequence_.Reserve(tokens));
  for (const float* input : inputs) {
    inputs_.push_back(nullptr);
    if (input == nullptr) continue;
    ASSIGN_OR_RETURN(inputs_.back(), Put(input));
  }
  return absl::OkStatus();
}

std::vector<float> PromptRunner::Feed(std::span<const int32_t> tokens, size_t rows,
                                      std::vector<std::vector<uint32_t>>* experts) {
  std::vector<float> kept;
  for (size_t at = 0; at < tokens.size(); at += kPrefillTokensMax) {
    const size_t count = std::min(kPrefillTokensMax, tokens.size() - at);
    const auto inputs =
        std::span(inputs_).subspan(std::min(sequence_.cache.tokens(), inputs_.size()));
    const PassPart part{tokens.subspan(at, count), &sequence_.cache, kNoDraft, inputs};
    Trace trace;
    model_.Forward({&part, 1}, sequence_.room, team_, experts == nullptr ? nullptr : &trace);
    for (size_t layer = 0; layer < trace.experts.size(); ++layer)
      (*experts)[layer].insert((*experts)[layer].end(), trace.experts[layer].begin(),
                               trace.experts[layer].end());
    for (size_t row = 0; row < count; ++row) {
      if (at + row + rows < tokens.size()) continue;
      model_.Logits(sequence_, row, {}, team_, logits_);
      kept.insert(kept.end(), logits_.begin(), logits_.end());
    }
  }
  return kept;
}

int32_t PromptRunner::Likeliest() const {
  return static_cast<int32_t>(std::max_element(logits_.begin(), logits_.end()) - logits_.begin());
}

// Where a row lies on the device.
absl::StatusOr<const float*> PromptRunner::Put(const float* row) {
  const size_t bytes = model_.config().hidden * sizeof(float);
  uint8_t* to = rows_.Take(bytes);
  if (to == nullptr) return NoMemory(rows_.memory(), "rows of an image", "이미지의 행");
  rows_.memory().Upload(to, row, bytes);
  return reinterpret_cast<const float*>(to);
}

}  // namespace model_core
