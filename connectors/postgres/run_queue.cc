// Leases with fencing epochs, and waiting for events and work.
#include <algorithm>

#include "connectors/postgres/statements.h"
#include "connectors/postgres/store.h"
#include "connectors/postgres/store_errors.h"
#include "model_core/base/strings.h"

namespace connectors {

using agents::NoRun;

using agents::Lease;

namespace {
// Those who wait look for themselves this often, for the word of another process that never came.
constexpr absl::Duration kWordMayBeLost = absl::Seconds(2);
}  // namespace

absl::StatusOr<std::optional<Lease>> PostgresRunStore::ClaimRun(
    const std::string& worker, absl::Duration duration,
    const std::vector<std::string>& no_plans_of) {
  const uint64_t heard = listener_.heard();
  std::optional<Lease> lease;
  const uint64_t epoch = (random_.Next() >> 1) | 1;
  TextArray passed_by;
  for (const std::string& principal : no_plans_of) passed_by.Add(principal);
  const std::string principals = passed_by.Take();
  RETURN_IF_ERROR(lease_pool_.Execute([&](pqxx::nontransaction& work) -> absl::Status {
    const auto rows = work.exec_prepared(kClaimRun, worker, absl::ToInt64Milliseconds(duration),
                                         epoch, principals);
    if (!rows.empty()) lease = Lease{rows[0][0].as<std::string>(), epoch, clock_.Now() + duration};
    return absl::OkStatus();
  }));
  if (!lease) idle_since_ = std::max<uint64_t>(idle_since_, heard);
  return lease;
}

absl::StatusOr<Lease> PostgresRunStore::RenewLease(const Lease& lease, absl::Duration duration) {
  RETURN_IF_ERROR(lease_pool_.Execute([&](pqxx::nontransaction& work) -> absl::Status {
    const auto rows = work.exec_prepared(kRenewLease, lease.run_id, lease.epoch,
                                         absl::ToInt64Milliseconds(duration));
    if (!rows.empty()) return absl::OkStatus();
    return LeaseLost(lease.run_id);
  }));
  return Lease{lease.run_id, lease.epoch, clock_.Now() + duration};
}

absl::StatusOr<bool> PostgresRunStore::HasWorker(const std::string& run_id) {
  bool has = false;
  RETURN_IF_ERROR(pool_.Execute([&](pqxx::nontransaction& work) -> absl::Status {
    const auto rows = work.exec_params(
        "SELECT lease_worker <> '' AND lease_expires > now() FROM runs WHERE id = $1", run_id);
    if (rows.empty()) return NoRun(run_id);
    has = rows[0][0].as<bool>();
    return absl::OkStatus();
  }));
  return has;
}

absl::Status PostgresRunStore::ReleaseLease(const Lease& lease, bool waiting) {
  bool has_work = false;
  RETURN_IF_ERROR(lease_pool_.Execute([&](pqxx::nontransaction& work) -> absl::Status {
    const auto rows = work.exec_prepared(kReleaseLease, lease.run_id, lease.epoch, !waiting);
    has_work = !rows.empty() && rows[0][0].as<bool>();
    return absl::OkStatus();
  }));
  if (has_work) listener_.Announce("work");
  return absl::OkStatus();
}

absl::StatusOr<bool> PostgresRunStore::WaitForEvents(const std::string& run_id, uint64_t count,
                                                     absl::Time deadline) {
  for (;;) {
    const uint64_t heard = listener_.heard();
    bool more = false;
    RETURN_IF_ERROR(pool_.Execute([&](pqxx::nontransaction& work) -> absl::Status {
      const auto rows = work.exec_prepared(kRunHead, run_id);
      if (rows.empty()) return NoRun(run_id);
      more = rows[0][0].as<uint64_t>() > count;
      return absl::OkStatus();
    }));
    const absl::Duration left = deadline - clock_.Now();
    if (more || left <= absl::ZeroDuration()) return more;
    listener_.Wait(heard, base::StrCat("run ", run_id, " "), std::min(left, kWordMayBeLost));
  }
}

absl::Status PostgresRunStore::WaitForWork(absl::Time deadline) {
  const absl::Duration left = deadline - clock_.Now();
  listener_.Wait(idle_since_, "work", std::clamp(left, absl::ZeroDuration(), kWordMayBeLost));
  return absl::OkStatus();
}

}  // namespace connectors
