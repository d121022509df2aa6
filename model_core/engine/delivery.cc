#include "model_core/engine/delivery.h"

namespace model_core {

void Delivery::Reserve(size_t tokens_max) {
  const std::lock_guard lock(mutex_);
  tokens_.reserve(tokens_max);
}

void Delivery::Add(std::span<const int32_t> tokens, std::string_view text) {
  if (tokens.empty() && text.empty()) return;
  const std::lock_guard lock(mutex_);
  tokens_.insert(tokens_.end(), tokens.begin(), tokens.end());
  text_.append(text);
  ready_.notify_one();
}

void Delivery::Finish(absl::StatusOr<GenerateResult> result) {
  const std::lock_guard lock(mutex_);
  result_ = std::move(result);
  ready_.notify_one();
}

absl::StatusOr<GenerateResult> Delivery::Wait(
    const std::function<void(const GeneratedPart&)>& on_part) {
  std::vector<int32_t> tokens;
  std::string text;
  std::unique_lock lock(mutex_);
  while (true) {
    ready_.wait(lock, [&] { return result_.has_value() || !tokens_.empty() || !text_.empty(); });
    if (tokens_.empty() && text_.empty()) return *std::move(result_);
    tokens.swap(tokens_);
    text.swap(text_);
    lock.unlock();
    if (on_part) on_part({tokens, text});
    tokens.clear();
    text.clear();
    lock.lock();
  }
}

}  // namespace model_core
