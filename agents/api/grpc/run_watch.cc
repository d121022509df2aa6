#include "agents/api/grpc/run_watch.h"

#include <algorithm>

#include "agents/api/grpc/held.h"
#include "agents/api/grpc/visibility.h"

namespace agents {
namespace {

using base::DumpJson;
using base::Json;

// Between two looks at what keeps the run, while nothing happens to it.
constexpr absl::Duration kLook = absl::Milliseconds(500);

maru::v1::RunEvent Filled(const Event& event, const Json& body) {
  maru::v1::RunEvent out;
  out.set_index(event.index);
  out.set_time(event.time);
  out.set_actor(event.actor);
  out.set_type(event.type);
  out.set_body_json(DumpJson(body));
  return out;
}

// What decisions were made from is evidence, for exports: it tells more of approvers than others
// may see of them.
maru::v1::RunEvent EventFor(const policies::Clearance& reader, const Event& event) {
  Json body = ReadableBody(reader, event.body);
  for (const char* evidence : {"facts", "decided", "standing", "seal"}) body.erase(evidence);
  return Filled(event, body);
}

class RunWatch {
 public:
  RunWatch(const Api& api, const Watches& watches, const Caller& caller,
           const grpc::ServerContext& context, const maru::v1::WatchRunRequest& request,
           const EventWrite& write)
      : api_(api),
        watches_(watches),
        caller_(caller),
        context_(context),
        request_(request),
        write_(write),
        next_(request.from_index()) {}

  absl::Status Go(absl::Time until) {
    ASSIGN_OR_RETURN(run_, LoadRun(api_, caller_, request_.id()));
    for (absl::Time now = api_.clock.Now(); now < until; now = api_.clock.Now()) {
      RETURN_IF_ERROR(MayGoOn(watches_, context_));
      auto news = TellNews();
      if (news.ok() && !*news) {
        if (AtEnd()) return absl::OkStatus();
        news = WaitForMore(api_, watches_, context_, run_.id, next_, std::min(until, now + kLook));
        if (news.ok() && !*news) RETURN_IF_ERROR(TellHeld(api_.runs.Held(run_)));
      }
      if (news.ok()) continue;
      RETURN_IF_ERROR(MayGoOn(watches_, context_));
      if (!absl::IsUnavailable(news.status())) return news.status();
      RETURN_IF_ERROR(TellHeld(news.status()));
      absl::SleepFor(kLook);
    }
    return absl::OkStatus();
  }

 private:
  bool AtEnd() const { return Terminal(run_.state) || (Waits(run_.state) && !request_.follow()); }

  absl::Status Write(const maru::v1::RunEvent& event) {
    return write_(event) ? absl::OkStatus() : absl::CancelledError("the watcher went away");
  }

  // Whether there was any.
  absl::StatusOr<bool> TellNews() {
    ASSIGN_OR_RETURN(run_, LoadRun(api_, caller_, request_.id()));
    if (run_.event_count <= next_) return false;
    ASSIGN_OR_RETURN(const std::vector<Event> events, api_.store.Journal(run_.id, next_));
    for (const Event& event : events)
      RETURN_IF_ERROR(Write(EventFor(caller_.record.principal.clearance, event)));
    next_ += events.size();
    held_.clear();
    return true;
  }

  // Told when it begins and when it ends; no event of the journal, so it has the index of the last.
  absl::Status TellHeld(const absl::Status& held) {
    Run run = run_;
    SayHeld(held, run);
    const bool says = !held.ok() && !AtEnd();
    const std::string words = says ? run.reason_en : "";
    if (words == held_) return absl::OkStatus();
    held_ = words;
    const Event event{next_ - std::min<uint64_t>(next_, 1),
                      base::TimeText(api_.clock.Now()),
                      "maru",
                      says ? "run.held" : "run.goes_on",
                      {}};
    return Write(Filled(event, says ? Json{{"reason", base::Reason(held)},
                                           {"reason_en", run.reason_en},
                                           {"reason_ko", run.reason_ko}}
                                    : Json::object()));
  }

  const Api& api_;
  const Watches& watches_;
  const Caller& caller_;
  const grpc::ServerContext& context_;
  const maru::v1::WatchRunRequest& request_;
  const EventWrite& write_;
  uint64_t next_;  // index of the event that comes next
  Run run_;
  std::string held_;  // the words for what keeps the run, once told; empty: nothing does
};

}  // namespace

absl::Status WatchRun(const Api& api, const Watches& watches, const Caller& caller,
                      const grpc::ServerContext& context, const maru::v1::WatchRunRequest& request,
                      const EventWrite& write) {
  return RunWatch(api, watches, caller, context, request, write)
      .Go(DeadlineOf(context, api.clock, Watches::kLifetimeMax));
}

}  // namespace agents
