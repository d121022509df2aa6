// The file that an export travels in: JSON, format "maru-audit-export/1".
#include <algorithm>
#include <set>

#include "model_core/base/strings.h"
#include "policies/audit_log.h"

namespace policies {
namespace {

using base::Json;
using base::StrCat;
using base::StringOr;

constexpr std::string_view kFormat = "maru-audit-export/1";

Json ProofJson(const std::vector<base::Digest>& proof) {
  Json out = Json::array();
  for (const base::Digest& digest : proof) out.push_back(base::Hex(digest));
  return out;
}

// A file may have been edited into any shape.
absl::Status Malformed(std::string_view english, std::string_view korean) {
  return base::Error(absl::StatusCode::kInvalidArgument, StrCat("audit export: ", english),
                     StrCat("감사 내보내기 파일: ", korean));
}

using Names = std::vector<std::string_view>;

// All of `needed` and no other: what no check looks at may say anything to whoever reads the file.
absl::Status CheckMembers(const Json& object, const Names& needed, std::string_view optional = "") {
  for (const std::string_view name : needed) {
    if (!object.contains(std::string(name)))
      return Malformed(StrCat("'", name, "' is missing"), StrCat("'", name, "' 항목이 없습니다"));
  }
  for (const auto& [name, value] : object.items()) {
    if (name == optional || std::find(needed.begin(), needed.end(), name) != needed.end()) continue;
    return Malformed(StrCat("unknown member '", name, "'"), StrCat("알 수 없는 항목 '", name, "'"));
  }
  return absl::OkStatus();
}

// The first key that stands twice in one object; `text` is JSON.
std::optional<std::string> RepeatedKey(std::string_view text) {
  std::vector<std::set<std::string>> objects;  // those that are open, the innermost last
  std::optional<std::string> repeated;
  const auto look = [&](int, Json::parse_event_t event, Json& parsed) {
    if (event == Json::parse_event_t::object_start) objects.emplace_back();
    if (event == Json::parse_event_t::object_end) objects.pop_back();
    if (event == Json::parse_event_t::key && !repeated) {
      std::string key = parsed.get<std::string>();
      if (!objects.back().insert(key).second) repeated = std::move(key);
    }
    return true;
  };
  const Json read = Json::parse(text, look, /*allow_exceptions=*/false);
  return read.is_discarded() ? std::nullopt : repeated;
}

absl::StatusOr<std::vector<base::Digest>> ParseProof(const Json& json) {
  std::vector<base::Digest> proof;
  if (!json.is_array()) return Malformed("a proof is not a list", "증명이 목록이 아닙니다");
  for (const Json& item : json) {
    const std::string bytes = item.is_string() ? base::HexDecode(item.get<std::string>()) : "";
    base::Digest digest{};
    if (bytes.size() != digest.size())
      return Malformed("a proof hash is malformed", "증명의 해시가 잘못되었습니다");
    std::copy(bytes.begin(), bytes.end(), digest.begin());
    proof.push_back(digest);
  }
  return proof;
}

absl::StatusOr<AuditExport::Entry> ParseEntry(const Json& item) {
  if (!item.is_object())
    return Malformed("a record is not a JSON object", "기록이 JSON 객체가 아닙니다");
  RETURN_IF_ERROR(CheckMembers(
      item,
      {"index", "id", "run", "time", "actor", "type", "payload", "salt", "payload_sha256", "proof"},
      "withheld"));
  const int64_t index = base::IntOr(item, "index", -1);
  if (index < 0)
    return Malformed("a record has no place in the log", "기록에 감사 기록에서의 자리가 없습니다");
  AuditExport::Entry entry;
  entry.index = static_cast<uint64_t>(index);
  entry.record = {StringOr(item, "id", ""),   StringOr(item, "run", ""),
                  StringOr(item, "time", ""), StringOr(item, "actor", ""),
                  StringOr(item, "type", ""), item["payload"],
                  StringOr(item, "salt", ""), StringOr(item, "payload_sha256", "")};
  ASSIGN_OR_RETURN(entry.proof, ParseProof(item["proof"]));
  entry.withheld = base::BoolOr(item, "withheld", false);
  return entry;
}

absl::StatusOr<AuditExport::Earlier> ParseEarlier(const Json& item) {
  if (!item.is_object())
    return Malformed("an earlier checkpoint is not a JSON object",
                     "이전 체크포인트가 JSON 객체가 아닙니다");
  RETURN_IF_ERROR(CheckMembers(item, {"checkpoint", "proof"}));
  AuditExport::Earlier earlier{StringOr(item, "checkpoint", ""), {}};
  ASSIGN_OR_RETURN(earlier.proof, ParseProof(item["proof"]));
  return earlier;
}

}  // namespace

Json ToJson(const AuditExport& bundle) {
  Json entries = Json::array();
  for (const AuditExport::Entry& entry : bundle.entries) {
    const AuditRecord& record = entry.record;
    entries.push_back({{"index", entry.index},
                       {"id", record.id},
                       {"run", record.run_id},
                       {"time", record.time},
                       {"actor", record.actor},
                       {"type", record.type},
                       {"payload", record.payload},
                       {"salt", record.salt},
                       {"payload_sha256", record.payload_sha256},
                       {"proof", ProofJson(entry.proof)}});
    if (entry.withheld) entries.back()["withheld"] = true;
  }
  Json earlier = Json::array();
  for (const AuditExport::Earlier& checkpoint : bundle.earlier) {
    earlier.push_back(
        {{"checkpoint", checkpoint.checkpoint}, {"proof", ProofJson(checkpoint.proof)}});
  }
  Json json = {{"format", kFormat},
               {"run", bundle.run_id},
               {"verifier_key", bundle.verifier_key},
               {"checkpoint", bundle.checkpoint},
               {"earlier", std::move(earlier)},
               {"records", std::move(entries)}};
  for (const PolicyFiles& files : bundle.policies) json["policies"].push_back(TextsJson(files));
  return json;
}

std::set<std::string> PolicyVersions(const AuditExport& bundle) {
  std::set<std::string> versions;
  for (const AuditExport::Entry& entry : bundle.entries) {
    const Json& payload = entry.record.payload;
    const Json body = payload.is_object() ? payload.value("body", Json()) : Json();
    versions.insert(StringOr(body, "policy_version", ""));
  }
  versions.erase("");
  return versions;
}

absl::StatusOr<AuditExport> ParseAuditExport(const Json& json) {
  if (StringOr(json, "format", "") != kFormat) {
    return base::Error(absl::StatusCode::kInvalidArgument,
                       StrCat("not an audit export of format ", kFormat),
                       StrCat("감사 내보내기 파일(", kFormat, ")이 아닙니다"));
  }
  RETURN_IF_ERROR(CheckMembers(
      json, {"format", "run", "verifier_key", "checkpoint", "earlier", "records"}, "policies"));
  AuditExport bundle;
  bundle.run_id = StringOr(json, "run", "");
  bundle.verifier_key = StringOr(json, "verifier_key", "");
  bundle.checkpoint = StringOr(json, "checkpoint", "");
  for (const Json& item : json["records"]) {
    ASSIGN_OR_RETURN(AuditExport::Entry entry, ParseEntry(item));
    bundle.entries.push_back(std::move(entry));
  }
  for (const Json& item : json["earlier"]) {
    ASSIGN_OR_RETURN(AuditExport::Earlier earlier, ParseEarlier(item));
    bundle.earlier.push_back(std::move(earlier));
  }
  const Json policies = json.contains("policies") ? json["policies"] : Json::array();
  if (!policies.is_array())
    return Malformed("'policies' is not a list", "'policies' 항목이 목록이 아닙니다");
  for (const Json& item : policies) {
    ASSIGN_OR_RETURN(PolicyFiles files, ParsePolicyFiles(item));
    bundle.policies.push_back(std::move(files));
  }
  return bundle;
}

absl::StatusOr<AuditExport> ReadAuditExport(std::string_view text, std::string_view what) {
  ASSIGN_OR_RETURN(const Json json, base::ParseJson(text, what));
  if (const auto key = RepeatedKey(text)) {
    return Malformed(StrCat("'", *key, "' stands twice in one object"),
                     StrCat("한 객체에 '", *key, "' 항목이 두 번 있습니다"));
  }
  return ParseAuditExport(json);
}

}  // namespace policies
