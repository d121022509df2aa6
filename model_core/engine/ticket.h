// Ticket: one request on its way through the engine.
#pragma once

#include <memory>

#include "model_core/engine/delivery.h"
#include "model_core/engine/draft_rule.h"
#include "model_core/engine/generation.h"
#include "model_core/engine/prompt_images.h"
#include "model_core/engine/tenants.h"
#include "model_core/transformer/pass_room.h"

namespace model_core {

// What drafts for one request.
struct Drafting {
  Drafting(const KvLayout& layout, KvPool& pool, DraftRule::Sequence begin)
      : cache(layout, pool), judged(begin) {}
  KvCache cache;  // of the draft head
  DraftRule::Sequence judged;
  int32_t token = kNoDraft;  // after the one that is pending
};

// `delivery` is for both sides; the request is the caller's; the rest is the scheduler's.
struct Ticket {
  Ticket(const GenerateRequest& request, size_t tokens_max, size_t pages, const TokenTable* table,
         PromptImages images, absl::Time asked)
      : request(request),
        tokens_max(tokens_max),
        pages(pages),
        table(table),
        images(std::move(images)),
        asked(asked) {}

  const GenerateRequest& request;
  const size_t tokens_max;
  const size_t pages;  // of the pool that it may come to hold, for rows of images too
  const TokenTable* const table;
  PromptImages images;
  const absl::Time asked;
  Delivery delivery;

  uint64_t number = 0;  // in the order of arrival
  Tenant* tenant = nullptr;
  std::unique_ptr<Generation> generation;  // null while it waits
  std::unique_ptr<Drafting> drafting;      // null: nothing drafts for it
  absl::Status status;                     // why it ends early
  size_t cached_tokens = 0;
  // Where in the prompt its prefix is to be remembered, ascending, in tokens; 0: nowhere.
  size_t remember_at[2] = {0, 0};
  size_t parts_tokens = 0, parts_bytes = 0;  // handed to the caller
};

// A ticket's part of a pass.
struct Fed {
  static constexpr size_t kNone = ~size_t{0};
  Ticket* ticket;
  size_t first_row = 0, tokens;  // of the pass; without the draft, whose row follows
  int32_t draft = kNoDraft;
  size_t scores = kNone;  // row of the scores after its last token, if they are wanted
  bool held = false;      // the draft
  size_t rows() const { return tokens + (draft == kNoDraft ? 0 : 1); }
};

}  // namespace model_core
