#include "model_core/engine/scheduler.h"

#include <algorithm>
#include <tuple>

#include "model_core/base/strings.h"
#include "model_core/transformer/parameters.h"

namespace model_core {

using base::StrCat;

Scheduler::Scheduler(const Transformer& model, const Kernels& kernels, Team& team,
                     const EngineOptions& options)
    : model_(model),
      team_(team),
      options_(options),
      parameters_(CountParameters(model.config()).active),
      draft_parameters_(CountDraftParameters(model.config()).active),
      layout_(model.config(), *ParseKept(options.kv)),
      pool_(layout_.page_bytes(), options.kv_bytes_max / layout_.page_bytes()),
      prefixes_(layout_, pool_, options.prefix_bytes_max / layout_.page_bytes()),
      place_{kernels, layout_, pool_, *options.clock, model.config().vocabulary},
      drafter_(options.drafts == "off" ? nullptr : std::make_unique<Drafter>(model, options)),
      room_(model.config(), team.size(), options.pass_tokens_max,
            drafter_ == nullptr ? 0 : options.sequences_max, layout_.kind),
      sampler_room_(model.config().vocabulary) {
  for (auto* list : {&running_, &ended_}) list->reserve(options.sequences_max);
  order_.reserve(options.sequences_max);
  fed_.reserve(options.sequences_max);
  again_.reserve(options.sequences_max);
  parts_.reserve(options.sequences_max);
  rows_.reserve(RowsPerSequence() * options.sequences_max);
  counted_.kv_bytes_max = pool_.pages_max() * layout_.page_bytes();
  figures_ = counted_;
  thread_ = std::thread([this] { Work(); });
}

Scheduler::~Scheduler() {
  {
    const std::lock_guard lock(mutex_);
    stopping_ = true;
    arrived_.notify_one();
  }
  thread_.join();
}

// A prefix that is shared or remembered keeps pages of the rings which this sequence then replaces.
absl::StatusOr<size_t> Scheduler::PagesFor(size_t tokens) const {
  const size_t pages =
      layout_.PagesFor(tokens) + (options_.prefix_bytes_max > 0 ? layout_.ring_slots() : 0);
  if (pages <= pool_.pages_max()) return pages;
  const size_t bytes = pages * layout_.page_bytes();
  return base::Error(absl::StatusCode::kResourceExhausted,
                     StrCat("request: ", tokens, " tokens need ", bytes,
                            " bytes of KV cache, limit ", options_.kv_bytes_max),
                     StrCat("요청한 ", tokens, "토큰에 KV 캐시 ", bytes,
                            "바이트가 필요합니다 (한도 ", options_.kv_bytes_max, ")"));
}

absl::StatusOr<GenerateResult> Scheduler::Generate(const GenerateRequest& request,
                                                   size_t tokens_max, const TokenTable* table,
                                                   PromptImages images) {
  ASSIGN_OR_RETURN(const size_t pages, PagesFor(request.prompt.size() + tokens_max));
  const auto ticket =
      std::make_shared<Ticket>(request, tokens_max, pages, table, std::move(images),
                               options_.clock->Now());
  {
    const std::lock_guard lock(mutex_);
    arrivals_waiting_.push_back(ticket);
    arrived_.notify_one();
  }
  return ticket->delivery.Wait(request.on_part);
}

EngineFigures Scheduler::Figures() const {
  const std::lock_guard lock(mutex_);
  return figures_;
}

void Scheduler::Work() {
  while (TakeArrivals()) {
    EndInterrupted();
    Admit();
    EndFinished();
    if (running_.empty()) continue;
    WorkOnImages();
    BuildPass();
    if (fed_.empty()) continue;  // nobody's images are done
    RunPass();
    AfterPass();
    PickTokens();
    EndFinished();
  }
}

bool Scheduler::TakeArrivals() {
  Publish();
  std::unique_lock lock(mutex_);
  if (waiting_.empty() && running_.empty()) {
    arrived_.wait(lock, [this] { return stopping_ || !arrivals_waiting_.empty(); });
    if (arrivals_waiting_.empty()) return false;
  }
  for (TicketPtr& ticket : arrivals_waiting_) {
    ticket->number = ++arrivals_;
    ticket->tenant = &tenants_.Enter(ticket->request.tenant);
    waiting_.push_back(std::move(ticket));
  }
  arrivals_waiting_.clear();
  return true;
}

void Scheduler::Publish() {
  counted_.running = running_.size();
  counted_.waiting = waiting_.size();
  counted_.kv_bytes_used = pool_.used() * layout_.page_bytes();
  counted_.kv_bytes_most = pool_.used_most() * layout_.page_bytes();
  counted_.kv_bytes_cached = prefixes_.pages() * layout_.page_bytes();
  const std::lock_guard lock(mutex_);
  figures_ = counted_;
}

void Scheduler::EndInterrupted() {
  for (const TicketPtr& ticket : running_)
    ticket->status = Generation::Interrupted(ticket->request, *options_.clock, /*begun=*/true);
  std::erase_if(waiting_, [this](const TicketPtr& ticket) {
    ticket->status = Generation::Interrupted(ticket->request, *options_.clock, /*begun=*/false);
    if (ticket->status.ok()) return false;
    End(*ticket);
    return true;
  });
  EndFinished();
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
  room_.ReserveScores(prompt + ticket->tokens_max);
  pool_.Back(pool_.used() + promised_);
  const size_t rows = (running_.size() + 1) * RowsPerSequence();
  logits_.resize(std::max(logits_.size(), rows * place_.vocabulary));
  ticket->generation =
      std::make_unique<Generation>(place_, request, ticket->tokens_max, ticket->table);
  if (options_.prefix_bytes_max > 0) {
    const PrefixCache::Match match =
        prefixes_.Adopt(request.tenant, request.prompt, ticket->generation->cache(),
                        ticket->images.places());
    ticket->images.Skip(match.usable);
    ticket->cached_tokens = match.usable;
    counted_.cached_tokens += match.usable;
    const size_t whole = prompt / kPageTokens * kPageTokens;
    if (match.known > match.usable) ticket->remember_at[0] = match.known;
    if (whole > match.usable) ticket->remember_at[1] = whole;
  }
  if (drafter_ != nullptr) ticket->drafting = drafter_->Begin();
  ticket->status = ticket->generation->Prepare();
}

void Scheduler::HandOver(Ticket& ticket) {
  const auto tokens = ticket.generation->answer().subspan(ticket.parts_tokens);
  const auto text = ticket.generation->text().substr(ticket.parts_bytes);
  ticket.parts_tokens += tokens.size();
  ticket.parts_bytes += text.size();
  ticket.delivery.Add(tokens, text);
}

void Scheduler::EndFinished() {
  ended_.clear();
  std::erase_if(running_, [this](const TicketPtr& ticket) {
    if (ticket->status.ok() && !ticket->generation->finished()) return false;
    promised_ -= ticket->pages;
    --ticket->tenant->running;
    ended_.push_back(ticket);
    return true;
  });
  for (const TicketPtr& ticket : ended_) End(*ticket);
  ended_.clear();
}

// What was computed stays in the prefix cache, also of those that were cancelled.
void Scheduler::End(Ticket& ticket) {
  if (ticket.generation != nullptr && options_.prefix_bytes_max > 0) {
    const KvCache& cache = ticket.generation->cache();
    Remember(ticket, layout_.rings.empty() ? cache.tokens() : cache.pinned_tokens());
  }
  absl::StatusOr<GenerateResult> result = GenerateResult();
  if (ticket.status.ok()) {
    ticket.generation->Close();
    if (ticket.request.on_part) HandOver(ticket);
    result = ticket.generation->Result(ticket.cached_tokens, ticket.asked);
    if (ticket.drafting != nullptr) {
      result->drafted_tokens = ticket.drafting->judged.drafted;
      result->accepted_tokens = ticket.drafting->judged.accepted;
    }
  } else {
    result = ticket.status;
  }
  ticket.generation.reset();
  ticket.drafting.reset();
  tenants_.Leave(ticket.request.tenant);
  Publish();
  ticket.delivery.Finish(std::move(result));
}

}  // namespace model_core
