#include "model_core/engine/drafter.h"

#include <algorithm>

namespace model_core {

Drafter::Drafter(const Transformer& model, const EngineOptions& options)
    : model_(model),
      clock_(*options.clock),
      window_(model.draft_head()->config.layers[0].window),
      layout_(model.draft_head()->config),
      pool_(layout_.page_bytes(), options.sequences_max * layout_.ring_slots(),
            model.device().memory()),
      room_(model.device(), model.draft_head()->config, options.threads, options.pass_tokens_max),
      rule_(options.sequences_max, options.drafts == "always") {
  parts_.reserve(options.sequences_max);
  rows_.reserve(options.sequences_max);
  drafting_.reserve(options.sequences_max);
}

std::unique_ptr<Drafting> Drafter::Begin(size_t running) {
  const size_t pages = (running + 1) * layout_.ring_slots();
  pool_.Back(pages);
  if (pool_.pages_max() < pages) return nullptr;
  return std::make_unique<Drafting>(layout_, pool_, rule_.Begin());
}

size_t Drafter::Gather(std::span<const Fed> fed, size_t decoding) {
  parts_.clear();
  rows_.clear();
  drafting_.clear();
  tokens_ = 0;
  for (const Fed& one : fed) {
    const Ticket& ticket = *one.ticket;
    if (!ticket.status.ok() || ticket.generation->finished()) continue;
    if (ticket.drafting != nullptr && !ticket.drafting->judged.given_up) Add(one, decoding);
  }
  ms_ = 0;
  return tokens_;
}

// Of a prompt the head sees what stands in its window when the answer begins.
void Drafter::Add(const Fed& fed, size_t decoding) {
  const Generation& generation = *fed.ticket->generation;
  Drafting& drafting = *fed.ticket->drafting;
  const size_t count = fed.tokens + (fed.held ? 1 : 0);
  const size_t first = generation.cached() - count, prompt = generation.prompt_tokens();
  const size_t seen_from = prompt > window_ ? prompt - window_ : 0;
  const size_t skipped = seen_from > first ? std::min(count, seen_from - first) : 0;
  if (skipped == count) return;
  parts_.push_back({generation.tokens().subspan(first + skipped + 1, count - skipped),
                    &drafting.cache, fed.first_row + skipped});
  tokens_ += count - skipped;
  const bool asked = generation.decoding() && generation.pending().size() == 1;
  if (!asked || generation.last() || !rule_.Wants(drafting.judged, decoding)) return;
  rows_.push_back({tokens_ - 1, generation.mask()});
  drafting_.push_back(fed.ticket);
}

void Drafter::Run(const PassRoom& of, Team& team, std::span<float> logits,
                  SamplerRoom& sampler_room) {
  const absl::Time begun = clock_.Now();
  model_.Draft(parts_, of, room_, team);
  if (!rows_.empty()) {
    model_.Logits(room_, rows_, team, logits);
    Pick(logits, sampler_room);
  }
  ms_ = absl::ToDoubleMilliseconds(clock_.Now() - begun);
}

// As the sequence itself would from these scores: where it draws, by the same number.
void Drafter::Pick(std::span<float> logits, SamplerRoom& sampler_room) {
  const size_t vocabulary = model_.config().vocabulary;
  for (size_t i = 0; i < drafting_.size(); ++i) {
    Ticket& ticket = *drafting_[i];
    ticket.drafting->token =
        ticket.generation->Guess(logits.subspan(i * vocabulary, vocabulary), sampler_room);
  }
}

}  // namespace model_core
