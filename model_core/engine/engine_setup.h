// An engine's options, checked and complete.
#pragma once

#include "model_core/engine.h"
#include "model_core/kernels/kernels.h"
#include "model_core/transformer/transformer.h"

namespace model_core {

// No zeros but in the budget, no limit below what it takes to serve one request. InvalidArgument:
// drafts that are unknown, or for weights without a head.
absl::StatusOr<EngineOptions> Complete(EngineOptions options, const Transformer& model);

// Rows of images lie in pages. InvalidArgument: not even one fits.
absl::Status CheckImagePages(const ModelConfig& config, const std::string& kv);

}  // namespace model_core
