// Waiting on behalf of a caller. A call that waits (a stream, a blocking SendMessage) holds a
// handler thread, so their number is bounded, in all and for each principal: whoever waits never
// keeps others from asking.
#pragma once

#include <atomic>
#include <map>
#include <mutex>
#include <string>

#include "agents/api/grpc/call.h"

namespace agents {

class Watches {
 public:
  static constexpr int kMax = 64;
  static constexpr int kPerPrincipalMax = 16;
  static constexpr absl::Duration kLifetimeMax =
      absl::Hours(1);  // of one stream; the client then subscribes anew

  // The right to wait, given back by the destructor.
  class Slot {
   public:
    Slot(Watches& watches, std::string principal)
        : watches_(&watches), principal_(std::move(principal)) {}
    Slot(Slot&& other) noexcept
        : watches_(other.watches_), principal_(std::move(other.principal_)) {
      other.watches_ = nullptr;
    }
    Slot& operator=(Slot&&) = delete;
    ~Slot();

   private:
    Watches* watches_;
    std::string principal_;
  };

  // ResourceExhausted names the limit.
  absl::StatusOr<Slot> Take(const std::string& principal);

  // Ends every wait: the server stops.
  void Stop() { stopping_ = true; }
  bool stopping() const { return stopping_; }

 private:
  std::mutex mutex_;
  int taken_ = 0;                            // guarded by mutex_
  std::map<std::string, int> by_principal_;  // guarded by mutex_
  std::atomic<bool> stopping_ = false;
};

// OK while the call may go on waiting; Cancelled when the client has gone, Unavailable when the
// server stops.
absl::Status MayGoOn(const Watches& watches, const grpc::ServerContext& context);

// Blocks until the journal of `run_id` holds more than `count` events (true) or `until` has come
// (false).
absl::StatusOr<bool> WaitForMore(const Api& api, const Watches& watches,
                                 const grpc::ServerContext& context, const std::string& run_id,
                                 uint64_t count, absl::Time until);

}  // namespace agents
