// How a driver and the run's journal keep in step.
#include "agents/running/driver.h"
#include "agents/running/passing.h"
#include "agents/running/sealing.h"
#include "model_core/base/strings.h"

namespace agents {
namespace {

constexpr auto kStorePause = std::chrono::milliseconds(100);
constexpr int kStoreAttempts = 300;  // half a minute: a database restarts in a few seconds

}  // namespace

absl::Status Driver::Reload() {
  ASSIGN_OR_RETURN(const std::vector<Event> journal, context_.store.Journal(lease_.run_id, 0));
  ASSIGN_OR_RETURN(SealedRun sealed, FoldSealed(context_.sealer, lease_.run_id, journal));
  run_ = std::move(sealed.run);
  LogForged(sealed.forged);
  queue_.clear();
  seals_checked_ = false;
  if (!run_.plan) ForgetPlan();
  if (run_.cancel_requested) cancelled_ = true;
  return absl::OkStatus();
}

void Driver::ForgetPlan() {
  plan_facts_.reset();
  plan_hash_.clear();
}

absl::Status Driver::Emit(std::string type, base::Json body) {
  const std::string time = std::max(base::TimeText(context_.clock.Now()), run_.updated);
  Event event{run_.event_count, time, "maru", std::move(type), std::move(body)};
  RETURN_IF_ERROR(Apply(event, run_));
  queue_.push_back(std::move(event));
  return absl::OkStatus();
}

absl::StatusOr<bool> Driver::Flush() {
  if (queue_.empty()) return true;
  const Event first = queue_.front();
  bool in_doubt = false;  // an answer of the store was lost: the events may be there
  for (int attempt = 1;; ++attempt) {
    auto count = context_.store.Append(lease_.run_id, &lease_, first.index, queue_);
    context_.hindrance.Appended(count.status());
    if (count.ok()) {
      queue_.clear();
      return true;
    }
    if (absl::IsAborted(count.status())) break;
    if (!Passing(count.status()) || attempt == kStoreAttempts || stopping_()) return count.status();
    in_doubt = true;
    std::this_thread::sleep_for(kStorePause);
  }
  RETURN_IF_ERROR(Reload());
  if (!in_doubt) return false;
  ASSIGN_OR_RETURN(const std::vector<Event> journal,
                   context_.store.Journal(lease_.run_id, first.index));
  return !journal.empty() && journal.front().type == first.type &&
         journal.front().body == first.body;
}

absl::Status Driver::KeepLease() {
  const absl::Time now = context_.clock.Now();
  const bool fresh = now >= renewed_ && now - renewed_ < context_.options.lease * 0.4;
  if (fresh) return absl::OkStatus();  // a clock that went back makes no lease longer
  auto renewed = context_.store.RenewLease(lease_, context_.options.lease);
  context_.hindrance.Claimed(renewed.status(), /*wrote=*/renewed.ok());
  if (Passing(renewed.status()))
    return absl::OkStatus();  // asked again; the fence guards whatever comes between
  ASSIGN_OR_RETURN(lease_, std::move(renewed));
  renewed_ = now;
  lease_ends_ns_ = absl::ToUnixNanos(lease_.expires);
  return absl::OkStatus();
}

// While calls are on their way: did people do something to the run? A store that cannot tell now
// will later.
absl::Status Driver::LookForNews() {
  const absl::Time now = context_.clock.Now();
  if (now >= looked_ && now - looked_ < kLookForNewsEvery) return absl::OkStatus();
  looked_ = now;
  const auto news = context_.store.WaitForEvents(run_.id, run_.event_count, now);
  if (!news.ok()) return Passing(news.status()) ? absl::OkStatus() : news.status();
  const absl::Status loaded = *news ? Reload() : absl::OkStatus();
  return Passing(loaded) ? absl::OkStatus() : loaded;
}

// While the planner is at work: was the run canceled, or its lease lost? The run itself is left
// alone.
void Driver::LookForCancellation() {
  looked_ = context_.clock.Now();
  if (absl::IsFailedPrecondition(KeepLease())) cancelled_ = true;
  const auto news = context_.store.Journal(lease_.run_id, run_.event_count);
  if (!news.ok()) return;  // asked again
  for (const Event& event : *news) {
    if (event.type == "run.cancel_requested") cancelled_ = true;
  }
}

}  // namespace agents
