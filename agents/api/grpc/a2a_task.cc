#include "agents/api/grpc/a2a_task.h"

#include "agents/api/grpc/struct_json.h"
#include "agents/api/grpc/visibility.h"
#include "model_core/base/strings.h"

namespace agents {
namespace {

namespace a2a = lf::a2a::v1;
using base::Json;
using base::StrCat;
using base::StringOr;

void AddText(const std::string& text, google::protobuf::RepeatedPtrField<a2a::Part>& parts) {
  a2a::Part& part = *parts.Add();
  part.set_text(text);
  part.set_media_type("text/plain");
}

void AddData(const Json& data, google::protobuf::RepeatedPtrField<a2a::Part>& parts) {
  a2a::Part& part = *parts.Add();
  *part.mutable_data() = ToValue(data);
  part.set_media_type("application/json");
}

void SetTime(const std::string& text, google::protobuf::Timestamp& out) {
  const auto time = base::ParseTimeText(text);
  if (time.ok()) out.set_seconds(absl::ToUnixSeconds(*time));
}

a2a::Message MessageOf(const Run& run, a2a::Role role, std::string id) {
  a2a::Message message;
  message.set_message_id(std::move(id));
  message.set_context_id(run.request.conversation_id);
  message.set_task_id(run.id);
  message.set_role(role);
  return message;
}

Json PendingApprovals(const Run& run) {
  Json pending = Json::array();
  for (const auto& [id, approval] : run.approvals) {
    if (approval.state != "pending") continue;
    pending.push_back({{"approval_id", id},
                       {"step", approval.step_id},
                       {"tool", approval.tool},
                       {"call_hash", approval.call_hash},
                       {"obligation", policies::ToJson(approval.obligation)}});
  }
  return pending;
}

// Why the run waits or ended, in the words of its language, with what a program needs to go on.
a2a::TaskStatus StatusOf(const Run& run) {
  a2a::TaskStatus status;
  status.set_state(TaskStateOf(run.state));
  SetTime(run.updated, *status.mutable_timestamp());
  const std::string& reason = run.request.language == "en" ? run.reason_en : run.reason_ko;
  if (reason.empty()) return status;
  a2a::Message& message = *status.mutable_message();
  message = MessageOf(run, a2a::ROLE_AGENT, StrCat(run.id, "-", run.event_count));
  AddText(reason, *message.mutable_parts());
  if (run.state == RunState::kInputRequired && run.plan) {
    AddData({{"missing", run.plan->missing}}, *message.mutable_parts());
  } else if (run.state == RunState::kApprovalRequired || run.state == RunState::kInDoubt) {
    AddData({{"approvals", PendingApprovals(run)}}, *message.mutable_parts());
    message.add_extensions(std::string(kApprovalExtension));
  }
  return status;
}

a2a::Artifact ArtifactOf(std::string id, const Json& data) {
  a2a::Artifact artifact;
  artifact.set_artifact_id(id);
  artifact.set_name(std::move(id));
  AddData(data, *artifact.mutable_parts());
  artifact.add_extensions(std::string(kPlanExtension));
  return artifact;
}

a2a::Artifact PlanArtifact(const Run& run) {
  return ArtifactOf("plan", {{"plan", ToJson(*run.plan, /*derived=*/true)},
                             {"evidence", run.planned.value("evidence", Json::object())}});
}

a2a::Artifact StepArtifact(const Run& run, const std::string& id,
                           const policies::Clearance& reader) {
  const StepRecord& step = run.steps.at(id);
  const Step* planned = run.plan ? run.plan->Find(id) : nullptr;
  Json data = {{"step", id}, {"tool", planned != nullptr ? planned->tool : ""}};
  data.update(StepJson(step));
  if (step.state == StepState::kSucceeded) {
    data["value"] = step.value;
    data = ReadableBody(reader, data);
    Json origins = Json::array();
    for (const policies::Origin& origin : step.origins) origins.push_back(policies::ToJson(origin));
    data["origins"] = std::move(origins);
  }
  return ArtifactOf(StrCat("step-", id), data);
}

std::optional<a2a::Artifact> AnswerArtifact(const Run& run, const policies::Clearance& reader) {
  if (run.answer.empty() || !policies::MayRead(reader, run.answer_label)) return std::nullopt;
  a2a::Artifact artifact;
  artifact.set_artifact_id("answer");
  artifact.set_name("answer");
  AddText(run.answer, *artifact.mutable_parts());
  AddData({{"citations", run.citations}, {"label", policies::ToJson(run.answer_label)}},
          *artifact.mutable_parts());
  return artifact;
}

void AddArtifacts(const Run& run, const policies::Clearance& reader, a2a::Task& task) {
  if (run.plan) *task.add_artifacts() = PlanArtifact(run);
  if (run.decision) *task.add_artifacts() = ArtifactOf("decision", policies::ToJson(*run.decision));
  for (const auto& [id, step] : run.steps) {
    if (Settled(step)) *task.add_artifacts() = StepArtifact(run, id, reader);
  }
  if (auto answer = AnswerArtifact(run, reader)) *task.add_artifacts() = *std::move(answer);
}

// What was said: the requester's words, and what Maru asked for.
std::vector<a2a::Message> HistoryOf(const Run& run, const std::vector<Event>& journal) {
  std::vector<a2a::Message> history;
  const auto say = [&](a2a::Role role, std::string id, const std::string& text) {
    a2a::Message& message = history.emplace_back(MessageOf(run, role, std::move(id)));
    AddText(text, *message.mutable_parts());
  };
  const std::string reason = run.request.language == "en" ? "reason_en" : "reason_ko";
  for (const Event& event : journal) {
    const std::string id = StrCat(run.id, "-", event.index);
    if (event.type == "run.created") {
      say(a2a::ROLE_USER, run.request.message_id, StringOr(event.body, "text", ""));
    } else if (event.type == "run.replied") {
      say(a2a::ROLE_USER, StringOr(event.body, "message_id", id), StringOr(event.body, "text", ""));
    } else if (event.type == "run.waiting" &&
               StringOr(event.body, "state", "") == "input_required") {
      say(a2a::ROLE_AGENT, id, StringOr(event.body, reason, ""));
    }
  }
  return history;
}

a2a::StreamResponse StatusUpdate(const Run& run, Json metadata) {
  a2a::StreamResponse response;
  auto& update = *response.mutable_status_update();
  update.set_task_id(run.id);
  update.set_context_id(run.request.conversation_id);
  *update.mutable_status() = StatusOf(run);
  if (!metadata.empty()) *update.mutable_metadata() = ToStruct(metadata);
  return response;
}

a2a::StreamResponse ArtifactUpdate(const Run& run, a2a::Artifact artifact) {
  a2a::StreamResponse response;
  auto& update = *response.mutable_artifact_update();
  update.set_task_id(run.id);
  update.set_context_id(run.request.conversation_id);
  *update.mutable_artifact() = std::move(artifact);
  update.set_last_chunk(true);
  return response;
}

}  // namespace

a2a::TaskState TaskStateOf(RunState state) {
  switch (state) {
    case RunState::kSubmitted:
      return a2a::TASK_STATE_SUBMITTED;
    case RunState::kWorking:
      return a2a::TASK_STATE_WORKING;
    case RunState::kInputRequired:
      return a2a::TASK_STATE_INPUT_REQUIRED;
    case RunState::kApprovalRequired:
    case RunState::kInDoubt:
      return a2a::TASK_STATE_AUTH_REQUIRED;
    case RunState::kCompleted:
      return a2a::TASK_STATE_COMPLETED;
    case RunState::kFailed:
      return a2a::TASK_STATE_FAILED;
    case RunState::kCanceled:
      return a2a::TASK_STATE_CANCELED;
    case RunState::kRejected:
      return a2a::TASK_STATE_REJECTED;
  }
  return a2a::TASK_STATE_UNSPECIFIED;
}

std::vector<RunState> RunStatesOf(a2a::TaskState state) {
  std::vector<RunState> states;
  for (int i = 0; i <= static_cast<int>(RunState::kRejected); ++i) {
    if (TaskStateOf(static_cast<RunState>(i)) == state) states.push_back(static_cast<RunState>(i));
  }
  return states;
}

a2a::Task TaskOf(const Run& run, const std::vector<Event>& journal, const TaskView& view) {
  a2a::Task task;
  task.set_id(run.id);
  task.set_context_id(run.request.conversation_id);
  *task.mutable_status() = StatusOf(run);
  if (view.artifacts) AddArtifacts(run, view.reader, task);
  const std::vector<a2a::Message> history = HistoryOf(run, journal);
  const size_t most =
      view.history_length ? static_cast<size_t>(*view.history_length) : history.size();
  const size_t first = history.size() - std::min(most, history.size());
  for (size_t i = first; i < history.size(); ++i) *task.add_history() = history[i];
  const std::string purpose = run.decision ? run.decision->purpose : run.request.purpose;
  *task.mutable_metadata() = ToStruct({{"purpose", purpose}, {"now", run.request.now}});
  return task;
}

std::optional<a2a::StreamResponse> UpdateOf(const Run& then, const Event& event,
                                            const policies::Clearance& reader) {
  const std::string& type = event.type;
  const std::string step = StringOr(event.body, "step", "");
  if (type == "plan.made") return ArtifactUpdate(then, PlanArtifact(then));
  if (type == "plan.checked")
    return ArtifactUpdate(then, ArtifactOf("decision", policies::ToJson(*then.decision)));
  if (type == "effect.outcome" || type == "step.skipped")
    return ArtifactUpdate(then, StepArtifact(then, step, reader));
  if (type == "answer.released") {
    auto answer = AnswerArtifact(then, reader);
    if (!answer) return std::nullopt;
    return ArtifactUpdate(then, *std::move(answer));
  }
  if (type == "effect.intent")
    return StatusUpdate(then, {{"step", step}, {"tool", StringOr(event.body, "tool", "")}});
  if (type == "approval.requested") return std::nullopt;  // run.waiting tells it with all others
  return StatusUpdate(then, {{"event", type}});
}

a2a::StreamResponse HeldUpdate(const Run& run, const absl::Status& held) {
  if (held.ok()) return StatusUpdate(run, {{"event", "run.goes_on"}});
  return StatusUpdate(run, {{"event", "run.held"}, {"reason", base::Reason(held)}});
}

}  // namespace agents
