#include "connectors/administration/tickets.h"

#include <set>

#include "connectors/tool_kit.h"
#include "model_core/base/files.h"
#include "model_core/base/log.h"
#include "model_core/base/quotations.h"
#include "model_core/base/strings.h"

namespace connectors::administration {
namespace {

using base::Json;
using base::StrCat;
using base::StringOr;
using tools::MakeToolError;
using tools::ToolOutcome;

constexpr char kSystem[] = "administration.tickets";
constexpr SystemName kTracker = {"ticket system", "요청 접수 시스템"};

// The field of Redmine holds 255 characters; the key itself may be longer.
std::string KeyValue(const tools::ToolCall& call) {
  return StrCat("maru-", base::Sha256Hex(call.idempotency_key));
}

tools::ToolResult Created(const Json& issue) {
  const std::string id = StrCat(issue["id"].get<int64_t>());
  const policies::Label label{policies::N2sf::kS, policies::Mil::kNone, policies::Privacy::kNone,
                              policies::Integrity::kTrusted};
  return {{{"ticket_id", id}},
          label,
          {MakeOrigin(kSystem, StrCat("issues/", id), StringOr(issue, "updated_on", ""),
                      absl::Now(), base::DumpJson(issue))}};
}

bool IsIssue(const Json& issue) {
  return issue.is_object() && issue.contains("id") && issue["id"].is_number_integer();
}

tools::ToolError Malformed(bool effect) {
  // A 2xx whose body is no issue: something was taken, and nobody knows what.
  return MakeToolError(effect ? "in_doubt" : "malformed_upstream",
                       StrCat(kSystem, " answered what is no issue"),
                       "업무 요청 시스템(Redmine)의 응답을 알아볼 수 없습니다");
}

// Redmine ignores a field that it does not know, in a new issue as in a filter: the key has to be
// seen in the issue.
bool HoldsKey(const Json& issue, const std::string& key) {
  for (const Json& field : issue.value("custom_fields", Json::array())) {
    if (StringOr(field, "value", "") == key) return true;
  }
  return false;
}

// It is registered, which no error may hide.
tools::ToolError NotFindable(int64_t field) {
  return MakeToolError(
      "partial",
      StrCat("Redmine keeps no key on it, since its project or tracker has no custom field ", field,
             " (key_field_id): had the answer been lost, it could not have been found again."),
      StrCat("프로젝트나 업무 유형에 사용자 정의 필드 ", field,
             "번(key_field_id)이 없어 Redmine에 키가 남지 않았습니다. 응답을 받지 못했다면 등록 "
             "여부를 확인할 수 없었을 것입니다."));
}

// 422: what Redmine did not like, in its own words.
tools::ToolError Refused(const HttpResponse& response) {
  const auto json = base::ParseJson(response.body, kSystem);
  std::vector<std::string> words;
  if (json.ok() && json->is_object()) {
    for (const Json& error : json->value("errors", Json::array()))
      words.push_back(error.is_string() ? error.get<std::string>() : "");
  }
  return MakeToolError("invalid_argument",
                       StrCat(kSystem, " refused the request: ", base::StrJoin(words, "; ")),
                       StrCat("업무 요청 시스템(Redmine)이 등록을 거절했습니다: ",
                              base::Quoted(base::StrJoin(words, "; "))));
}

}  // namespace

absl::StatusOr<QueueMap> QueueMap::Load(const std::string& path) {
  ASSIGN_OR_RETURN(const Json json, base::ReadJsonFile(path, {"queue map", "창구 대응표"}));
  const auto wrong = [&](std::string_view english, std::string_view korean) {
    return base::Error(absl::StatusCode::kInvalidArgument, StrCat("queue map ", path, english),
                       StrCat("창구 대응표 ", path, ": ", korean));
  };
  QueueMap map;
  if (!json.is_object()) return wrong(" is no object", "객체가 아닙니다");
  map.default_project = StringOr(json, "default_project", "");
  map.tracker_id = base::IntOr(json, "tracker_id", 0);
  map.key_field_id = base::IntOr(json, "key_field_id", 0);
  const Json projects = json.value("projects", Json::object());
  for (const auto& [queue, project] : projects.items()) {
    if (!project.is_string())
      return wrong(StrCat(": project of '", queue, "' is no word"),
                   StrCat("'", queue, "'의 프로젝트가 글이 아닙니다"));
    map.projects[queue] = project.get<std::string>();
  }
  if (map.default_project.empty() || map.key_field_id <= 0) {
    return wrong(": 'default_project' and 'key_field_id' are needed",
                 "'default_project'와 'key_field_id'가 필요합니다");
  }
  return map;
}

Fallible<Json> Tickets::Exchange(const std::string& method, const std::string& path,
                                 const std::string& body, const tools::CallContext& context) const {
  const bool effect = method != "GET";
  const HttpRequest request{
      method,
      StrCat(options_.base_url, path),
      {{"X-Redmine-API-Key", options_.api_key}, {"Content-Type", "application/json"}},
      body};
  const auto response = http_.Do(request, context);
  if (!response.ok()) return FromHttpStatus(response.status(), kTracker, effect);
  if (response->status == 422) return Refused(*response);
  if (response->status < 200 || response->status > 299)
    return FromHttpResponse(*response, kTracker, effect);
  auto json = base::ParseJson(response->body, kSystem);
  if (!json.ok() || !json->is_object()) return Malformed(effect);
  return *std::move(json);
}

ToolOutcome Tickets::Create(const tools::ToolCall& call, const tools::CallContext& context) const {
  const std::string queue = StringOr(call.arguments(), "queue", "");
  const auto project = queues_.projects.find(queue);
  if (!queue.empty() && project == queues_.projects.end()) {
    return MakeToolError("not_found", StrCat("no project takes requests of queue '", queue, "'"),
                         StrCat("'", queue, "' 요청을 받는 프로젝트가 없습니다"));
  }
  Json issue = {
      {"project_id", queue.empty() ? queues_.default_project : project->second},
      {"subject", StringOr(call.arguments(), "title", "")},
      {"description", StrCat("요청자: ", call.requester, "\n마루가 승인을 거쳐 등록했습니다.")},
      {"custom_fields", {{{"id", queues_.key_field_id}, {"value", KeyValue(call)}}}}};
  if (queues_.tracker_id > 0) issue["tracker_id"] = queues_.tracker_id;
  if (const std::string due = StringOr(call.arguments(), "due", ""); !due.empty())
    issue["due_date"] = due;
  ASSIGN_OR_FAIL(const Json answer,
                 Exchange("POST", "/issues.json", base::DumpJson({{"issue", issue}}), context));
  const Json created = answer.value("issue", Json());
  if (!IsIssue(created)) return Malformed(true);
  tools::ToolResult result = Created(created);
  if (!HoldsKey(created, KeyValue(call))) {
    base::LogError("tickets.key_not_kept", {{"field_id", queues_.key_field_id}});
    result.remark = NotFindable(queues_.key_field_id);
  }
  return result;
}

// A key that Redmine does not know makes it answer as to a stranger, with nothing in its lists:
// that is no "not found".
std::optional<tools::ToolError> Tickets::CheckKey(const tools::CallContext& context) const {
  const auto answer = Exchange("GET", "/users/current.json", "", context);
  if (answer.ok()) return std::nullopt;
  return answer.error();
}

std::optional<ToolOutcome> Tickets::Settle(const tools::ToolCall& call,
                                           const tools::CallContext& context) const {
  if (auto error = CheckKey(context)) return *error;
  const std::string path =
      StrCat("/issues.json?status_id=*&limit=1&cf_", queues_.key_field_id, "=", KeyValue(call));
  const auto answer = Exchange("GET", path, "", context);
  if (!answer.ok()) return answer.error();
  if (!answer->contains("issues") || !(*answer)["issues"].is_array()) return Malformed(false);
  if ((*answer)["issues"].empty()) return std::nullopt;
  const Json& found = (*answer)["issues"][0];
  if (!IsIssue(found) || !HoldsKey(found, KeyValue(call))) return Malformed(false);
  return Created(found);
}

// Which fields an issue can hold Redmine tells nobody but its administrators, unless there is an
// issue: it shows them all, empty ones too, as they are attached now.
std::optional<tools::ToolError> Tickets::CheckField(const std::string& project,
                                                    const tools::CallContext& context) const {
  const auto answer = Exchange("GET",
                               StrCat("/projects/", project,
                                      "/issues.json?status_id=*&subproject_id=!*&sort=id:desc&"
                                      "limit=1&tracker_id=",
                                      queues_.tracker_id),
                               "", context);
  if (!answer.ok()) return std::nullopt;
  const Json issues = answer->value("issues", Json::array());
  if (!issues.is_array() || issues.empty() || !IsIssue(issues[0])) return std::nullopt;
  for (const Json& field : issues[0].value("custom_fields", Json::array())) {
    if (base::IntOr(field, "id", 0) == queues_.key_field_id) return std::nullopt;
  }
  return MakeToolError(
      "not_found",
      StrCat("project '", project, "': tracker ", queues_.tracker_id, " has no custom field ",
             queues_.key_field_id,
             " (key_field_id); attach it to both, so that a request whose "
             "answer is lost can be found again"),
      StrCat("'", project, "' 프로젝트의 업무 유형 ", queues_.tracker_id, "번에 사용자 정의 필드 ",
             queues_.key_field_id,
             "번(key_field_id)이 없습니다. 응답을 받지 못한 요청을 찾을 수 있도록 프로젝트와 업무 "
             "유형에 모두 추가하십시오"));
}

// Without a tracker each project has its own.
std::optional<tools::ToolError> Tickets::Look(absl::Time deadline) const {
  const tools::CallContext context{deadline, {}};
  if (auto error = CheckKey(context)) return error;
  if (queues_.tracker_id == 0) return std::nullopt;
  std::set<std::string> projects = {queues_.default_project};
  for (const auto& [queue, project] : queues_.projects) projects.insert(project);
  for (const std::string& project : projects) {
    if (auto error = CheckField(project, context)) return error;
  }
  return std::nullopt;
}

}  // namespace connectors::administration
