#include "connectors/medical/fhir.h"

#include <set>

#include "connectors/medical/record.h"
#include "model_core/base/strings.h"

namespace connectors::medical {
namespace {

using base::Json;
using base::StrCat;
using tools::MakeToolError;
using tools::ToolError;

constexpr int kPagesMax = 20;
constexpr SystemName kServer = {kFhirServer, "FHIR 서버"};

std::string Query(const Parameters& parameters) {
  std::string query;
  for (const auto& [name, value] : parameters)
    query += StrCat(query.empty() ? "?" : "&", name, "=", UrlEncode(value));
  return query;
}

std::string NextPage(const Json& bundle) {
  for (const Json& link : Member(bundle, "link")) {
    if (base::StringOr(link, "relation", "") == "next") return base::StringOr(link, "url", "");
  }
  return "";
}

// Whether `url` is of `service`: another host may begin with the same letters
// ("http://fhir.example" + ".org/", "…:80" + "@other/"), and the credential goes with the request.
bool IsOf(std::string_view service, std::string_view url) {
  while (service.ends_with('/')) service.remove_suffix(1);
  if (!url.starts_with(service)) return false;
  return url.size() == service.size() || url[service.size()] == '/' || url[service.size()] == '?';
}

bool IsAbout(const Json& resource, const std::string& patient_id) {
  const Json& subject =
      resource.contains("subject") ? Member(resource, "subject") : Member(resource, "patient");
  return RefersTo(subject, StrCat("Patient/", patient_id));
}

// A search finds nothing, but is there: what says otherwise is another server, or another address.
ToolError NoSearch(const std::string& type) {
  return MakeToolError("unreachable",
                       StrCat(kFhirServer, ": no search for ", type, " stands at its address"),
                       StrCat("FHIR 서버: 설정된 주소에서 ", type, " 검색을 찾을 수 없습니다"));
}

ToolError FhirConflict() {
  return MakeToolError("version_conflict",
                       StrCat(kFhirServer, ": the record has changed since it was read"),
                       "FHIR 서버: 읽은 뒤에 자료가 바뀌었습니다");
}

}  // namespace

ToolError MalformedFhir(std::string_view detail_en, std::string_view detail_ko) {
  return MakeToolError("malformed_upstream", StrCat(kFhirServer, ": ", detail_en),
                       StrCat("FHIR 서버: ", detail_ko));
}

std::string SearchEscape(const std::string& value) {
  std::string escaped;
  for (char c : value) {
    if (c == '\\' || c == ',' || c == '|' || c == '$') escaped += '\\';
    escaped += c;
  }
  return escaped;
}

std::string SearchToken(const std::string& system, const std::string& value) {
  return StrCat(system, "|", SearchEscape(value));
}

Fallible<Fhir::Answer> Fhir::Exchange(HttpRequest request, const tools::CallContext& context,
                                      bool effect) const {
  const bool updates = request.method == "PUT";
  request.headers.emplace_back("Accept", "application/fhir+json");
  if (!options_.bearer_token.empty())
    request.headers.emplace_back("Authorization", "Bearer " + options_.bearer_token);
  auto response = http_.Do(request, context);
  if (!response.ok()) return FromHttpStatus(response.status(), kServer, effect);
  const bool conflict = response->status == 409 || response->status == 412;
  if (updates && conflict) return FhirConflict();
  if (response->status < 200 || response->status > 299)
    return FromHttpResponse(*response, kServer, effect);
  Answer answer{Json(), std::move(response->body), clock_.Now()};
  if (answer.bytes.empty()) return answer;  // a create may answer without the resource
  auto json = base::ParseJson(answer.bytes, "answer", "응답");
  if (!json.ok())
    return MalformedFhir(base::Message(json.status(), base::Language::kEnglish),
                         base::Message(json.status(), base::Language::kKorean));
  answer.json = *std::move(json);
  return answer;
}

Record Fhir::ToRecord(const Json& resource, const Answer& answer) const {
  const std::string reference =
      StrCat(base::StringOr(resource, "resourceType", ""), "/", base::StringOr(resource, "id", ""));
  const std::string version = base::StringOr(Member(resource, "meta"), "versionId", "");
  return {resource, MakeOrigin(kSystem, reference, version, answer.time, answer.bytes)};
}

Fallible<Records> Fhir::Search(const std::string& type, const Parameters& parameters,
                               const tools::CallContext& context) const {
  Parameters asked = parameters;
  asked.emplace_back("_count", "200");
  std::string url = StrCat(options_.base_url, "/", type, Query(asked));
  Records found;
  std::set<std::string> known;  // what moves to the next page meanwhile comes twice
  int64_t seen = 0;             // entries of the type, as a server counts them that joins tables
  for (int page = 0; page < kPagesMax; ++page) {
    const Fallible<Answer> exchanged = Exchange({"GET", url, {}, ""}, context);
    if (!exchanged.ok())
      return exchanged.error().code == "not_found" ? NoSearch(type) : exchanged.error();
    const Answer& answer = *exchanged;
    if (base::StringOr(answer.json, "resourceType", "") != "Bundle")
      return MalformedFhir("no Bundle", "Bundle이 아닌 응답입니다");
    for (const Json& entry : Member(answer.json, "entry")) {
      const Json& resource = Member(entry, "resource");
      if (base::StringOr(resource, "resourceType", "") != type) continue;
      ++seen;
      const std::string id = base::StringOr(resource, "id", "");
      if (id.empty() || known.insert(id).second) found.push_back(ToRecord(resource, answer));
    }
    url = NextPage(answer.json);
    if (url.empty()) {
      if (base::IntOr(answer.json, "total", 0) <= seen) return found;
      break;
    }
    if (!IsOf(options_.base_url, url))
      return MalformedFhir("the next page is on another server",
                           "다음 쪽이 다른 서버를 가리킵니다");
  }
  return MakeToolError("partial", StrCat(kFhirServer, ": not every ", type, " could be read"),
                       StrCat("FHIR 서버: ", type, " 자료를 모두 읽지 못했습니다"));
}

Fallible<Records> Fhir::SearchPatient(const std::string& type, const std::string& patient_id,
                                      Parameters parameters,
                                      const tools::CallContext& context) const {
  parameters.emplace_back("patient", StrCat("Patient/", patient_id));
  ASSIGN_OR_FAIL(Records found, Search(type, parameters, context));
  for (const Record& record : found) {
    if (!IsAbout(record.resource, patient_id))
      return MalformedFhir("a record of another patient", "다른 환자의 기록이 섞여 왔습니다");
  }
  return found;
}

Fallible<Record> Fhir::Read(const std::string& reference, const tools::CallContext& context) const {
  ASSIGN_OR_FAIL(Answer answer,
                 Exchange({"GET", StrCat(options_.base_url, "/", reference), {}, ""}, context));
  if (!reference.starts_with(base::StringOr(answer.json, "resourceType", "-") + "/")) {
    return MalformedFhir(StrCat("no ", reference), "다른 종류의 자료가 왔습니다");
  }
  return ToRecord(answer.json, answer);
}

Fallible<bool> Fhir::Ping(const tools::CallContext& context) const {
  HttpRequest request{"GET", StrCat(options_.base_url, "/Patient?_summary=count"), {}, ""};
  ASSIGN_OR_FAIL(Answer answer, Exchange(std::move(request), context));
  if (base::StringOr(answer.json, "resourceType", "") != "Bundle")
    return MalformedFhir("no Bundle", "Bundle이 아닌 응답입니다");
  return true;
}

}  // namespace connectors::medical
