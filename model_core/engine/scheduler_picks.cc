// What becomes of a pass's scores: tokens are picked, and drafts judged by them.
#include "model_core/engine/scheduler.h"

namespace model_core {

void Scheduler::PickTokens() {
  again_.clear();
  for (Fed& fed : fed_) {
    if (fed.scores != Fed::kNone) Pick(fed);
  }
  if (!again_.empty()) PickAgain();
  if (drafter_ != nullptr) Draft();
}

std::span<float> Scheduler::Scores(size_t row) {
  return std::span(logits_).subspan(row * place_.scores, place_.scores);
}

void Scheduler::Choose(Ticket& ticket, size_t row) {
  ticket.status = ticket.generation->Choose(Scores(row), sampler_room_);
  if (ticket.status.ok() && ticket.request.on_part) HandOver(ticket);
}

// A draft that holds has gone through the pass as well: its scores give one more token.
void Scheduler::Pick(Fed& fed) {
  Ticket& ticket = *fed.ticket;
  Choose(ticket, fed.scores);
  if (!ticket.status.ok() || fed.draft == kNoDraft) return;
  Judge(fed);
  const Generation& generation = *ticket.generation;
  if (!fed.held || !generation.pending().empty()) return;
  if (generation.mask().empty()) {
    Choose(ticket, fed.scores + 1);
  } else {  // what the grammar permits there is known only now
    again_.push_back(&fed);
  }
}

void Scheduler::Judge(Fed& fed) {
  Ticket& ticket = *fed.ticket;
  Generation& generation = *ticket.generation;
  const auto pending = generation.pending();
  const bool right = !pending.empty() && pending[0] == fed.draft;
  drafter_->rule().Judged(ticket.drafting->judged, right);
  ++counted_.drafted_tokens;
  counted_.accepted_tokens += right ? 1 : 0;
  fed.held = right && !generation.finished();
  if (!fed.held) return;
  const PassPart next{pending.first(1), &generation.cache()};
  CHECK(MakeFree({&next, 1}));
  room_.Accept(fed.first_row + fed.tokens);
  KeepPrefix(ticket);
}

void Scheduler::PickAgain() {
  rows_.clear();
  for (const Fed* fed : again_)
    rows_.push_back({fed->first_row + fed->tokens, fed->ticket->generation->mask()});
  model_.Logits(room_, rows_, TeamFor(rows_.size(), parameters_), logits_);
  for (size_t i = 0; i < again_.size(); ++i) Choose(*again_[i]->ticket, i);
}

void Scheduler::Draft() {
  const size_t tokens = drafter_->Gather(fed_, decoding_);
  if (tokens > 0) drafter_->Run(room_, TeamFor(tokens, draft_parameters_), logits_, sampler_room_);
}

}  // namespace model_core
