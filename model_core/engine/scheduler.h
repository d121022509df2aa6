// Scheduler: many generations with one model. Its thread builds forward passes of tokens to decode
// and of stretches of prompts, and lets each generation pick from its scores.
//
//   arrive → wait for room → (pass → pick → draft)* → leave
//
// Room: a request is admitted when the pages that it may come to hold, for keys, values and rows of
// images, are not promised to others, so that nothing once begun has to give way. Pages of the
// prefix cache are room, and so are those that are pinned for it. What is not in pages is taken
// when the scheduler is made. Turns: the tenant served least comes first, at admission and in the
// filling of a pass, where single tokens to decode come before stretches, of prompts and of what a
// grammar forces. Nothing of this changes a request's tokens: a pass computes each as if it were
// alone.
#pragma once

#include <atomic>
#include <deque>
#include <thread>

#include "model_core/engine.h"
#include "model_core/engine/drafter.h"
#include "model_core/engine/prefix_cache.h"
#include "model_core/engine/ticket.h"
#include "model_core/transformer/transformer.h"

namespace model_core {

class Scheduler {
 public:
  // `options` have no zeros left but the budget; of the model's tokens the first `vocabulary` may
  // be picked. All references outlive this.
  Scheduler(const Transformer& model, const Kernels& kernels, Team& team, size_t vocabulary,
            std::span<const int32_t> end_tokens, const EngineOptions& options);
  // After every Generate has returned.
  ~Scheduler();

  // What can be said only when there is a device's memory for its passes: ResourceExhausted if not.
  // To be called before all else.
  absl::Status Reserve();
  // Bytes that it will take besides the budget, and has not yet: of the host's memory, and of the
  // device's where that is another; and those of the least request.
  size_t HostBytesToCome() const;
  size_t DeviceBytesToCome() const { return drafter_ == nullptr ? 0 : drafter_->pool_bytes(); }
  size_t LeastBytes() const { return PagesOf(1, 0) * layout_.page_bytes(); }
  // Begins to work; requests together get so many bytes. `besides` is for the figures.
  void Start(size_t budget, size_t besides);

  // Pages of a request of so many tokens, and rows of images. ResourceExhausted: more than there
  // are.
  absl::StatusOr<size_t> PagesFor(size_t tokens, size_t image_rows) const;
  // Blocks. `tokens_max`, `table`: see Generation; `pages` and `images` are the request's.
  absl::StatusOr<GenerateResult> Generate(const GenerateRequest& request, size_t tokens_max,
                                          size_t pages, const TokenTable* table,
                                          PromptImages images);
  EngineFigures Figures() const;

 private:
  using TicketPtr = std::shared_ptr<Ticket>;

  size_t PagesOf(size_t tokens, size_t image_rows) const;
  absl::Status TooLarge(size_t tokens, size_t image_rows, size_t budget) const;
  size_t PrefixBytes(size_t budget) const;

  // The scheduler's thread.
  void Work();
  bool TakeArrivals();  // waits while there is nothing to do; false: stop
  void EndInterrupted();
  void Admit();
  void Back(size_t pages);
  void Refuse(Ticket& ticket);
  void Begin(const TicketPtr& ticket);
  void WorkOnImages();
  Ticket* NextWithImages() const;
  void Order();
  void BuildPass();
  void FitPass();
  size_t StretchOf(const Ticket& ticket, size_t room) const;
  int32_t TakeDraft(Ticket& ticket, bool without);
  void AskScores(Fed& fed);
  void RunPass();
  void AfterPass();
  void KeepPrefix(Ticket& ticket);
  void Remember(const Ticket& ticket, size_t tokens);
  void PickTokens();
  std::span<float> Scores(size_t row);
  void Choose(Ticket& ticket, size_t row);
  void Pick(Fed& fed);
  void Judge(Fed& fed);
  void PickAgain();
  void Draft();
  void HandOver(Ticket& ticket);
  void EndFinished();
  void End(Ticket& ticket);
  bool MakeFree(std::span<const PassPart> parts, size_t besides = 0);
  size_t RowsPerSequence() const { return drafter_ == nullptr ? 1 : 2; }  // of scores
  size_t TokensMost() const { return model_.config().context_tokens_max; }
  Team& TeamFor(size_t tokens, size_t parameters);
  void Publish();

  const Transformer& model_;
  Team& team_;
  TeamOfOne alone_;
  const EngineOptions options_;
  const size_t parameters_, draft_parameters_;  // that one token passes
  const KvLayout layout_;
  KvPool pool_;
  PrefixCache prefixes_;
  const GenerationPlace place_;
  const std::unique_ptr<Drafter> drafter_;  // null: no drafts
  PassRoom room_;
  SamplerRoom sampler_room_;
  std::vector<float> logits_;  // [rows, scores]

  std::vector<TicketPtr> waiting_, running_, ended_;
  Tenants tenants_;
  size_t promised_ = 0;  // pages
  uint64_t arrivals_ = 0;
  std::vector<Ticket*> order_;  // of one pass, as what follows
  std::vector<Fed> fed_;
  std::vector<PassPart> parts_;  // of each of fed_
  std::vector<LogitsRow> rows_;
  std::vector<const Fed*> again_;  // whose drafts hold, but whose next scores are still to be made
  size_t decoding_ = 0;            // sequences that decode
  bool only_decoding_ = false;     // the pass holds one certain token of each of them

  mutable std::mutex mutex_;
  std::condition_variable arrived_;
  std::vector<TicketPtr> arrivals_waiting_;  // guarded by mutex_, as what follows
  bool stopping_ = false;
  EngineFigures figures_;

  EngineFigures counted_;  // the thread's own
  std::thread thread_;     // last: it uses all of the above; none before Start
};

}  // namespace model_core
