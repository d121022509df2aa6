// Delivery: what a request has generated, handed from the engine's thread to its caller.
// Thread-safe: one side adds, the other waits.
#pragma once

#include <condition_variable>
#include <mutex>
#include <optional>

#include "model_core/language_model.h"

namespace model_core {

class Delivery {
 public:
  // Takes the room for `tokens_max` that will come in parts.
  void Reserve(size_t tokens_max);
  void Add(std::span<const int32_t> tokens, std::string_view text);
  void Finish(absl::StatusOr<GenerateResult> result);

  // Hands parts to `on_part`, in order and without holding the other side up, and returns the end.
  absl::StatusOr<GenerateResult> Wait(const std::function<void(const GeneratedPart&)>& on_part);

 private:
  std::mutex mutex_;
  std::condition_variable ready_;
  std::vector<int32_t> tokens_;
  std::string text_;
  std::optional<absl::StatusOr<GenerateResult>> result_;
};

}  // namespace model_core
