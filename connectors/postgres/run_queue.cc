// Leases with fencing epochs, and waiting for events and work.
#include "connectors/postgres/store.h"
#include "model_core/base/strings.h"

namespace connectors {

using agents::Lease;

absl::StatusOr<std::optional<Lease>> PostgresRunStore::ClaimRun(const std::string& worker,
                                                                absl::Duration duration) {
  std::optional<Lease> lease;
  const absl::Status status = pool_.Transact([&](pqxx::work& work) -> absl::Status {
    lease.reset();
    const auto rows = work.exec_params(
        "UPDATE runs SET lease_epoch = lease_epoch + 1, lease_worker = $1, has_work = false, "
        "lease_expires = now() + $2 * interval '1 millisecond' WHERE id = ("
        "SELECT id FROM runs WHERE (has_work AND lease_expires < now()) "
        "OR (lease_worker <> '' AND lease_expires < now()) "
        "ORDER BY updated_at LIMIT 1 FOR UPDATE SKIP LOCKED) RETURNING id, lease_epoch",
        worker, absl::ToInt64Milliseconds(duration));
    if (!rows.empty()) {
      lease = Lease{rows[0][0].as<std::string>(), rows[0][1].as<uint64_t>(), clock_.Now() + duration};
    }
    return absl::OkStatus();
  });
  RETURN_IF_ERROR(status);
  return lease;
}

absl::StatusOr<Lease> PostgresRunStore::RenewLease(const Lease& lease, absl::Duration duration) {
  const absl::Status status = pool_.Transact([&](pqxx::work& work) -> absl::Status {
    const auto rows = work.exec_params(
        "UPDATE runs SET lease_expires = now() + $3 * interval '1 millisecond' "
        "WHERE id = $1 AND lease_epoch = $2 RETURNING id",
        lease.run_id, lease.epoch, absl::ToInt64Milliseconds(duration));
    if (!rows.empty()) return absl::OkStatus();
    return absl::FailedPreconditionError(base::StrCat("run ", lease.run_id, ": the lease was lost"));
  });
  RETURN_IF_ERROR(status);
  return Lease{lease.run_id, lease.epoch, clock_.Now() + duration};
}

absl::Status PostgresRunStore::ReleaseLease(const Lease& lease, bool waiting) {
  return pool_.Transact([&](pqxx::work& work) -> absl::Status {
    work.exec_params(
        "UPDATE runs SET lease_expires = '-infinity', lease_worker = '', has_work = has_work OR NOT $3 "
        "WHERE id = $1 AND lease_epoch = $2",
        lease.run_id, lease.epoch, waiting);
    work.exec("SELECT pg_notify('maru', 'released')");
    return absl::OkStatus();
  });
}

absl::StatusOr<bool> PostgresRunStore::WaitForEvents(const std::string& run_id, uint64_t count,
                                                     absl::Time deadline) {
  for (;;) {
    const uint64_t seen = listener_.notifications();
    bool more = false;
    const absl::Status status = pool_.Transact([&](pqxx::work& work) -> absl::Status {
      const auto rows = work.exec_params("SELECT event_count FROM runs WHERE id = $1", run_id);
      if (rows.empty()) return absl::NotFoundError(base::StrCat("run ", run_id, " does not exist"));
      more = rows[0][0].as<uint64_t>() > count;
      return absl::OkStatus();
    });
    RETURN_IF_ERROR(status);
    if (more) return true;
    if (clock_.Now() >= deadline) return false;
    listener_.Wait(seen, base::StrCat("run ", run_id, " "), std::min(deadline, clock_.Now() + absl::Seconds(5)));
  }
}

absl::Status PostgresRunStore::WaitForWork(absl::Time deadline) {
  listener_.Wait(listener_.notifications(), "", std::min(deadline, clock_.Now() + absl::Seconds(2)));
  return absl::OkStatus();
}

}  // namespace connectors
