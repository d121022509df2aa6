// One forward pass of the scheduler: what goes into it, and what becomes of its scores.
#include <algorithm>
#include <tuple>

#include "model_core/engine/engine_sizes.h"
#include "model_core/engine/scheduler.h"

namespace model_core {

// Decoding first, then prompts of those served least.
void Scheduler::BuildPass() {
  order_.clear();
  for (const TicketPtr& ticket : running_) order_.push_back(ticket.get());
  const auto turn = [](const Ticket* ticket) {
    return std::tuple(!ticket->generation->decoding(), ticket->tenant->served, ticket->number);
  };
  std::sort(order_.begin(), order_.end(),
            [&](const Ticket* a, const Ticket* b) { return turn(a) < turn(b); });
  parts_.clear();
  fed_.clear();
  size_t left = room_.rows, pages = 0;
  for (Ticket* ticket : order_) {
    const size_t count = StretchOf(*ticket, left);
    if (count == 0) continue;
    KvCache& cache = ticket->generation->cache();
    pages += cache.PagesToTake(count);
    parts_.push_back({ticket->generation->pending().first(count), &cache});
    fed_.push_back(ticket);
    left -= count;
  }
  MakeFree(pages);
}

// Tokens of a generation that go into a pass with room for so many: up to where its prefix is to be
// remembered.
size_t Scheduler::StretchOf(const Ticket& ticket, size_t room) const {
  const size_t past = ticket.generation->cache().tokens();
  size_t count = std::min(ticket.generation->pending().size(), room);
  if (layout_.rings.empty()) return count;  // any page can be remembered at any time
  for (size_t end : ticket.remember_at) {
    if (end > past) count = std::min(count, end - past);
  }
  return count;
}

void Scheduler::MakeFree(size_t pages) {
  while (pool_.free() < pages) CHECK(prefixes_.EvictOne());
}

Team& Scheduler::TeamFor(size_t tokens) {
  if (WantsTeam(tokens, parameters_)) return team_;
  return alone_;
}

void Scheduler::RunPass() {
  size_t tokens = 0;
  rows_.clear();
  picking_.clear();
  for (size_t i = 0; i < fed_.size(); ++i) {
    Generation& generation = *fed_[i]->generation;
    tokens += parts_[i].tokens.size();
    fed_[i]->tenant->served += parts_[i].tokens.size();
    if (parts_[i].tokens.size() < generation.pending().size()) continue;
    rows_.push_back({tokens - 1, generation.mask()});
    picking_.push_back(fed_[i]);
  }
  ++counted_.passes;
  counted_.computed_tokens += tokens;
  model_.Forward(parts_, room_, TeamFor(tokens));
  if (!rows_.empty()) model_.Logits(room_, rows_, TeamFor(rows_.size()), logits_);
}

// Where a prompt's prefix is worth keeping the pass has ended, so that the rings are as they are to
// be kept; of an answer the last whole page is held until it ends.
void Scheduler::AfterPass() {
  if (options_.prefix_bytes_max == 0) return;
  for (Ticket* ticket : fed_) {
    KvCache& cache = ticket->generation->cache();
    const size_t tokens = cache.tokens();
    const bool at_page = !layout_.rings.empty() && tokens % kPageTokens == 0;
    if (at_page && tokens > ticket->request.prompt.size()) cache.Pin();
    for (size_t& end : ticket->remember_at) {
      if (end == 0 || tokens < end) continue;
      if (at_page) cache.Pin();
      Remember(*ticket, end);
      end = 0;
    }
  }
}

void Scheduler::Remember(const Ticket& ticket, size_t tokens) {
  prefixes_.Remember(ticket.request.tenant, ticket.generation->tokens().first(tokens),
                     ticket.generation->cache());
}

void Scheduler::PickTokens() {
  for (size_t i = 0; i < picking_.size(); ++i) {
    Ticket& ticket = *picking_[i];
    const std::span<float> logits(logits_.data() + i * place_.vocabulary, place_.vocabulary);
    ticket.status = ticket.generation->Choose(logits, sampler_room_);
    if (ticket.status.ok() && ticket.request.on_part) HandOver(ticket);
  }
}

}  // namespace model_core
