#include "model_core/engine/scheduler.h"

#include <algorithm>

#include "model_core/transformer/parameters.h"

namespace model_core {

Scheduler::Scheduler(const Transformer& model, const Kernels& kernels, Team& team,
                     size_t vocabulary, std::span<const int32_t> end_tokens,
                     const EngineOptions& options)
    : model_(model),
      team_(team),
      options_(options),
      parameters_(CountParameters(model.config()).active),
      draft_parameters_(CountDraftParameters(model.config()).active),
      layout_(model.config(), *ParseKept(options.kv)),
      pool_(layout_.page_bytes(), 0, model.device().memory()),
      prefixes_(layout_, pool_, 0),
      place_{kernels,    layout_,   pool_, *options.clock, model.config().vocabulary,
             vocabulary, end_tokens},
      drafter_(options.drafts == "off" ? nullptr : std::make_unique<Drafter>(model, options)),
      room_(model.device(), model.config(), team.size(), options.pass_tokens_max,
            drafter_ == nullptr ? 0 : options.sequences_max, layout_.kind),
      sampler_room_(vocabulary),
      logits_(options.sequences_max * RowsPerSequence() * model.config().vocabulary) {
  for (auto* list : {&running_, &ended_}) list->reserve(options.sequences_max);
  order_.reserve(options.sequences_max);
  fed_.reserve(options.sequences_max);
  again_.reserve(options.sequences_max);
  parts_.reserve(options.sequences_max);
  rows_.reserve(RowsPerSequence() * options.sequences_max);
}

Scheduler::~Scheduler() {
  if (!thread_.joinable()) return;
  {
    const std::lock_guard lock(mutex_);
    stopping_ = true;
    arrived_.notify_one();
  }
  thread_.join();
}

absl::Status Scheduler::Reserve() {
  RETURN_IF_ERROR(room_.ReserveScores(TokensMost()));
  return drafter_ == nullptr ? absl::OkStatus() : drafter_->Reserve();
}

size_t Scheduler::PrefixBytes(size_t budget) const {
  constexpr size_t kLeast = size_t{256} << 20;
  if (options_.prefix_bytes_max != EngineOptions().prefix_bytes_max)
    return options_.prefix_bytes_max;
  const size_t longest = (PagesOf(TokensMost(), 0) + layout_.ring_slots()) * layout_.page_bytes();
  return std::min(std::max(kLeast, longest), budget / 2);
}

void Scheduler::Start(size_t budget, size_t besides) {
  pool_.Allow(budget / layout_.page_bytes());
  prefixes_.Allow(PrefixBytes(budget) / layout_.page_bytes());
  counted_.memory_bytes_max = budget;
  counted_.besides_bytes_max = besides;
  figures_ = counted_;
  thread_ = std::thread([this] { Work(); });
}

absl::StatusOr<GenerateResult> Scheduler::Generate(const GenerateRequest& request,
                                                   size_t tokens_max, size_t pages,
                                                   const TokenTable* table, PromptImages images) {
  const auto ticket = std::make_shared<Ticket>(request, tokens_max, pages, table, std::move(images),
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
  if (pool_.pages_max() < counted_.memory_bytes_max / layout_.page_bytes())
    counted_.memory_bytes_max = pool_.pages_max() * layout_.page_bytes();  // a device gave no more
  counted_.running = running_.size();
  counted_.waiting = waiting_.size();
  counted_.memory_bytes_promised = promised_ * layout_.page_bytes();
  counted_.memory_bytes_used = pool_.used() * layout_.page_bytes();
  counted_.memory_bytes_most = pool_.used_most() * layout_.page_bytes();
  counted_.memory_bytes_cached = prefixes_.pages() * layout_.page_bytes();
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
  ticket.images = PromptImages();
  tenants_.Leave(ticket.request.tenant);
  Publish();
  ticket.delivery.Finish(std::move(result));
}

}  // namespace model_core
