// Drafter: lets the model's draft head follow what sequences come to hold, and draft the tokens
// after. The scheduler's thread.
#pragma once

#include <memory>
#include <span>
#include <vector>

#include "model_core/engine.h"
#include "model_core/engine/ticket.h"
#include "model_core/transformer/transformer.h"

namespace model_core {

class Drafter {
 public:
  // `model` has a draft head. `options` have no zeros left; what they and `model` refer to outlives
  // this.
  Drafter(const Transformer& model, const EngineOptions& options);

  // ResourceExhausted: the device has no memory for passes of the head. To be called before all
  // else.
  absl::Status Reserve() { return room_.ReserveScores(window_); }
  // For one more request beside `running` others. Null: the device has no memory for its keys and
  // values, so it goes without drafts.
  std::unique_ptr<Drafting> Begin(size_t running);
  DraftRule& rule() { return rule_; }
  // For keys and values of all sequences; taken as they come.
  size_t pool_bytes() const { return pool_.pages_max() * layout_.page_bytes(); }

  // After the picks of a pass, of which `fed` are the parts: how many tokens the head has to see.
  // Of `decoding` sequences those that want one will get a draft.
  size_t Gather(std::span<const Fed> fed, size_t decoding);
  // Lets it see them. The pass's outputs lie in `of`; `logits` [sequences, vocabulary] is room.
  void Run(const PassRoom& of, Team& team, std::span<float> logits, SamplerRoom& sampler_room);
  // What the last Run took.
  double ms() const { return ms_; }

 private:
  void Add(const Fed& fed, size_t decoding);
  void Pick(std::span<float> logits, SamplerRoom& sampler_room);

  const Transformer& model_;
  base::Clock& clock_;
  const size_t window_;  // of the head
  const KvLayout layout_;
  KvPool pool_;
  PassRoom room_;
  DraftRule rule_;
  double ms_ = 0;

  std::vector<DraftPart> parts_;  // of one pass
  std::vector<LogitsRow> rows_;
  std::vector<Ticket*> drafting_;  // by row
  size_t tokens_ = 0;
};

}  // namespace model_core
