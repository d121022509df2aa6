#include "agents/api/grpc/a2a_stream.h"

#include "agents/api/grpc/a2a_task.h"

namespace agents {
namespace {

namespace a2a = lf::a2a::v1;

// The run as it stood after so many events.
absl::StatusOr<OwnedRun> AsOf(const OwnedRun& owned, size_t events) {
  OwnedRun then;
  then.journal.assign(owned.journal.begin(),
                      owned.journal.begin() + static_cast<std::ptrdiff_t>(events));
  ASSIGN_OR_RETURN(then.run, Fold(owned.run.id, then.journal));
  return then;
}

// Updates of journal[next…]; each is told as the run stood then.
absl::Status WriteUpdates(const OwnedRun& owned, size_t next, const policies::Clearance& reader,
                          const std::function<bool(const a2a::StreamResponse&)>& write) {
  for (; next < owned.journal.size(); ++next) {
    ASSIGN_OR_RETURN(const OwnedRun then, AsOf(owned, next + 1));
    const auto update = UpdateOf(then.run, owned.journal[next], reader);
    if (update && !write(*update)) return absl::CancelledError("the subscriber went away");
  }
  return absl::OkStatus();
}

}  // namespace

absl::Status StreamRun(const Api& api, const Watches& watches, const Caller& caller,
                       const grpc::ServerContext& context, OwnedRun owned, size_t told,
                       Follow follow,
                       const std::function<bool(const a2a::StreamResponse&)>& write) {
  const policies::Clearance& reader = caller.record.principal.clearance;
  const absl::Time until = DeadlineOf(context, api.clock, Watches::kLifetimeMax);
  ASSIGN_OR_RETURN(const OwnedRun then, AsOf(owned, told));
  a2a::StreamResponse first;
  *first.mutable_task() = TaskOf(then.run, then.journal, {reader, std::nullopt, true});
  if (!write(first)) return absl::CancelledError("the subscriber went away");
  for (;;) {
    RETURN_IF_ERROR(WriteUpdates(owned, told, reader, write));
    const RunState state = owned.run.state;
    if (follow == Follow::kUntilEnd ? Terminal(state) : AtRest(state)) return absl::OkStatus();
    told = owned.journal.size();
    ASSIGN_OR_RETURN(const bool more,
                     WaitForMore(api, watches, context, owned.run.id, told, until));
    if (!more) return absl::OkStatus();
    ASSIGN_OR_RETURN(owned, LoadOwnRun(api, caller, owned.run.id));
  }
}

}  // namespace agents
