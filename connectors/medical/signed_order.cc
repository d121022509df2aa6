#include "connectors/medical/signed_order.h"

#include "connectors/medical/record.h"
#include "model_core/base/strings.h"
#include "tools/catalogue.h"

namespace connectors::medical {
namespace {

using base::Json;
using base::StrCat;

// Ids of what is contained begin with it.
constexpr char kOurs[] = "maru-";
constexpr char kSignatureId[] = "maru-signature";

Json Coded(const char* system, const std::string& code, const std::string& text = "") {
  Json concept_value = {{"coding", Json::array({{{"system", system}, {"code", code}}})}};
  if (!text.empty()) concept_value["text"] = text;
  return concept_value;
}

Json Reason(const std::string& code) {
  const auto& words = *tools::Catalogue::BuiltIn().Enumeration("override");
  const auto known = words.find(code);
  const bool named = known != words.end() && !known->second.empty();
  return Coded("urn:maru:override", code, named ? known->second.front() : "");
}

Json Staff(const FhirOptions& options, const std::string& principal) {
  return {{"identifier", {{"system", options.practitioner_system}, {"value", principal}}}};
}

Json Signer(const FhirOptions& options, const Signature& signature) {
  Json person = Staff(options, signature.signer);
  person["reference"] = signature.signer_reference;
  return person;
}

Json Agent(const char* role, Json who) {
  constexpr char kRoles[] = "http://terminology.hl7.org/CodeSystem/provenance-participant-type";
  return {{"type", Coded(kRoles, role)}, {"who", std::move(who)}};
}

Json ProvenanceOf(const FhirOptions& options, const Signature& signature) {
  constexpr char kCompletion[] = "http://terminology.hl7.org/CodeSystem/v3-DocumentCompletion";
  Json provenance = {{"resourceType", "Provenance"},
                     {"id", kSignatureId},
                     {"target", Json::array({{{"reference", "#"}}})},
                     {"recorded", signature.time},
                     {"activity", Coded(kCompletion, "LA")}};  // legally authenticated
  if (!signature.reason.empty()) provenance["reason"] = Json::array({Reason(signature.reason)});
  provenance["agent"] = Json::array({Agent("legal", Signer(options, signature)),
                                     Agent("enterer", Staff(options, signature.requester)),
                                     Agent("assembler", {{"display", "Maru"}})});
  provenance["entity"] = Json::array(
      {{{"role", "source"},
        {"what",
         {{"identifier", {{"system", "urn:maru:call-hash"}, {"value", signature.call_hash}}}}}}});
  return provenance;
}

Json IssueOf(const FhirOptions& options, const Signature& signature, const Json& patient,
             const Finding& finding, const std::string& id) {
  Json issue = {{"resourceType", "DetectedIssue"}, {"id", id}, {"status", "final"}};
  issue["code"] = {{"text", finding.rule}};
  if (finding.outcome != Outcome::kNotChecked)
    issue["severity"] = finding.outcome == Outcome::kContraindicated ? "high" : "moderate";
  issue["patient"] = patient;
  issue["identifiedDateTime"] = signature.time;
  issue["detail"] =
      StrCat(finding.drug, finding.with.empty() ? "" : " + ", finding.with, ": ", finding.reason);
  if (!signature.reason.empty()) {
    issue["mitigation"] = Json::array({{{"action", Reason(signature.reason)},
                                        {"date", signature.time},
                                        {"author", Signer(options, signature)}}});
  }
  return issue;
}

// Contains `resource` in the order, which refers to it from the list `member`.
void Contain(Json& order, Json resource, const char* member) {
  order[member].push_back({{"reference", StrCat("#", resource["id"].get<std::string>())}});
  order["contained"].push_back(std::move(resource));
}

// A draft may be a copy of a signed order.
void DropOurs(Json& order) {
  const auto drop = [&order](const char* list, const char* member, const std::string& prefix) {
    if (!order.contains(list)) return;
    Json kept = Json::array();
    for (const Json& entry : order[list]) {
      if (!base::StringOr(entry, member, "").starts_with(prefix)) kept.push_back(entry);
    }
    kept.empty() ? static_cast<void>(order.erase(list)) : static_cast<void>(order[list] = kept);
  };
  drop("contained", "id", kOurs);
  drop("eventHistory", "reference", StrCat("#", kOurs));
  drop("detectedIssue", "reference", StrCat("#", kOurs));
}

// Who wrote the draft: who is on record as that, else who asked for it, if that is a practitioner.
Json Recorder(const FhirOptions& options, const Json& draft, const std::string& requester) {
  if (const Json& recorder = Member(draft, "recorder"); recorder.is_object()) return recorder;
  const Json& asked = Member(draft, "requester");
  const bool practitioner =
      base::StringOr(asked, "reference", "").find("Practitioner") != std::string::npos ||
      base::StringOr(Member(asked, "identifier"), "system", "") == options.practitioner_system;
  return practitioner ? asked : Staff(options, requester);
}

}  // namespace

Json SignedOrder(const FhirOptions& options, Json draft, const Signature& signature,
                 const std::vector<Finding>& findings) {
  Json order = std::move(draft);
  DropOurs(order);
  if (order.contains("meta")) {  // the server's to set
    order["meta"].erase("versionId");
    order["meta"].erase("lastUpdated");
  }
  order["status"] = "active";
  const std::string intent = base::StringOr(order, "intent", "");
  if (intent == "proposal" || intent == "plan") order["intent"] = "order";
  order["identifier"].push_back({{"system", options.key_system}, {"value", signature.key}});
  order["recorder"] = Recorder(options, order, signature.requester);
  order["requester"] = Signer(options, signature);
  for (size_t i = 0; i < findings.size(); ++i) {
    Contain(
        order,
        IssueOf(options, signature, order["subject"], findings[i], StrCat(kOurs, "issue-", i + 1)),
        "detectedIssue");
  }
  Contain(order, ProvenanceOf(options, signature), "eventHistory");
  return order;
}

bool SignedUnder(const FhirOptions& options, const Json& order, const std::string& key) {
  if (base::StringOr(order, "status", "") == "draft") return false;
  for (const Json& identifier : Member(order, "identifier")) {
    if (base::StringOr(identifier, "system", "") == options.key_system &&
        base::StringOr(identifier, "value", "") == key)
      return true;
  }
  return false;
}

std::string SignedAt(const Json& order) {
  for (const Json& contained : Member(order, "contained")) {
    if (base::StringOr(contained, "id", "") == kSignatureId)
      return base::StringOr(contained, "recorded", "");
  }
  return "";
}

}  // namespace connectors::medical
