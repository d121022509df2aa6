#include "connectors/pqxx_deadline.h"

#include <sys/socket.h>

#include <algorithm>
#include <chrono>

namespace connectors {
namespace {

constexpr absl::Duration kLook = absl::Milliseconds(50);  // between two looks at a cancellation

// Or else pqxx would open the cut connection again, with nobody to watch it.
int SocketOf(pqxx::connection_base& connection) {
#pragma GCC diagnostic push
#pragma GCC diagnostic ignored "-Wdeprecated-declarations"
  connection.inhibit_reactivation(true);
#pragma GCC diagnostic pop
  return connection.sock();
}

}  // namespace

PqxxDeadline::PqxxDeadline(pqxx::connection_base& connection, absl::Time deadline,
                           std::function<bool()> cancelled, bool& cut)
    : socket_(SocketOf(connection)),
      deadline_(deadline),
      cancelled_(std::move(cancelled)),
      cut_(cut),
      thread_([this] { Watch(); }) {}

PqxxDeadline::~PqxxDeadline() {
  {
    const std::lock_guard lock(mutex_);
    over_ = true;
  }
  ended_.notify_all();
  thread_.join();
}

void PqxxDeadline::Watch() {
  std::unique_lock lock(mutex_);
  while (!over_) {
    const absl::Duration left = deadline_ - absl::Now();
    cut_ = left <= absl::ZeroDuration() || (cancelled_ && cancelled_());
    if (cut_) {
      shutdown(socket_, SHUT_RDWR);
      return;
    }
    const absl::Duration pause = cancelled_ ? std::min(left, kLook) : left;
    ended_.wait_for(lock, std::chrono::milliseconds(absl::ToInt64Milliseconds(pause) + 1));
  }
}

absl::Status NoTimeLeft() {
  return base::Error(absl::StatusCode::kDeadlineExceeded, "no answer in time",
                     "제한 시간 안에 응답하지 않았습니다");
}

}  // namespace connectors
