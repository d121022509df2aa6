#include "agents/api/grpc/a2a_runs.h"

#include <algorithm>

#include "agents/api/grpc/a2a_message.h"
#include "model_core/base/strings.h"
#include "model_core/base/text.h"

namespace agents {
namespace {

namespace a2a = lf::a2a::v1;
using base::StrCat;
using base::StringOr;

// The same message id with other words is another message: that is the client's mistake.
absl::Status CheckSameWords(const OwnedRun& owned, const RunRequest& wanted) {
  if (StringOr(owned.journal.front().body, "text", "") == wanted.text) return absl::OkStatus();
  return base::WithReason(
      base::Error(
          absl::StatusCode::kAlreadyExists,
          StrCat("message '", wanted.message_id, "' was sent before with other words, as task ",
                 owned.run.id),
          StrCat("메시지 '", wanted.message_id, "'", base::Particle(wanted.message_id, "은"),
                 " 다른 내용으로 이미 보낸 것입니다(작업 ", owned.run.id, ")")),
      "MESSAGE_ID_REUSED");
}

absl::StatusOr<std::string> StartRun(const Api& api, const Caller& caller,
                                     const grpc::ServerContext& context,
                                     const a2a::SendMessageRequest& request) {
  ASSIGN_OR_RETURN(const RunRequest wanted, RunRequestOf(request, caller, context, api.clock));
  ASSIGN_OR_RETURN(const std::string id, api.store.CreateRun(wanted));
  ASSIGN_OR_RETURN(const OwnedRun owned, LoadOwnRun(api, caller, id));
  RETURN_IF_ERROR(CheckSameWords(owned, wanted));
  return id;
}

absl::Status TakesNoMessage(const Run& run) {
  return UnsupportedOperation(
      StrCat("task ", run.id, " is ", Name(run.state), " and takes no message"),
      StrCat("작업 ", base::WithParticle(run.id, "은"), " 지금 메시지를 받지 않습니다(",
             Name(run.state), ")"));
}

absl::StatusOr<std::string> ContinueRun(const Api& api, const Caller& caller,
                                        const a2a::Message& message) {
  ASSIGN_OR_RETURN(const OwnedRun owned, LoadOwnRun(api, caller, message.task_id()));
  const Run& run = owned.run;
  if (!message.context_id().empty() && message.context_id() != run.request.conversation_id) {
    return InvalidField("message.context_id",
                        StrCat("task ", run.id, " is in context ", run.request.conversation_id),
                        StrCat("작업 ", base::WithParticle(run.id, "은"), " 다른 문맥(",
                               run.request.conversation_id, ")에 있습니다"));
  }
  if (EventsWith(owned.journal, message.message_id()) > 0) return run.id;
  if (run.state != RunState::kInputRequired) return TakesNoMessage(run);
  ASSIGN_OR_RETURN(const std::string text, TextOf(message));
  const absl::Status replied = api.runs.Reply(run.id, caller.id(), text, message.message_id());
  if (absl::IsFailedPrecondition(replied)) return TakesNoMessage(run);  // it moved on meanwhile
  RETURN_IF_ERROR(replied);
  return run.id;
}

// The run once `unsettled` says no, or as it stands when `until` has come.
absl::StatusOr<OwnedRun> WaitWhile(bool (*unsettled)(RunState), const Api& api,
                                   const Watches& watches, const Caller& caller,
                                   const grpc::ServerContext& context, const std::string& id,
                                   absl::Time until) {
  for (;;) {
    ASSIGN_OR_RETURN(OwnedRun owned, LoadOwnRun(api, caller, id));
    if (!unsettled(owned.run.state)) return owned;
    ASSIGN_OR_RETURN(const bool more,
                     WaitForMore(api, watches, context, id, owned.run.event_count, until));
    if (!more) return owned;
  }
}

}  // namespace

absl::StatusOr<OwnedRun> LoadOwnRun(const Api& api, const Caller& caller, const std::string& id) {
  if (id.empty()) return InvalidField("id", "empty", "비어 있습니다");
  auto owned = LoadRunIf(api.store, id,
                         [&](const Run& run) { return run.request.principal == caller.id(); });
  if (absl::IsNotFound(owned.status())) return TaskNotFound(id);
  return owned;
}

size_t EventsWith(const std::vector<Event>& journal, const std::string& message_id) {
  const auto heard = std::find_if(journal.begin(), journal.end(), [&](const Event& event) {
    return (event.type == "run.created" || event.type == "run.replied") &&
           StringOr(event.body, "message_id", "") == message_id;
  });
  return heard == journal.end() ? 0 : static_cast<size_t>(heard - journal.begin()) + 1;
}

absl::StatusOr<std::string> AcceptMessage(const Api& api, const Caller& caller,
                                          const grpc::ServerContext& context,
                                          const a2a::SendMessageRequest& request) {
  RETURN_IF_ERROR(CheckMessage(request));
  if (request.message().task_id().empty()) return StartRun(api, caller, context, request);
  return ContinueRun(api, caller, request.message());
}

absl::StatusOr<OwnedRun> WaitForRest(const Api& api, const Watches& watches, const Caller& caller,
                                     const grpc::ServerContext& context, const std::string& id,
                                     absl::Time until) {
  return WaitWhile([](RunState state) { return !AtRest(state); }, api, watches, caller, context, id,
                   until);
}

absl::StatusOr<OwnedRun> WaitForEnd(const Api& api, const Watches& watches, const Caller& caller,
                                    const grpc::ServerContext& context, const std::string& id,
                                    absl::Time until) {
  return WaitWhile([](RunState state) { return !Terminal(state); }, api, watches, caller, context,
                   id, until);
}

}  // namespace agents
