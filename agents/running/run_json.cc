#include <algorithm>
#include <array>
#include <utility>

#include "agents/run_store.h"
#include "model_core/base/strings.h"
#include "model_core/base/text.h"

namespace agents {
namespace {

using base::Json;

constexpr std::array<std::pair<RunState, std::string_view>, 9> kStates = {{
    {RunState::kSubmitted, "submitted"},
    {RunState::kWorking, "working"},
    {RunState::kInputRequired, "input_required"},
    {RunState::kApprovalRequired, "approval_required"},
    {RunState::kInDoubt, "in_doubt"},
    {RunState::kCompleted, "completed"},
    {RunState::kFailed, "failed"},
    {RunState::kCanceled, "canceled"},
    {RunState::kRejected, "rejected"},
}};

}  // namespace

bool Terminal(RunState state) {
  return state == RunState::kCompleted || state == RunState::kFailed ||
         state == RunState::kCanceled || state == RunState::kRejected;
}

bool Waits(RunState state) {
  return state == RunState::kInputRequired || state == RunState::kApprovalRequired ||
         state == RunState::kInDoubt;
}

bool AtRest(RunState state) { return Terminal(state) || Waits(state); }

bool Settled(const StepRecord& record) {
  return record.state == StepState::kSucceeded || record.state == StepState::kFailed ||
         record.state == StepState::kSkipped;
}

std::string_view Name(RunState state) {
  const auto* it =
      std::find_if(kStates.begin(), kStates.end(), [&](const auto& s) { return s.first == state; });
  return it->second;
}

std::optional<RunState> ParseRunState(std::string_view name) {
  const auto* it =
      std::find_if(kStates.begin(), kStates.end(), [&](const auto& s) { return s.second == name; });
  if (it == kStates.end()) return std::nullopt;
  return it->first;
}

absl::Status NoRun(const std::string& id) {
  return base::Error(absl::StatusCode::kNotFound, base::StrCat("run ", id, " does not exist"),
                     base::StrCat("실행 ", base::WithParticle(id, "이"), " 없습니다"));
}

Json ToJson(const RunRequest& request) {
  return {{"text", request.text},
          {"principal", request.principal},
          {"purpose", request.purpose},
          {"conversation_id", request.conversation_id},
          {"message_id", request.message_id},
          {"language", request.language},
          {"now", request.now}};
}

absl::StatusOr<RunRequest> ParseRunRequest(const Json& json) {
  RunRequest request;
  request.text = base::StringOr(json, "text", "");
  request.principal = base::StringOr(json, "principal", "");
  request.purpose = base::StringOr(json, "purpose", "");
  request.conversation_id = base::StringOr(json, "conversation_id", "");
  request.message_id = base::StringOr(json, "message_id", "");
  request.language = base::StringOr(json, "language", "ko");
  request.now = base::StringOr(json, "now", "");
  if (request.principal.empty()) {
    return base::Error(absl::StatusCode::kInvalidArgument, "run request: no principal",
                       "실행 요청에 신청자가 없습니다");
  }
  return request;
}

Json ToJson(const Approval& approval) {
  Json answers = Json::array();
  for (const Approval::Answer& answer : approval.answers) {
    answers.push_back({{"approver", answer.approver},
                       {"approved", answer.approved},
                       {"reason", answer.reason},
                       {"time", answer.time}});
    if (answer.once_more) answers.back()["once_more"] = true;
  }
  return {{"id", approval.id},
          {"run_id", approval.run_id},
          {"step_id", approval.step_id},
          {"tool", approval.tool},
          {"requester", approval.requester},
          {"obligation", policies::ToJson(approval.obligation)},
          {"call_hash", approval.call_hash},
          {"shown", approval.shown},
          {"requested", approval.requested},
          {"state", approval.state},
          {"answers", answers}};
}

policies::Label LabelOf(const Approval& approval) {
  if (!approval.shown.is_object() || !approval.shown.contains("label"))
    return policies::UserLabel();
  return policies::ParseLabel(approval.shown["label"]).value_or(policies::Label{});
}

Json ToJson(const PrincipalRecord& record) {
  const policies::Principal& principal = record.principal;
  return {{"id", principal.id},
          {"title", principal.title},
          {"title_en", record.title_en},
          {"unit", principal.unit},
          {"roles", principal.roles},
          {"clearance",
           {{"n2sf", policies::Name(principal.clearance.n2sf)},
            {"mil", policies::Name(principal.clearance.mil)}}},
          {"purposes", principal.purposes},
          {"patterns", record.tool_patterns},
          {"tools", principal.tools},
          {"active", record.active}};
}

absl::StatusOr<PrincipalRecord> ParsePrincipalRecord(const Json& json) {
  PrincipalRecord record;
  record.principal.id = base::StringOr(json, "id", "");
  record.principal.title = base::StringOr(json, "title", "");
  record.title_en = base::StringOr(json, "title_en", "");
  record.principal.unit = base::StringOr(json, "unit", "");
  record.active = base::BoolOr(json, "active", true);
  const auto strings = [&](const char* key) {
    std::vector<std::string> out;
    for (const Json& item : json.value(key, Json::array())) out.push_back(item.get<std::string>());
    return out;
  };
  record.principal.roles = strings("roles");
  record.principal.purposes = strings("purposes");
  record.principal.tools = strings("tools");
  record.tool_patterns = strings("patterns");
  Json grades = json.value("clearance", Json::object());
  grades.update({{"privacy", "none"}, {"integrity", "user"}});
  ASSIGN_OR_RETURN(const policies::Label label, policies::ParseLabel(grades));
  record.principal.clearance = {label.n2sf, label.mil};
  if (record.principal.id.empty())
    return base::Error(absl::StatusCode::kInvalidArgument, "principal: no id",
                       "사용자: 'id'가 없습니다");
  return record;
}

}  // namespace agents
