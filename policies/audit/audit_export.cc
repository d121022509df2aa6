// The file that an export travels in: JSON, format "maru-audit-export/1".
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
  const int64_t index = base::IntOr(item, "index", -1);
  if (index < 0)
    return Malformed("a record has no place in the log", "기록에 감사 기록에서의 자리가 없습니다");
  AuditExport::Entry entry;
  entry.index = static_cast<uint64_t>(index);
  entry.record = {StringOr(item, "id", ""),   StringOr(item, "run", ""),
                  StringOr(item, "time", ""), StringOr(item, "actor", ""),
                  StringOr(item, "type", ""), item.value("payload", Json()),
                  StringOr(item, "salt", ""), StringOr(item, "payload_sha256", "")};
  ASSIGN_OR_RETURN(entry.proof, ParseProof(item.value("proof", Json())));
  return entry;
}

absl::StatusOr<AuditExport::Earlier> ParseEarlier(const Json& item) {
  if (!item.is_object())
    return Malformed("an earlier checkpoint is not a JSON object",
                     "이전 체크포인트가 JSON 객체가 아닙니다");
  AuditExport::Earlier earlier{StringOr(item, "checkpoint", ""), {}};
  ASSIGN_OR_RETURN(earlier.proof, ParseProof(item.value("proof", Json())));
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
  }
  Json earlier = Json::array();
  for (const AuditExport::Earlier& checkpoint : bundle.earlier) {
    earlier.push_back(
        {{"checkpoint", checkpoint.checkpoint}, {"proof", ProofJson(checkpoint.proof)}});
  }
  return {{"format", kFormat},
          {"run", bundle.run_id},
          {"verifier_key", bundle.verifier_key},
          {"checkpoint", bundle.checkpoint},
          {"earlier", std::move(earlier)},
          {"records", std::move(entries)}};
}

absl::StatusOr<AuditExport> ParseAuditExport(const Json& json) {
  if (StringOr(json, "format", "") != kFormat) {
    return base::Error(absl::StatusCode::kInvalidArgument,
                       StrCat("not an audit export of format ", kFormat),
                       StrCat("감사 내보내기 파일(", kFormat, ")이 아닙니다"));
  }
  AuditExport bundle;
  bundle.run_id = StringOr(json, "run", "");
  bundle.verifier_key = StringOr(json, "verifier_key", "");
  bundle.checkpoint = StringOr(json, "checkpoint", "");
  for (const Json& item : json.value("records", Json::array())) {
    ASSIGN_OR_RETURN(AuditExport::Entry entry, ParseEntry(item));
    bundle.entries.push_back(std::move(entry));
  }
  for (const Json& item : json.value("earlier", Json::array())) {
    ASSIGN_OR_RETURN(AuditExport::Earlier earlier, ParseEarlier(item));
    bundle.earlier.push_back(std::move(earlier));
  }
  return bundle;
}

}  // namespace policies
