#include "deploy/server/workers.h"

#include <unistd.h>

#include <utility>

#include "model_core/base/log.h"
#include "model_core/base/pause.h"
#include "model_core/base/strings.h"

namespace deploy {

using base::StrCat;

Workers::Workers(agents::RunLoop& runs, agents::RunStore& store, base::Clock& clock, int count)
    : runs_(runs), store_(store), clock_(clock) {
  for (int i = 0; i < count; ++i) {
    threads_.emplace_back([this, name = StrCat("marud-", getpid(), "-", i)] { Work(name); });
  }
}

Workers::~Workers() {
  Stop();
  threads_.clear();  // joins
}

void Workers::Stop() {
  if (stopping_.exchange(true)) return;
  base::LogInfo("workers.stopping", {{"workers", threads_.size()}});
}

void Workers::Work(const std::string& name) {
  const auto stopping = [this] { return stopping_.load(); };
  while (!stopping_) {
    const auto advanced = runs_.Advance(name, stopping);
    Note(name, advanced.status());
    if (advanced.ok() && *advanced) continue;
    const absl::Status waited =
        store_.WaitForWork(clock_.Now() + absl::Milliseconds(advanced.ok() ? 1000 : 300));
    if (!waited.ok() || !advanced.ok()) absl::SleepFor(absl::Milliseconds(200));
  }
}

void Workers::Note(const std::string& name, const absl::Status& status) {
  const auto now = std::chrono::steady_clock::now();
  if (status.ok()) {
    if (failures_.Works(now)) base::LogInfo("worker.recovered", {{"worker", name}});
    return;
  }
  // Of one kind whatever it says: a port or a time in it makes no new failure.
  const std::string kind =
      StrCat(absl::StatusCodeToString(status.code()), " ", base::Reason(status));
  if (const auto times = failures_.Tell(kind, now)) {
    const std::string reason(status.message());
    base::LogWarning("worker.failed", {{"worker", name}, {"reason", reason}, {"times", *times}});
  }
}

HealthWatch::HealthWatch(tools::ToolRegistry& registry, base::Clock& clock, absl::Duration interval)
    : registry_(registry), clock_(clock) {
  Ask();
  thread_ = std::jthread([this, interval](std::stop_token stop) {
    while (base::Pause(stop, interval)) Ask();
  });
}

void HealthWatch::Ask() {
  registry_.Refresh(clock_.Now() + absl::Seconds(5));
  for (const tools::ConnectorStatus& status : registry_.Status()) Note(status);
}

// A connector's state is told when it is found and whenever it changes.
void HealthWatch::Note(const tools::ConnectorStatus& status) {
  using State = tools::Connector::State;
  const State state = status.health.state;
  const auto [it, first] = seen_.try_emplace(status.name, state);
  if (!first && std::exchange(it->second, state) == state) return;
  const base::Json fields = {{"connector", status.name}, {"detail", status.health.detail_en}};
  if (state == State::kConnected) return base::LogInfo("connector.up", fields);
  if (state == State::kDown) return base::LogWarning("connector.down", fields);
  base::LogDebug("connector.not_configured", fields);
}

}  // namespace deploy
