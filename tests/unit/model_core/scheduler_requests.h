// Requests that a test gives a scheduler by hand.
#pragma once

#include <functional>
#include <utility>
#include <vector>

#include "model_core/engine/counter_random.h"
#include "model_core/engine/scheduler.h"

namespace model_core {

// Of a vocabulary of 64; prompts of whatever seed have their first `shared` tokens in common.
inline std::vector<int32_t> SeededPrompt(size_t tokens, size_t shared, uint64_t seed) {
  std::vector<int32_t> prompt;
  for (size_t i = 0; i < tokens; ++i)
    prompt.push_back(static_cast<int32_t>(CounterUniform(i < shared ? 0 : seed, i) * 64));
  return prompt;
}

// `cancelled` is asked by the scheduler's thread: once before the request is admitted, or more
// often where it has to wait, and after each pass.
inline absl::StatusOr<GenerateResult> Ask(Scheduler& scheduler, std::vector<int32_t> prompt,
                                          size_t tokens_max,
                                          std::function<bool()> cancelled = nullptr) {
  GenerateRequest request;
  request.prompt = std::move(prompt);
  request.past_end = true;
  request.cancelled = std::move(cancelled);
  ASSIGN_OR_RETURN(const size_t pages, scheduler.PagesFor(request.prompt.size() + tokens_max, 0));
  ASSIGN_OR_RETURN(PromptImages images, PromptImages::Make(nullptr, request, nullptr));
  return scheduler.Generate(request, tokens_max, pages, nullptr, std::move(images));
}

}  // namespace model_core
