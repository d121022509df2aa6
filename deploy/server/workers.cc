#include "deploy/server/workers.h"

#include <unistd.h>

#include <condition_variable>

#include "model_core/base/log.h"
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
  stopping_ = true;
  threads_.clear();  // joins
}

void Workers::Work(const std::string& name) {
  const auto stopping = [this] { return stopping_.load(); };
  while (!stopping_) {
    const auto advanced = runs_.Advance(name, stopping);
    if (advanced.ok() && *advanced) continue;
    if (!advanced.ok()) {
      base::LogWarning("worker.failed", {{"worker", name}, {"reason", std::string(advanced.status().message())}});
    }
    const absl::Status waited = store_.WaitForWork(clock_.Now() + absl::Milliseconds(advanced.ok() ? 1000 : 300));
    if (!waited.ok() || !advanced.ok()) absl::SleepFor(absl::Milliseconds(200));
  }
}

HealthWatch::HealthWatch(tools::ToolRegistry& registry, base::Clock& clock, absl::Duration interval)
    : registry_(registry), clock_(clock) {
  Ask();
  thread_ = std::jthread([this, interval](std::stop_token stop) {
    std::mutex mutex;
    std::condition_variable_any wake;
    std::unique_lock lock(mutex);
    while (!wake.wait_for(lock, stop, absl::ToChronoMilliseconds(interval), [] { return false; }) &&
           !stop.stop_requested()) {
      Ask();
    }
  });
}

void HealthWatch::Ask() { registry_.Refresh(clock_.Now() + absl::Seconds(5)); }

}  // namespace deploy
