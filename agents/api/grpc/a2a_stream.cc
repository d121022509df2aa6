#include "agents/api/grpc/a2a_stream.h"

#include <algorithm>

#include "agents/api/grpc/a2a_task.h"
#include "agents/api/grpc/held.h"

namespace agents {
namespace {

namespace a2a = lf::a2a::v1;

// Between two looks at what keeps the run, while nothing happens to it.
constexpr absl::Duration kLook = absl::Milliseconds(500);

// The run as it stood after so many events.
absl::StatusOr<OwnedRun> AsOf(const OwnedRun& owned, size_t events) {
  OwnedRun then;
  then.journal.assign(owned.journal.begin(),
                      owned.journal.begin() + static_cast<std::ptrdiff_t>(events));
  ASSIGN_OR_RETURN(then.run, Fold(owned.run.id, then.journal));
  return then;
}

// One subscriber and what they have been told.
class Stream {
 public:
  Stream(const Api& api, const Watches& watches, const Caller& caller,
         const grpc::ServerContext& context, OwnedRun owned, size_t told, const StreamWrite& write)
      : api_(api),
        watches_(watches),
        caller_(caller),
        context_(context),
        owned_(std::move(owned)),
        told_(told),
        write_(write) {}

  absl::Status Open() {
    ASSIGN_OR_RETURN(const OwnedRun then, AsOf(owned_, told_));
    a2a::StreamResponse first;
    *first.mutable_task() = TaskOf(then.run, then.journal, {Reader(), std::nullopt, true});
    return Write(first);
  }

  absl::Status Go(Follow follow, absl::Time until) {
    for (;;) {
      RETURN_IF_ERROR(TellNews());
      const RunState state = owned_.run.state;
      if (follow == Follow::kUntilEnd ? Terminal(state) : AtRest(state)) return absl::OkStatus();
      ASSIGN_OR_RETURN(const bool more, AwaitNews(until));
      if (!more) return absl::OkStatus();
    }
  }

 private:
  const policies::Clearance& Reader() const { return caller_.record.principal.clearance; }

  absl::Status Write(const a2a::StreamResponse& update) {
    return write_(update) ? absl::OkStatus() : absl::CancelledError("the subscriber went away");
  }

  // Each event is told as the run stood then.
  absl::Status TellNews() {
    for (; told_ < owned_.journal.size(); ++told_) {
      ASSIGN_OR_RETURN(const OwnedRun then, AsOf(owned_, told_ + 1));
      const auto update = UpdateOf(then.run, owned_.journal[told_], Reader());
      if (update) RETURN_IF_ERROR(Write(*update));
    }
    return absl::OkStatus();
  }

  // A store that is away ends no stream: its run waits for it, and so does whoever follows the run.
  absl::StatusOr<bool> AwaitNews(absl::Time until) {
    for (absl::Time now = api_.clock.Now(); now < until; now = api_.clock.Now()) {
      const auto more = Load(std::min(until, now + kLook));
      RETURN_IF_ERROR(MayGoOn(watches_, context_));
      if (more.ok() && *more) return true;
      if (!more.ok() && !absl::IsUnavailable(more.status())) return more.status();
      RETURN_IF_ERROR(TellHeld(more.ok() ? api_.runs.Held(owned_.run) : more.status()));
      if (!more.ok()) absl::SleepFor(kLook);
    }
    return false;
  }

  // True if there is more than has been told; the run is then loaded anew.
  absl::StatusOr<bool> Load(absl::Time until) {
    const std::string& id = owned_.run.id;
    ASSIGN_OR_RETURN(const bool more, WaitForMore(api_, watches_, context_, id, told_, until));
    if (!more) return false;
    ASSIGN_OR_RETURN(OwnedRun now, LoadOwnRun(api_, caller_, id));
    owned_ = std::move(now);
    held_.clear();
    return true;
  }

  // Told when it begins and when it ends.
  absl::Status TellHeld(const absl::Status& held) {
    if (AtRest(owned_.run.state)) return absl::OkStatus();
    Run run = owned_.run;
    SayHeld(held, run);
    const std::string words = held.ok() ? "" : run.reason_en;
    if (words == held_) return absl::OkStatus();
    held_ = words;
    return Write(HeldUpdate(run, held));
  }

  const Api& api_;
  const Watches& watches_;
  const Caller& caller_;
  const grpc::ServerContext& context_;
  OwnedRun owned_;
  size_t told_;  // of its events
  const StreamWrite& write_;
  std::string held_;  // the words for what keeps the run, once told; empty: nothing does
};

}  // namespace

absl::Status StreamRun(const Api& api, const Watches& watches, const Caller& caller,
                       const grpc::ServerContext& context, OwnedRun owned, size_t told,
                       Follow follow, const StreamWrite& write) {
  const absl::Time until = DeadlineOf(context, api.clock, Watches::kLifetimeMax);
  Stream stream(api, watches, caller, context, std::move(owned), told, write);
  RETURN_IF_ERROR(stream.Open());
  return stream.Go(follow, until);
}

}  // namespace agents
