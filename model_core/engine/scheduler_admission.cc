// Who may begin, and what that takes.
#include <algorithm>
#include <tuple>
#include <type_traits>

#include "model_core/base/strings.h"
#include "model_core/engine/memory_budget.h"
#include "model_core/engine/scheduler.h"

namespace model_core {

using base::StrCat;

size_t Scheduler::HostBytesToCome() const {
  return options_.sequences_max * Generation::RoomBytes(layout_, place_.scores, TokensMost());
}

// What a prefix keeps of the rings besides goes where there is no room for it: see MakeFree.
size_t Scheduler::PagesOf(size_t tokens, size_t image_rows) const {
  return layout_.PagesFor(tokens) +
         RowPages::PagesFor(layout_.page_bytes(), image_rows, model_.config().hidden);
}

absl::StatusOr<size_t> Scheduler::PagesFor(size_t tokens, size_t image_rows) const {
  const size_t pages = PagesOf(tokens, image_rows), budget = Figures().memory_bytes_max;
  if (pages <= budget / layout_.page_bytes()) return pages;
  return TooLarge(tokens, image_rows, budget);
}

absl::Status Scheduler::TooLarge(size_t tokens, size_t image_rows, size_t budget) const {
  const std::string need = NeededText(PagesOf(tokens, image_rows) * layout_.page_bytes()),
                    limit = GivenText(budget),
                    images = image_rows == 0 ? "" : StrCat(" (", image_rows, " of images)"),
                    korean = image_rows == 0 ? "" : StrCat(" (이미지 ", image_rows, "토큰 포함)");
  const absl::Status status = base::Error(
      absl::StatusCode::kResourceExhausted,
      StrCat("request: ", tokens, " tokens", images, " need ", need, " of memory, budget ", limit),
      StrCat("요청한 ", tokens, "토큰", korean, "에 메모리 ", need, "가 필요합니다 (한도 ", limit,
             ")"));
  return base::WithReason(status, "ENGINE_NO_ROOM");
}

// The first in turn waits until it fits, and the others behind it: a large request is not starved
// by small ones.
void Scheduler::Admit() {
  const auto turn = [](const TicketPtr& ticket) {
    return std::tuple(ticket->tenant->running, ticket->tenant->served, ticket->number);
  };
  while (!waiting_.empty() && running_.size() < options_.sequences_max) {
    const auto next =
        std::min_element(waiting_.begin(), waiting_.end(),
                         [&](const auto& a, const auto& b) { return turn(a) < turn(b); });
    const size_t pages = (*next)->pages;
    if (promised_ + pages <= pool_.pages_max()) Back(pages);
    const bool ever = pages <= pool_.pages_max();
    if (ever && promised_ + pages > pool_.pages_max()) return;
    const TicketPtr ticket = std::move(*next);
    waiting_.erase(next);
    if (!ever) {
      Refuse(*ticket);
      continue;
    }
    Begin(ticket);
    running_.push_back(ticket);
  }
}

// With the rings that prefixes may come to hold besides, so that decoding takes no memory from the
// system: of each request those at both places where it is remembered, and those that are pinned. A
// device may have less than it said: then the pool's limit falls, though never below what is
// promised, which was backed before.
void Scheduler::Back(size_t pages) {
  constexpr size_t kSets = std::extent_v<decltype(Ticket::remember_at)> + 1;
  const size_t kept = options_.prefix_bytes_max > 0 ? kSets * layout_.ring_slots() : 0;
  pool_.Back(pool_.used() + promised_ + pages + (running_.size() + 1) * kept);
}

// It was asked for before a device turned out to have less.
void Scheduler::Refuse(Ticket& ticket) {
  ticket.status = TooLarge(ticket.request.prompt.size() + ticket.tokens_max,
                           ticket.images.RowsToMake(), pool_.pages_max() * layout_.page_bytes());
  End(ticket);
}

void Scheduler::Begin(const TicketPtr& ticket) {
  const GenerateRequest& request = ticket->request;
  promised_ += ticket->pages;
  ++ticket->tenant->running;
  const size_t prompt = request.prompt.size();
  if (request.on_part) ticket->delivery.Reserve(ticket->tokens_max);
  ticket->generation =
      std::make_unique<Generation>(place_, request, ticket->tokens_max, ticket->table);
  if (options_.prefix_bytes_max > 0) {
    const PrefixCache::Match match = prefixes_.Adopt(
        request.tenant, request.prompt, ticket->generation->cache(), ticket->images.places());
    ticket->images.Skip(match.usable);
    ticket->cached_tokens = match.usable;
    counted_.cached_tokens += match.usable;
    const size_t whole = prompt / kPageTokens * kPageTokens;
    if (match.known > match.usable) ticket->remember_at[0] = match.known;
    if (whole > match.usable) ticket->remember_at[1] = whole;
  }
  CHECK(MakeFree({}, RowPages::PagesFor(layout_.page_bytes(), ticket->images.RowsToMake(),
                                        model_.config().hidden)));
  ticket->images.TakePages(pool_, layout_.page_bytes());
  if (drafter_ != nullptr) ticket->drafting = drafter_->Begin(running_.size());
  ticket->status = ticket->generation->Prepare();
}

// Room for what `parts` and `besides` will take, at the cost of prefixes: those remembered, then
// the windows that are pinned to be. What is not shared any more is written over, so that each of
// them that goes may leave less to take. Only what is backed is room: see Back. False: that was not
// enough.
bool Scheduler::MakeFree(std::span<const PassPart> parts, size_t besides) {
  const auto fits = [&] {
    size_t pages = besides;
    for (const PassPart& part : parts) pages += part.cache->PagesToTake(part.tokens.size());
    pool_.Back(pool_.used() + pages);
    return pages <= pool_.free();
  };
  while (!fits()) {
    if (prefixes_.EvictOne()) continue;
    for (const TicketPtr& ticket : running_) ticket->generation->cache().Unpin();
    return fits();
  }
  return true;
}

}  // namespace model_core
