#include "agents/api/grpc/watch.h"

#include <algorithm>

#include "model_core/base/strings.h"

namespace agents {
namespace {

constexpr absl::Duration kSlice =
    absl::Milliseconds(500);  // between two looks whether the client is still there

absl::Status TooMany(int limit, std::string_view whose_en, std::string_view whose_ko) {
  return base::WithReason(
      base::Error(
          absl::StatusCode::kResourceExhausted,
          base::StrCat("too many calls of ", whose_en, " are waiting: the limit is ", limit),
          base::StrCat(whose_ko, " 대기 중인 호출이 너무 많습니다. 한도는 ", limit, "개입니다")),
      "TOO_MANY_WATCHES");
}

}  // namespace

Watches::Slot::~Slot() {
  if (watches_ == nullptr) return;
  const std::lock_guard lock(watches_->mutex_);
  --watches_->taken_;
  const auto it = watches_->by_principal_.find(principal_);
  if (--it->second == 0) watches_->by_principal_.erase(it);
}

absl::StatusOr<Watches::Slot> Watches::Take(const std::string& principal) {
  const std::lock_guard lock(mutex_);
  if (taken_ >= kMax) return TooMany(kMax, "everyone", "전체에서");
  const auto it = by_principal_.find(principal);
  if (it != by_principal_.end() && it->second >= kPerPrincipalMax) {
    return TooMany(kPerPrincipalMax, principal, base::StrCat(principal, "의"));
  }
  ++taken_;
  ++by_principal_[principal];
  return Slot(*this, principal);
}

absl::Status MayGoOn(const Watches& watches, const grpc::ServerContext& context) {
  if (context.IsCancelled()) {
    return base::Error(absl::StatusCode::kCancelled, "the client went away",
                       "요청한 쪽의 연결이 끊겼습니다");
  }
  if (!watches.stopping()) return absl::OkStatus();
  return base::Error(absl::StatusCode::kUnavailable, "the server is stopping: ask again",
                     "서버가 종료하는 중입니다. 다시 요청해 주십시오");
}

absl::StatusOr<bool> WaitForMore(const Api& api, const Watches& watches,
                                 const grpc::ServerContext& context, const std::string& run_id,
                                 uint64_t count, absl::Time until) {
  for (;;) {
    RETURN_IF_ERROR(MayGoOn(watches, context));
    const absl::Time now = api.clock.Now();
    if (now >= until) return false;
    ASSIGN_OR_RETURN(const bool more,
                     api.store.WaitForEvents(run_id, count, std::min(until, now + kSlice)));
    if (more) return true;
  }
}

}  // namespace agents
