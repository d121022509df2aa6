// One forward pass of the scheduler: what goes into it, and what it leaves in the prefix cache.
#include <algorithm>
#include <tuple>
#include <utility>

#include "model_core/engine/engine_sizes.h"
#include "model_core/engine/scheduler.h"

namespace model_core {

// As much as a pass may cost goes into images that are not rows yet; those who decode go on in
// between. Of all images one is on its way at a time; after it comes one of the tenant served
// least, for whom images count as the tokens that would have taken as long.
void Scheduler::WorkOnImages() {
  size_t left = parameters_ * room_.rows;
  while (Ticket* ticket = NextWithImages()) {
    const size_t work = ticket->images.StepWork(team_.size());
    ticket->images.Step(TeamFor(1, work));
    ticket->tenant->served += (work + parameters_ - 1) / parameters_;
    if (work >= left) return;
    left -= work;
  }
}

// Null: all images are rows.
Ticket* Scheduler::NextWithImages() const {
  const auto turn = [](const Ticket& ticket) {
    return std::tuple(!ticket.images.begun(), ticket.tenant->served, ticket.number);
  };
  Ticket* next = nullptr;
  for (const TicketPtr& ticket : running_) {
    if (ticket->images.ready()) continue;
    if (next == nullptr || turn(*ticket) < turn(*next)) next = ticket.get();
  }
  return next;
}

// Single tokens first: they take no more than a row or two each. Prompts, and the stretches that a
// grammar forces, may take whole passes: of these the tenant served least comes first.
void Scheduler::Order() {
  order_.clear();
  for (const TicketPtr& ticket : running_) order_.push_back(ticket.get());
  const auto turn = [](const Ticket* ticket) {
    const Generation& generation = *ticket->generation;
    const bool single = generation.decoding() && generation.pending().size() == 1;
    return std::tuple(!single, ticket->tenant->served, ticket->number);
  };
  std::sort(order_.begin(), order_.end(),
            [&](const Ticket* a, const Ticket* b) { return turn(a) < turn(b); });
  decoding_ = static_cast<size_t>(std::count_if(
      order_.begin(), order_.end(), [](const Ticket* t) { return t->generation->decoding(); }));
}

void Scheduler::BuildPass() {
  Order();
  parts_.clear();
  fed_.clear();
  only_decoding_ = true;
  const bool plain = drafter_ == nullptr || drafter_->rule().PlainIsDue(decoding_);
  size_t left = room_.rows;
  for (Ticket* ticket : order_) {
    Generation& generation = *ticket->generation;
    const size_t count = StretchOf(*ticket, left);
    only_decoding_ &= generation.decoding() && generation.pending().size() == 1 && count == 1;
    if (count == 0) continue;
    Fed fed{ticket, room_.rows - left, count};
    fed.draft = TakeDraft(*ticket, plain || left == count);
    left -= fed.rows();
    parts_.push_back({generation.pending().first(count), &generation.cache(), fed.draft,
                      ticket->images.Inputs(generation.cached())});
    fed_.push_back(fed);
  }
  FitPass();
}

// Sequences that go on from one prefix hold the same pages of the rings; those that replace them in
// one pass need room for the old ones as well, which nobody was promised. Whoever is left out finds
// them to be its own in the next pass. One alone always fits.
void Scheduler::FitPass() {
  while (!MakeFree(parts_)) {
    CHECK(fed_.size() > 1);
    const Fed& last = fed_.back();
    if (last.draft != kNoDraft) last.ticket->drafting->token = last.draft;
    fed_.pop_back();
    parts_.pop_back();
    only_decoding_ = false;
  }
}

// The draft of what comes after the pending token, unless this pass goes `without`. No draft
// outlives the pass that computes its token.
int32_t Scheduler::TakeDraft(Ticket& ticket, bool without) {
  if (ticket.drafting == nullptr) return kNoDraft;
  const int32_t draft = std::exchange(ticket.drafting->token, kNoDraft);
  return without ? kNoDraft : draft;
}

// Tokens of a generation that go into a pass with room for so many: up to where its prefix is to be
// remembered; none while an image is on its way.
size_t Scheduler::StretchOf(const Ticket& ticket, size_t room) const {
  if (!ticket.images.ready()) return 0;
  const size_t past = ticket.generation->cache().tokens();
  size_t count = std::min(ticket.generation->pending().size(), room);
  if (layout_.rings.empty()) return count;  // any page can be remembered at any time
  for (size_t end : ticket.remember_at) {
    if (end > past) count = std::min(count, end - past);
  }
  return count;
}

Team& Scheduler::TeamFor(size_t tokens, size_t parameters) {
  if (tokens * parameters >= options_.team_work_min) return team_;
  return alone_;
}

void Scheduler::RunPass() {
  const absl::Time begun = place_.clock.Now();
  size_t tokens = 0, drafts = 0;
  rows_.clear();
  for (Fed& fed : fed_) {
    tokens += fed.rows();
    drafts += fed.rows() - fed.tokens;
    fed.ticket->tenant->served += fed.rows();
    AskScores(fed);
  }
  ++counted_.passes;
  counted_.computed_tokens += tokens;
  model_.Forward(parts_, room_, TeamFor(tokens, parameters_));
  if (!rows_.empty()) model_.Logits(room_, rows_, TeamFor(rows_.size(), parameters_), logits_);
  if (drafter_ == nullptr || !only_decoding_) return;
  const double ms = absl::ToDoubleMilliseconds(place_.clock.Now() - begun);
  drafter_->rule().Took(decoding_, drafts, drafts == 0 ? ms : ms + drafter_->ms());
}

// Under a constraint the scores after a draft wait until it is known to hold, since what is
// permitted there follows from it.
void Scheduler::AskScores(Fed& fed) {
  const Generation& generation = *fed.ticket->generation;
  if (fed.tokens < generation.pending().size()) return;
  fed.scores = rows_.size();
  rows_.push_back({fed.first_row + fed.tokens - 1, generation.mask()});
  if (fed.draft != kNoDraft && generation.mask().empty())
    rows_.push_back({fed.first_row + fed.tokens, {}});
}

// Where a prompt's prefix is worth keeping the pass has ended, so that the rings are as they are to
// be kept; of an answer the last whole page is held until it ends.
void Scheduler::AfterPass() {
  for (const Fed& fed : fed_) KeepPrefix(*fed.ticket);
}

void Scheduler::KeepPrefix(Ticket& ticket) {
  if (options_.prefix_bytes_max == 0) return;
  KvCache& cache = ticket.generation->cache();
  const size_t tokens = cache.tokens();
  const bool at_page = !layout_.rings.empty() && tokens % kPageTokens == 0;
  if (at_page && tokens > ticket.request.prompt.size()) cache.Pin();
  for (size_t& end : ticket.remember_at) {
    if (end == 0 || tokens < end) continue;
    if (at_page) cache.Pin();
    Remember(ticket, end);
    end = 0;
  }
}

void Scheduler::Remember(const Ticket& ticket, size_t tokens) {
  prefixes_.Remember(ticket.request.tenant, ticket.generation->tokens().first(tokens),
                     ticket.generation->cache(), ticket.images.places());
}

}  // namespace model_core
