// The file that an export travels in: JSON, format "maru-audit-export/1".
#include <algorithm>
#include <map>
#include <set>
#include <utility>

#include "model_core/base/strings.h"
#include "policies/audit/hashes.h"
#include "policies/audit_log.h"

namespace policies {
namespace {

using base::Json;
using base::StrCat;
using base::StringOr;

constexpr std::string_view kFormat = "maru-audit-export/1";
constexpr std::string_view kFileEnglish = "audit export", kFileKorean = "감사 내보내기 파일";

Json ProofJson(const std::vector<base::Digest>& proof) {
  Json out = Json::array();
  for (const base::Digest& digest : proof) out.push_back(base::Hex(digest));
  return out;
}

// A file may have been edited into any shape.
absl::Status Malformed(std::string_view english, std::string_view korean) {
  return base::Error(absl::StatusCode::kInvalidArgument, english, korean);
}

// `status` with the place before it that it is about.
absl::Status At(const absl::Status& status, std::string_view english, std::string_view korean) {
  if (status.ok()) return status;
  return base::Error(status.code(),
                     StrCat(english, ": ", base::Message(status, base::Language::kEnglish)),
                     StrCat(korean, ": ", base::Message(status, base::Language::kKorean)));
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

absl::Status CheckTexts(const Json& object, const Names& names) {
  for (const std::string_view name : names) {
    if (!object[std::string(name)].is_string())
      return Malformed(StrCat("'", name, "' is no text"),
                       StrCat("'", name, "' 항목이 글이 아닙니다"));
  }
  return absl::OkStatus();
}

absl::StatusOr<std::vector<Json>> List(const Json& object, const char* name) {
  if (object[name].is_array()) return object[name].get<std::vector<Json>>();
  return Malformed(StrCat("'", name, "' is not a list"),
                   StrCat("'", name, "' 항목이 목록이 아닙니다"));
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
    if (!item.is_string() || !IsHash(item.get<std::string>())) {
      return Malformed("a proof hash is not 64 digits of small hex",
                       "증명의 해시가 소문자 16진수 64자리가 아닙니다");
    }
    const std::string bytes = base::HexDecode(item.get<std::string>());
    base::Digest digest{};
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
  RETURN_IF_ERROR(
      CheckTexts(item, {"id", "run", "time", "actor", "type", "salt", "payload_sha256"}));
  const int64_t index = base::IntOr(item, "index", -1);
  if (index < 0 || !item["index"].is_number_integer())  // no hash is over it: one spelling
    return Malformed("a record has no place in the log", "기록에 감사 기록에서의 자리가 없습니다");
  AuditExport::Entry entry;
  entry.index = static_cast<uint64_t>(index);
  entry.record = {StringOr(item, "id", ""),   StringOr(item, "run", ""),
                  StringOr(item, "time", ""), StringOr(item, "actor", ""),
                  StringOr(item, "type", ""), item["payload"],
                  StringOr(item, "salt", ""), StringOr(item, "payload_sha256", "")};
  ASSIGN_OR_RETURN(entry.proof, ParseProof(item["proof"]));
  entry.withheld = base::BoolOr(item, "withheld", false);
  if (item.contains("withheld") && !(entry.withheld && item["payload"].is_null()))
    return Malformed("'withheld' stands at what is not",
                     "제공된 기록에 'withheld' 항목이 있습니다");
  return entry;
}

absl::StatusOr<AuditExport::Earlier> ParseEarlier(const Json& item) {
  if (!item.is_object())
    return Malformed("an earlier checkpoint is not a JSON object",
                     "이전 체크포인트가 JSON 객체가 아닙니다");
  RETURN_IF_ERROR(CheckMembers(item, {"checkpoint", "proof"}));
  RETURN_IF_ERROR(CheckTexts(item, {"checkpoint"}));
  AuditExport::Earlier earlier{StringOr(item, "checkpoint", ""), {}};
  ASSIGN_OR_RETURN(earlier.proof, ParseProof(item["proof"]));
  return earlier;
}

absl::StatusOr<AuditExport> ParseBundle(const Json& json) {
  RETURN_IF_ERROR(CheckMembers(
      json, {"format", "run", "verifier_key", "checkpoint", "earlier", "records"}, "policies"));
  RETURN_IF_ERROR(CheckTexts(json, {"run", "verifier_key", "checkpoint"}));
  AuditExport bundle;
  bundle.run_id = StringOr(json, "run", "");
  bundle.verifier_key = StringOr(json, "verifier_key", "");
  bundle.checkpoint = StringOr(json, "checkpoint", "");
  ASSIGN_OR_RETURN(const std::vector<Json> records, List(json, "records"));
  for (const Json& item : records) {
    auto entry = ParseEntry(item);
    const size_t place = bundle.entries.size();
    RETURN_IF_ERROR(At(entry.status(), StrCat("record ", place), StrCat(place, "번째 기록")));
    bundle.entries.push_back(*std::move(entry));
  }
  ASSIGN_OR_RETURN(const std::vector<Json> checkpoints, List(json, "earlier"));
  for (const Json& item : checkpoints) {
    auto earlier = ParseEarlier(item);
    const size_t place = bundle.earlier.size();
    RETURN_IF_ERROR(At(earlier.status(), StrCat("earlier checkpoint ", place),
                       StrCat(place, "번째 이전 체크포인트")));
    bundle.earlier.push_back(*std::move(earlier));
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
  for (const AuditExport::Entry& entry : bundle.entries)
    versions.insert(StringOr(base::Member(entry.record.payload, "body"), "policy_version", ""));
  versions.erase("");
  return versions;
}

std::set<size_t> RefusedAnswers(const AuditExport& bundle) {
  struct Open {
    std::string step;
    std::set<size_t> records;
  };
  std::map<std::string, Open> open;  // by approval id
  std::set<size_t> refused;
  for (size_t i = 0; i < bundle.entries.size(); ++i) {
    const std::string& type = bundle.entries[i].record.type;
    const Json& body = base::Member(bundle.entries[i].record.payload, "body");
    const std::string id = StringOr(body, "approval_id", ""), step = StringOr(body, "step", "");
    if (type == "approval.requested") open[id] = {step, {i}};
    if (type == "approval.decided") open[id].records.insert(i);
    if (type == "approval.seal_broken") refused.merge(std::exchange(open[id].records, {}));
    if (!type.starts_with("effect.")) continue;
    for (auto& [approval, of] : open) {
      if (of.step == step) of.records.clear();
    }
  }
  return refused;
}

absl::StatusOr<AuditExport> ParseAuditExport(const Json& json) {
  if (StringOr(json, "format", "") != kFormat) {
    return base::Error(absl::StatusCode::kInvalidArgument,
                       StrCat("not an audit export of format ", kFormat),
                       StrCat("감사 내보내기 파일(", kFormat, ")이 아닙니다"));
  }
  auto bundle = ParseBundle(json);
  if (bundle.ok()) return bundle;
  return At(bundle.status(), kFileEnglish, kFileKorean);
}

absl::StatusOr<AuditExport> ReadAuditExport(std::string_view text, std::string_view what) {
  ASSIGN_OR_RETURN(const Json json, base::ParseJson(text, what));
  if (const auto key = RepeatedKey(text)) {
    return At(Malformed(StrCat("'", *key, "' stands twice in one object"),
                        StrCat("한 객체에 '", *key, "' 항목이 두 번 있습니다")),
              kFileEnglish, kFileKorean);
  }
  return ParseAuditExport(json);
}

}  // namespace policies
