// TokenConstraint: what may come next in one constrained sequence. The engine asks, samples and
// tells; it knows nothing of grammars. One thread at a time.
#pragma once

#include <cstdint>
#include <span>

#include "model_core/base/status.h"

namespace model_core {

class TokenConstraint {
 public:
  virtual ~TokenConstraint() = default;

  // Tokens that must come next whatever the model thinks; empty if there is a choice. They are fed
  // to the model without sampling, and still have to be accepted one by one. Valid until the next
  // call.
  virtual std::span<const int32_t> ForcedTokens() = 0;

  // Bit i (32 tokens a word) = token i may come next. Fails if nothing may.
  virtual absl::Status ComputeMask(std::span<uint32_t> bitmask) = 0;

  // InvalidArgument if `token` may not come next; the constraint is then of no further use.
  virtual absl::Status Accept(int32_t token) = 0;

  // The text is complete and can only end.
  virtual bool Done() = 0;
};

}  // namespace model_core
