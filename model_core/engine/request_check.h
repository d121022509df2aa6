// What is wrong with a request before anything is computed. Thread-safe.
#pragma once

#include "model_core/language_model.h"

namespace model_core {

// InvalidArgument names the value and its limit, in both languages.
absl::Status CheckRequest(const GenerateRequest& request, size_t vocabulary_size,
                          size_t context_tokens_max);

}  // namespace model_core
