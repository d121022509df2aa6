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

absl::StatusOr<std::vector<base::Digest>> ParseProof(const Json& json) {
  std::vector<base::Digest> proof;
  if (!json.is_array()) return absl::InvalidArgumentError("audit export: a proof is not a list");
  for (const Json& item : json) {
    const std::string bytes = item.is_string() ? base::HexDecode(item.get<std::string>()) : "";
    base::Digest digest{};
    if (bytes.size() != digest.size()) return absl::InvalidArgumentError("audit export: a proof hash is malformed");
    std::copy(bytes.begin(), bytes.end(), digest.begin());
    proof.push_back(digest);
  }
  return proof;
}

// A file may have been edited into any shape.
absl::Status CheckObject(const Json& item) {
  if (item.is_object()) return absl::OkStatus();
  return base::Error(absl::StatusCode::kInvalidArgument, "audit export: a record is not a JSON object",
                     "감사 내보내기 파일의 기록이 JSON 객체가 아닙니다");
}

Verification Bad(uint64_t records, int64_t first_bad, std::string_view english, std::string_view korean) {
  return {false, records, first_bad, std::string(korean), std::string(english)};
}

// The run's own chain: every event once, in order, and as many as its last record says. An erased record may have been
// an event or not: its place is proved, its content is gone.
class JournalChain {
 public:
  std::string Fault(const AuditRecord& record) {
    if (record.payload.is_null()) {
      ++erased_;
      return "";
    }
    const int64_t index = base::IntOr(record.payload, "index", -1);
    if (index < 0) return "";  // not a journal event
    const uint64_t at = static_cast<uint64_t>(index);
    if (at < next_ || at > next_ + erased_) return StrCat("event ", next_, " of the run is missing or out of order");
    erased_ -= at - next_;
    next_ = at + 1;
    if (record.type != "run.ended") return "";
    const int64_t events = base::IntOr(record.payload.value("body", Json::object()), "events", -1);
    return events >= 0 && static_cast<uint64_t>(events) != next_
               ? StrCat("the run says it has ", events, " events, the file holds ", next_)
               : "";
  }

 private:
  uint64_t next_ = 0;    // index of the event that comes next
  uint64_t erased_ = 0;  // records that may have been events in between
};

std::string RecordFault(const AuditExport& bundle, size_t position, const Checkpoint& checkpoint) {
  const AuditExport::Entry& entry = bundle.entries[position];
  const AuditRecord& record = entry.record;
  if (record.run_id != bundle.run_id) return "the record is about another run";
  if (position > 0 && entry.index <= bundle.entries[position - 1].index) return "the record is out of order";
  if (!record.payload.is_null()) {
    AuditRecord sealed = record;
    Seal(sealed, base::HexDecode(record.salt));
    if (sealed.payload_sha256 != record.payload_sha256) return "its content does not match its hash: it was changed";
  }
  if (!VerifyInclusion(LeafHash(record), entry.index, checkpoint.size, entry.proof, checkpoint.root)) {
    return "it is not in the signed log at its place: it was changed, inserted or moved";
  }
  return "";
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
    earlier.push_back({{"checkpoint", checkpoint.checkpoint}, {"proof", ProofJson(checkpoint.proof)}});
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
    return base::Error(absl::StatusCode::kInvalidArgument, StrCat("not an audit export of format ", kFormat),
                       StrCat("감사 내보내기 파일(", kFormat, ")이 아닙니다"));
  }
  AuditExport bundle;
  bundle.run_id = StringOr(json, "run", "");
  bundle.verifier_key = StringOr(json, "verifier_key", "");
  bundle.checkpoint = StringOr(json, "checkpoint", "");
  for (const Json& item : json.value("records", Json::array())) {
    RETURN_IF_ERROR(CheckObject(item));
    AuditExport::Entry entry;
    entry.index = static_cast<uint64_t>(base::IntOr(item, "index", 0));
    entry.record = {StringOr(item, "id", ""),   StringOr(item, "run", ""),  StringOr(item, "time", ""),
                    StringOr(item, "actor", ""), StringOr(item, "type", ""), item.value("payload", Json()),
                    StringOr(item, "salt", ""), StringOr(item, "payload_sha256", "")};
    ASSIGN_OR_RETURN(entry.proof, ParseProof(item.value("proof", Json())));
    bundle.entries.push_back(std::move(entry));
  }
  for (const Json& item : json.value("earlier", Json::array())) {
    RETURN_IF_ERROR(CheckObject(item));
    AuditExport::Earlier earlier{StringOr(item, "checkpoint", ""), {}};
    ASSIGN_OR_RETURN(earlier.proof, ParseProof(item.value("proof", Json())));
    bundle.earlier.push_back(std::move(earlier));
  }
  return bundle;
}

Verification Verify(const AuditExport& bundle, std::string_view trusted_key) {
  const std::string_view key = trusted_key.empty() ? std::string_view(bundle.verifier_key) : trusted_key;
  const uint64_t records = bundle.entries.size();
  auto checkpoint = OpenCheckpoint(bundle.checkpoint, key);
  if (!checkpoint.ok()) {
    return Bad(records, -1, base::Message(checkpoint.status(), base::Language::kEnglish),
               base::Message(checkpoint.status(), base::Language::kKorean));
  }
  if (records == 0) return Bad(0, -1, "the file holds no record", "기록이 하나도 없습니다");
  JournalChain chain;
  for (size_t i = 0; i < bundle.entries.size(); ++i) {
    std::string fault = RecordFault(bundle, i, *checkpoint);
    if (fault.empty()) fault = chain.Fault(bundle.entries[i].record);
    if (fault.empty()) continue;
    const std::string& id = bundle.entries[i].record.id;
    return Bad(records, static_cast<int64_t>(i), StrCat("record ", i, " (", id, "): ", fault),
               StrCat(i, "번째 기록(", id, ")이 맞지 않습니다: ", fault));
  }
  for (const AuditExport::Earlier& earlier : bundle.earlier) {
    auto old = OpenCheckpoint(earlier.checkpoint, key);
    if (!old.ok() || !VerifyConsistency(old->size, old->root, checkpoint->size, checkpoint->root, earlier.proof)) {
      return Bad(records, -1, "an earlier checkpoint is not a prefix of this log: the log was forked",
                 "이전 체크포인트가 이 기록의 앞부분이 아닙니다: 기록이 갈라졌습니다");
    }
  }
  return {true, records, -1, "모든 기록이 맞습니다", "every record holds"};
}

}  // namespace policies
