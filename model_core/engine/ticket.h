// Ticket: one request on its way through the engine.
#pragma once

#include <memory>

#include "model_core/engine/delivery.h"
#include "model_core/engine/generation.h"
#include "model_core/engine/tenants.h"

namespace model_core {

// `delivery` is for both sides; the request is the caller's; the rest is the scheduler's.
struct Ticket {
  Ticket(const GenerateRequest& request, size_t tokens_max, size_t pages, const TokenTable* table,
         absl::Time asked)
      : request(request),
        tokens_max(tokens_max),
        pages(pages),
        table(table),
        asked(asked),
        delivery(request.on_part ? tokens_max : 0) {}

  const GenerateRequest& request;
  const size_t tokens_max;
  const size_t pages;  // of the pool that it may come to hold
  const TokenTable* const table;
  const absl::Time asked;
  Delivery delivery;

  uint64_t number = 0;  // in the order of arrival
  Tenant* tenant = nullptr;
  std::unique_ptr<Generation> generation;  // null while it waits
  absl::Status status;                     // why it ends early
  size_t cached_tokens = 0;
  // Where in the prompt its prefix is to be remembered, ascending, in tokens; 0: nowhere.
  size_t remember_at[2] = {0, 0};
  size_t parts_tokens = 0, parts_bytes = 0;  // handed to the caller
};

}  // namespace model_core
