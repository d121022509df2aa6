// Who may begin, and what that takes.
#include <algorithm>
#include <tuple>

#include "model_core/base/strings.h"
#include "model_core/engine/memory_budget.h"
#include "model_core/engine/scheduler.h"

namespace model_core {

using base::StrCat;

size_t Scheduler::BytesToCome() const {
  const size_t each = Generation::RoomBytes(layout_, place_.scores, TokensMost());
  return options_.sequences_max * each + (drafter_ == nullptr ? 0 : drafter_->pool_bytes());
}

// What a prefix keeps of the rings besides goes where there is no room for it: see MakeFree.
size_t Scheduler::PagesOf(size_t tokens, size_t image_rows) const {
  return layout_.PagesFor(tokens) +
         RowPages::PagesFor(layout_.page_bytes(), image_rows, model_.config().hidden);
}

absl::StatusOr<size_t> Scheduler::PagesFor(size_t tokens, size_t image_rows) const {
  const size_t pages = PagesOf(tokens, image_rows);
  if (pages <= pool_.pages_max()) return pages;
  const std::string need = NeededText(pages * layout_.page_bytes()),
                    budget = GivenText(counted_.memory_bytes_max),
                    images = image_rows == 0 ? "" : StrCat(" (", image_rows, " of images)"),
                    korean = image_rows == 0 ? "" : StrCat(" (이미지 ", image_rows, "토큰 포함)");
  return base::Error(
      absl::StatusCode::kResourceExhausted,
      StrCat("request: ", tokens, " tokens", images, " need ", need, " of memory, budget ", budget),
      StrCat("요청한 ", tokens, "토큰", korean, "에 메모리 ", need, "가 필요합니다 (한도 ", budget,
             ")"));
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
    if (promised_ + (*next)->pages > pool_.pages_max()) return;
    const TicketPtr ticket = std::move(*next);
    waiting_.erase(next);
    Begin(ticket);
    running_.push_back(ticket);
  }
}

void Scheduler::Begin(const TicketPtr& ticket) {
  const GenerateRequest& request = ticket->request;
  promised_ += ticket->pages;
  ++ticket->tenant->running;
  const size_t prompt = request.prompt.size();
  // With what may come to be pinned, so that decoding takes no memory from the system.
  const size_t pinned = options_.prefix_bytes_max > 0 ? layout_.ring_slots() : 0;
  pool_.Back(pool_.used() + promised_ + (running_.size() + 1) * pinned);
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
  if (drafter_ != nullptr) ticket->drafting = drafter_->Begin();
  ticket->status = ticket->generation->Prepare();
}

// Room for what `parts` and `besides` will take, at the cost of prefixes: those remembered, then
// the windows that are pinned to be. What is not shared any more is written over, so that each of
// them that goes may leave less to take. False: that was not enough.
bool Scheduler::MakeFree(std::span<const PassPart> parts, size_t besides) {
  const auto fits = [&] {
    size_t pages = besides;
    for (const PassPart& part : parts) pages += part.cache->PagesToTake(part.tokens.size());
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
