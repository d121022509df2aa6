#include "agents/api/grpc/a2a_service.h"

#include "agents/api/grpc/a2a_message.h"
#include "agents/api/grpc/a2a_runs.h"
#include "agents/api/grpc/a2a_stream.h"
#include "agents/api/grpc/a2a_task.h"
#include "agents/api/grpc/agent_card.h"
#include "agents/api/grpc/held.h"
#include "agents/api/grpc/page_token.h"
#include "model_core/base/strings.h"
#include "model_core/base/text.h"

namespace agents {
namespace {

namespace a2a = lf::a2a::v1;
using base::StrCat;

constexpr absl::Duration kBlockingMax =
    absl::Minutes(5);  // of SendMessage; the task then comes as it stands
constexpr absl::Duration kCancelWaitMax = absl::Seconds(10);  // for a call in flight to end
constexpr int kPageMax = 100;
constexpr int kPageDefault = 50;

// Those of the extensions asked for that are known are said back.
void Activate(grpc::ServerContext& context) {
  const std::string header = Metadata(context, "a2a-extensions");
  std::vector<std::string> active;
  for (const std::string_view asked : base::StrSplit(header, ',')) {
    const std::string_view uri = base::Trim(asked);
    if (uri == kPlanExtension || uri == kApprovalExtension) active.emplace_back(uri);
  }
  if (!active.empty()) context.AddInitialMetadata("a2a-extensions", base::StrJoin(active, ","));
}

absl::StatusOr<TaskView> ViewOf(const Caller& caller, bool limited, int history_length) {
  TaskView view;
  view.reader = caller.record.principal.clearance;
  if (!limited) return view;
  if (history_length < 0) return InvalidField("history_length", "negative", "음수입니다");
  view.history_length = history_length;
  return view;
}

// A2A asks for "at or after", the store's filter is "after", and journals keep whole seconds.
absl::StatusOr<std::string> UpdatedAfter(const a2a::ListTasksRequest& request) {
  constexpr int64_t kYear1 = -62'135'596'800, kYear9999 = 253'402'300'799;
  if (!request.has_status_timestamp_after()) return std::string();
  const auto& from = request.status_timestamp_after();
  if (from.seconds() < kYear1 || from.seconds() > kYear9999) {
    return InvalidField("status_timestamp_after", "not within the years 1–9999",
                        "1–9999년 밖입니다");
  }
  return base::TimeText(absl::FromUnixSeconds(from.seconds() - (from.nanos() > 0 ? 0 : 1)));
}

absl::StatusOr<RunFilter> FilterOf(const Caller& caller, const a2a::ListTasksRequest& request) {
  RunFilter filter;
  filter.principal = caller.id();
  filter.conversation_id = request.context_id();
  filter.page_size = request.has_page_size() ? request.page_size() : kPageDefault;
  if (filter.page_size < 1 || filter.page_size > kPageMax) {
    return InvalidField(
        "page_size", StrCat(filter.page_size, " is not within 1–", kPageMax),
        StrCat(base::WithParticle(StrCat(filter.page_size), "은"), " 1–", kPageMax, " 밖입니다"));
  }
  if (request.status() != a2a::TASK_STATE_UNSPECIFIED) {
    filter.states = RunStatesOf(request.status());
    if (filter.states.empty())
      return InvalidField("status", "no task state", "작업 상태가 아닙니다");
  }
  ASSIGN_OR_RETURN(filter.updated_after, UpdatedAfter(request));
  ASSIGN_OR_RETURN(filter.page_token, StoredPageToken(request.page_token()));
  return filter;
}

}  // namespace

template <typename Body>
grpc::Status A2aService::ServeTask(grpc::ServerContext* context,
                                   const google::protobuf::Message& request, Body body) {
  return Serve(api_, context, request, [&](const Caller& caller) -> absl::Status {
    RETURN_IF_ERROR(CheckVersion(*context));
    Activate(*context);
    return body(caller);
  });
}

grpc::Status A2aService::SendMessage(grpc::ServerContext* context,
                                     const a2a::SendMessageRequest* request,
                                     a2a::SendMessageResponse* response) {
  return ServeTask(context, *request, [&](const Caller& caller) -> absl::Status {
    const auto& configuration = request->configuration();
    ASSIGN_OR_RETURN(const TaskView view, ViewOf(caller, configuration.has_history_length(),
                                                 configuration.history_length()));
    std::optional<Watches::Slot> slot;
    if (!configuration.return_immediately()) {
      ASSIGN_OR_RETURN(Watches::Slot taken, watches_.Take(caller.id()));
      slot.emplace(std::move(taken));
    }
    ASSIGN_OR_RETURN(const std::string id, AcceptMessage(api_, caller, *context, *request));
    const absl::Time until =
        slot ? DeadlineOf(*context, api_.clock, kBlockingMax) : api_.clock.Now();
    ASSIGN_OR_RETURN(OwnedRun owned, WaitForRest(api_, watches_, caller, *context, id, until));
    SayHeld(api_.runs.Held(owned.run), owned.run);
    *response->mutable_task() = TaskOf(owned.run, owned.journal, view);
    return absl::OkStatus();
  });
}

grpc::Status A2aService::SendStreamingMessage(grpc::ServerContext* context,
                                              const a2a::SendMessageRequest* request,
                                              grpc::ServerWriter<a2a::StreamResponse>* writer) {
  return ServeTask(context, *request, [&](const Caller& caller) -> absl::Status {
    ASSIGN_OR_RETURN(const Watches::Slot slot, watches_.Take(caller.id()));
    ASSIGN_OR_RETURN(const std::string id, AcceptMessage(api_, caller, *context, *request));
    ASSIGN_OR_RETURN(OwnedRun owned, LoadOwnRun(api_, caller, id));
    const size_t told = EventsWith(owned.journal, request->message().message_id());
    return StreamRun(api_, watches_, caller, *context, std::move(owned), told, Follow::kUntilRest,
                     [&](const a2a::StreamResponse& update) { return writer->Write(update); });
  });
}

grpc::Status A2aService::GetTask(grpc::ServerContext* context, const a2a::GetTaskRequest* request,
                                 a2a::Task* response) {
  return ServeTask(context, *request, [&](const Caller& caller) -> absl::Status {
    ASSIGN_OR_RETURN(const TaskView view,
                     ViewOf(caller, request->has_history_length(), request->history_length()));
    ASSIGN_OR_RETURN(OwnedRun owned, LoadOwnRun(api_, caller, request->id()));
    SayHeld(api_.runs.Held(owned.run), owned.run);
    *response = TaskOf(owned.run, owned.journal, view);
    return absl::OkStatus();
  });
}

grpc::Status A2aService::ListTasks(grpc::ServerContext* context,
                                   const a2a::ListTasksRequest* request,
                                   a2a::ListTasksResponse* response) {
  return ServeTask(context, *request, [&](const Caller& caller) -> absl::Status {
    ASSIGN_OR_RETURN(TaskView view,
                     ViewOf(caller, request->has_history_length(), request->history_length()));
    view.artifacts = request->include_artifacts();
    ASSIGN_OR_RETURN(const RunFilter filter, FilterOf(caller, *request));
    ASSIGN_OR_RETURN(const RunPage page, api_.store.ListRuns(filter));
    for (const RunSummary& summary : page.runs) {
      ASSIGN_OR_RETURN(const OwnedRun owned, LoadOwnRun(api_, caller, summary.id));
      *response->add_tasks() = TaskOf(owned.run, owned.journal, view);
    }
    response->set_next_page_token(PageToken(page.next_page_token));
    response->set_page_size(filter.page_size);
    response->set_total_size(static_cast<int32_t>(page.total));
    return absl::OkStatus();
  });
}

grpc::Status A2aService::CancelTask(grpc::ServerContext* context,
                                    const a2a::CancelTaskRequest* request, a2a::Task* response) {
  return ServeTask(context, *request, [&](const Caller& caller) -> absl::Status {
    ASSIGN_OR_RETURN(OwnedRun owned, LoadOwnRun(api_, caller, request->id()));
    if (!Terminal(owned.run.state)) {
      // FailedPrecondition: it ended meanwhile.
      const absl::Status canceled = api_.runs.Cancel(owned.run.id, caller.id());
      if (!canceled.ok() && !absl::IsFailedPrecondition(canceled)) return canceled;
      const absl::Time until = DeadlineOf(*context, api_.clock, kCancelWaitMax);
      ASSIGN_OR_RETURN(owned, WaitForEnd(api_, watches_, caller, *context, owned.run.id, until));
    }
    if (Terminal(owned.run.state) && owned.run.state != RunState::kCanceled) {
      return TaskNotCancelable(owned.run.id, Name(owned.run.state));
    }
    *response =
        TaskOf(owned.run, owned.journal, {caller.record.principal.clearance, std::nullopt, true});
    return absl::OkStatus();
  });
}

grpc::Status A2aService::SubscribeToTask(grpc::ServerContext* context,
                                         const a2a::SubscribeToTaskRequest* request,
                                         grpc::ServerWriter<a2a::StreamResponse>* writer) {
  return ServeTask(context, *request, [&](const Caller& caller) -> absl::Status {
    ASSIGN_OR_RETURN(const Watches::Slot slot, watches_.Take(caller.id()));
    ASSIGN_OR_RETURN(OwnedRun owned, LoadOwnRun(api_, caller, request->id()));
    if (Terminal(owned.run.state)) {
      return UnsupportedOperation(StrCat("task ", owned.run.id, " has ended: read it with GetTask"),
                                  StrCat("작업 ", base::WithParticle(owned.run.id, "은"),
                                         " 이미 끝났습니다. GetTask로 읽으십시오"));
    }
    const size_t told = owned.journal.size();
    return StreamRun(api_, watches_, caller, *context, std::move(owned), told, Follow::kUntilEnd,
                     [&](const a2a::StreamResponse& update) { return writer->Write(update); });
  });
}

grpc::Status A2aService::GetExtendedAgentCard(grpc::ServerContext* context,
                                              const a2a::GetExtendedAgentCardRequest* request,
                                              a2a::AgentCard* response) {
  return ServeTask(context, *request, [&](const Caller& caller) {
    *response = CardFor(caller, api_.registry, options_.address, options_.mutual_tls);
    return absl::OkStatus();
  });
}

grpc::Status A2aService::CreateTaskPushNotificationConfig(
    grpc::ServerContext* context, const a2a::TaskPushNotificationConfig* request,
    a2a::TaskPushNotificationConfig*) {
  return ServeTask(context, *request, [](const Caller&) { return PushNotificationNotSupported(); });
}

grpc::Status A2aService::GetTaskPushNotificationConfig(
    grpc::ServerContext* context, const a2a::GetTaskPushNotificationConfigRequest* request,
    a2a::TaskPushNotificationConfig*) {
  return ServeTask(context, *request, [](const Caller&) { return PushNotificationNotSupported(); });
}

grpc::Status A2aService::ListTaskPushNotificationConfigs(
    grpc::ServerContext* context, const a2a::ListTaskPushNotificationConfigsRequest* request,
    a2a::ListTaskPushNotificationConfigsResponse*) {
  return ServeTask(context, *request, [](const Caller&) { return PushNotificationNotSupported(); });
}

grpc::Status A2aService::DeleteTaskPushNotificationConfig(
    grpc::ServerContext* context, const a2a::DeleteTaskPushNotificationConfigRequest* request,
    google::protobuf::Empty*) {
  return ServeTask(context, *request, [](const Caller&) { return PushNotificationNotSupported(); });
}

}  // namespace agents
