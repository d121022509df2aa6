#include "connectors/postgres/listener.h"

#include <pqxx/pqxx>

#include "connectors/postgres/pool.h"

namespace connectors {
namespace {

constexpr size_t kPayloadsKept = 1024;

class Receiver : public pqxx::notification_receiver {
 public:
  Receiver(pqxx::connection_base& connection, std::function<void(std::string)> hear)
      : notification_receiver(connection, "maru"), hear_(std::move(hear)) {}
  void operator()(const std::string& payload, int) override { hear_(payload); }

 private:
  std::function<void(std::string)> hear_;
};

}  // namespace

absl::Status Listener::Start() {
  thread_ = std::jthread([this](const std::stop_token& stop) { Listen(stop); });
  return absl::OkStatus();
}

void Listener::Listen(const std::stop_token& stop) {
  while (!stop.stop_requested()) {
    const absl::Status status = CatchPqxx([&]() -> absl::Status {
      pqxx::connection connection(dsn_);
      Receiver receiver(connection, [this](std::string payload) { Hear(std::move(payload)); });
      while (!stop.stop_requested()) connection.await_notification(0, 200000);
      return absl::OkStatus();
    });
    if (!status.ok()) std::this_thread::sleep_for(std::chrono::milliseconds(300));
  }
}

void Listener::Hear(std::string payload) {
  const std::lock_guard lock(mutex_);
  ++count_;
  payloads_.push_back(std::move(payload));
  if (payloads_.size() > kPayloadsKept) payloads_.pop_front();
  heard_.notify_all();
}

uint64_t Listener::notifications() {
  const std::lock_guard lock(mutex_);
  return count_;
}

void Listener::Wait(uint64_t seen, const std::string& prefix, absl::Time until) {
  std::unique_lock lock(mutex_);
  heard_.wait_until(lock, absl::ToChronoTime(until), [&] {
    for (; seen < count_; ++seen) {
      const uint64_t oldest = count_ - payloads_.size();
      if (seen < oldest || payloads_[seen - oldest].starts_with(prefix)) return true;
    }
    return false;
  });
}

}  // namespace connectors
