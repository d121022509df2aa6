#include "connectors/postgres/listener.h"

#include <pqxx/pqxx>

#include "connectors/postgres/pool.h"

namespace connectors {
namespace {

constexpr size_t kPayloadsKept = 1024;
constexpr size_t kOutboxMax = 4096;
constexpr auto kGather =
    std::chrono::milliseconds(5);  // what happens within it goes out as one statement
constexpr auto kReconnect = std::chrono::milliseconds(300);

class Receiver : public pqxx::notification_receiver {
 public:
  using Hear = std::function<void(std::string payload, int backend)>;
  Receiver(pqxx::connection_base& connection, Hear hear)
      : notification_receiver(connection, "maru"), hear_(std::move(hear)) {}
  void operator()(const std::string& payload, int backend) override { hear_(payload, backend); }

 private:
  Hear hear_;
};

}  // namespace

Listener::~Listener() {
  listening_.request_stop();
  telling_.request_stop();
}

void Listener::Start() {
  listening_ = std::jthread([this](const std::stop_token& stop) { Listen(stop); });
  telling_ = std::jthread([this](const std::stop_token& stop) { Tell(stop); });
}

void Listener::Listen(const std::stop_token& stop) {
  while (!stop.stop_requested()) {
    const absl::Status status = CatchPqxx([&]() -> absl::Status {
      pqxx::connection connection(dsn_);
      Receiver receiver(connection, [this](std::string payload, int backend) {
        if (backend != teller_backend_) Hear(std::move(payload));
      });
      while (!stop.stop_requested()) connection.await_notification(0, 200000);
      return absl::OkStatus();
    });
    if (!status.ok()) std::this_thread::sleep_for(kReconnect);
  }
}

void Listener::Tell(const std::stop_token& stop) {
  while (!stop.stop_requested()) {
    const absl::Status status = CatchPqxx([&]() -> absl::Status {
      pqxx::connection connection(dsn_);
      teller_backend_ = connection.backendpid();
      for (;;) {
        TextArray payloads;
        {
          std::unique_lock lock(outbox_mutex_);
          if (!outbox_filled_.wait(lock, stop, [this] { return !outbox_.empty(); }))
            return absl::OkStatus();
          for (const std::string& payload : outbox_) payloads.Add(payload);
          outbox_.clear();
        }
        pqxx::nontransaction(connection)
            .exec_params("SELECT pg_notify('maru', word) FROM unnest($1::text[]) AS word",
                         payloads.Take());
        std::this_thread::sleep_for(kGather);
      }
    });
    if (!status.ok()) std::this_thread::sleep_for(kReconnect);
  }
}

void Listener::Announce(std::string payload) {
  Hear(payload);
  const std::lock_guard lock(outbox_mutex_);
  if (outbox_.size() < kOutboxMax) outbox_.insert(std::move(payload));
  outbox_filled_.notify_one();
}

void Listener::Hear(std::string payload) {
  const std::lock_guard lock(mutex_);
  ++count_;
  payloads_.push_back(std::move(payload));
  if (payloads_.size() > kPayloadsKept) payloads_.pop_front();
  heard_.notify_all();
}

uint64_t Listener::heard() {
  const std::lock_guard lock(mutex_);
  return count_;
}

void Listener::Wait(uint64_t seen, const std::string& prefix, absl::Duration most) {
  std::unique_lock lock(mutex_);
  heard_.wait_for(lock, absl::ToChronoMilliseconds(most), [&] {
    for (; seen < count_; ++seen) {
      const uint64_t oldest = count_ - payloads_.size();
      if (seen < oldest || payloads_[seen - oldest].starts_with(prefix)) return true;
    }
    return false;
  });
}

}  // namespace connectors
