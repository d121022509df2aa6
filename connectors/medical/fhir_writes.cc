// What is written to a FHIR server: created once for its key, or put in the place of the version
// that was read.
#include "connectors/medical/fhir.h"
#include "model_core/base/strings.h"
#include "model_core/base/text.h"

namespace connectors::medical {

using base::Json;
using base::StrCat;

Fallible<Record> Fhir::CreateOnce(const Json& resource, const std::string& identifier,
                                  const tools::CallContext& context) const {
  const std::string type = base::StringOr(resource, "resourceType", "");
  HttpRequest request{"POST", StrCat(options_.base_url, "/", type), {}, base::DumpJson(resource)};
  request.headers.emplace_back("Content-Type", "application/fhir+json");
  // Conditional on its key: the executor may repeat it when the answer is lost.
  request.headers.emplace_back("If-None-Exist", StrCat("identifier=", UrlEncode(identifier)));
  request.headers.emplace_back("Prefer", "return=representation");
  ASSIGN_OR_FAIL(Answer answer, Exchange(std::move(request), context, /*effect=*/true));
  if (base::StringOr(answer.json, "resourceType", "") == type) return ToRecord(answer.json, answer);
  Fallible<Records> found = Search(type, {{"identifier", identifier}}, context);
  if (!found.ok()) return Unconfirmed(found.error());
  if (found->size() != 1)
    return MalformedFhir("a create that is not there", "저장한 자료를 찾을 수 없습니다");
  return std::move(found->front());
}

Fallible<Record> Fhir::Update(const Json& resource, const std::string& version,
                              const tools::CallContext& context) const {
  const std::string reference =
      StrCat(base::StringOr(resource, "resourceType", ""), "/", base::StringOr(resource, "id", ""));
  if (version.empty())
    return MalformedFhir(StrCat(reference, " has no version"),
                         StrCat(reference, "에 버전이 없어 고칠 수 없습니다"));
  HttpRequest request{
      "PUT", StrCat(options_.base_url, "/", reference), {}, base::DumpJson(resource)};
  request.headers.emplace_back("Content-Type", "application/fhir+json");
  request.headers.emplace_back("If-Match", StrCat("W/\"", version, "\""));
  request.headers.emplace_back("Prefer", "return=representation");
  ASSIGN_OR_FAIL(Answer answer, Exchange(std::move(request), context, /*effect=*/true));
  if (ToRecord(answer.json, answer).origin.record == reference)
    return ToRecord(answer.json, answer);
  Fallible<Record> stands = Read(reference, context);
  if (stands.ok()) return stands;
  return tools::MakeToolError(
      "in_doubt",
      StrCat(kFhirServer, ": ", reference,
             " was written and cannot be read back: ", stands.error().message_en),
      StrCat("FHIR 서버: 저장한 ", reference, base::Particle(reference, "을"),
             " 다시 읽을 수 없습니다: ", stands.error().message_ko));
}

}  // namespace connectors::medical
