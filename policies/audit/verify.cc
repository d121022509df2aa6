// Offline verification: signature, place of every record in the signed log, and the run's own
// story.
#include <set>
#include <utility>

#include "model_core/base/strings.h"
#include "policies/audit/hashes.h"
#include "policies/audit/run_story.h"
#include "policies/audit_log.h"

namespace policies {
namespace {

using base::Language;
using base::StrCat;

// What is sealed is unchanged, and stands in the signed log where the file says.
class RecordCheck {
 public:
  RecordCheck(const AuditExport& bundle, const Checkpoint& checkpoint)
      : bundle_(bundle), checkpoint_(checkpoint) {}

  std::optional<Fault> Add(const AuditExport::Entry& entry) {
    const AuditRecord& record = entry.record;
    if (record.run_id != bundle_.run_id)
      return Fault{"it is about another run", "다른 실행의 기록입니다"};
    if (!ids_.insert(record.id).second)
      return Fault{"it stands in the file twice", "같은 기록이 두 번 있습니다"};
    if (entry.index < least_index_) return Fault{"it is out of order", "순서가 맞지 않습니다"};
    least_index_ = entry.index + 1;
    if (record.payload.is_null()) return Contentless(entry.withheld);
    if (!IsHash(record.salt) || !IsHash(record.payload_sha256)) {
      return Fault{"its salt or its hash is not 64 digits of small hex: it was changed",
                   "솔트나 해시가 소문자 16진수 64자리가 아닙니다. 바뀐 기록입니다"};
    }
    if (!ContentHolds(record)) {
      return Fault{"its content does not match its hash: it was changed",
                   "내용이 해시와 달라 바뀐 기록입니다"};
    }
    if (!VerifyInclusion(LeafHash(record), entry.index, checkpoint_.size, entry.proof,
                         checkpoint_.root)) {
      return Fault{"it is not in the signed log at its place: it was changed, inserted or moved",
                   "서명된 기록의 제자리에 없습니다. 바뀌었거나 끼워 넣었거나 옮긴 기록입니다"};
    }
    return std::nullopt;
  }

 private:
  // Nothing erases. What is not there might have been anything: an approval that was refused, or
  // none. So it never holds, whoever took it out.
  static Fault Contentless(bool withheld) {
    if (!withheld) return {"its content was taken out", "내용을 들어낸 기록입니다"};
    return {
        "its content is above the clearance of whoever exported it; export it as someone who may "
        "read it",
        "내보낸 사람의 열람 등급을 넘어 내용이 제공되지 않았습니다. 볼 수 있는 사람이 다시 "
        "내보내야 합니다"};
  }

  static bool ContentHolds(const AuditRecord& record) {
    AuditRecord sealed = record;
    Seal(sealed, base::HexDecode(record.salt));
    return sealed.payload_sha256 == record.payload_sha256;
  }

  const AuditExport& bundle_;
  const Checkpoint& checkpoint_;
  std::set<std::string> ids_;
  uint64_t least_index_ = 0;
};

Verification Failed(const AuditExport& bundle, int64_t first_bad, const Fault& fault) {
  Verification found;
  found.records = bundle.entries.size();
  found.first_bad = first_bad;
  found.reason_en = fault.english;
  found.reason_ko = fault.korean;
  return found;
}

Verification FailedAt(const AuditExport& bundle, size_t position, const Fault& fault) {
  const std::string& id = bundle.entries[position].record.id;
  return Failed(bundle, static_cast<int64_t>(position),
                {StrCat("record ", position, " (", id, "): ", fault.english),
                 StrCat(position, "번째 기록(", id, ")이 맞지 않습니다: ", fault.korean)});
}

std::optional<Fault> Forked(const AuditExport& bundle, const Checkpoint& checkpoint,
                            std::string_view key) {
  uint64_t before = 0;
  for (const AuditExport::Earlier& earlier : bundle.earlier) {
    const auto old = OpenCheckpoint(earlier.checkpoint, key);
    if (old.ok() && old->size <= std::exchange(before, old->size)) {
      return Fault{"earlier checkpoints stand twice or out of order",
                   "이전 체크포인트가 두 번 있거나 순서가 맞지 않습니다"};
    }
    if (old.ok() &&
        VerifyConsistency(old->size, old->root, checkpoint.size, checkpoint.root, earlier.proof))
      continue;
    return Fault{"an earlier checkpoint is not a prefix of this log: the log was forked",
                 "이전 체크포인트가 이 기록의 앞부분이 아닙니다: 기록이 갈라졌습니다"};
  }
  return std::nullopt;
}

// No record says anything of policies that it does not name: they might be anybody's.
std::optional<Fault> Stray(const AuditExport& bundle) {
  std::set<std::string> named = PolicyVersions(bundle);
  for (const PolicyFiles& files : bundle.policies) {
    if (named.erase(files.Version()) == 1) continue;
    return Fault{
        "it carries policies twice, or that no record names: they were changed or added",
        "두 번 들었거나 어느 기록에도 없는 정책이 있습니다. 바뀌었거나 끼워 넣은 정책입니다"};
  }
  return std::nullopt;
}

Verification Holds(const AuditExport& bundle, const RunStory& story, bool key_trusted) {
  Verification found{true, bundle.entries.size(), -1, "모든 기록이 맞습니다", "every record holds"};
  found.ended = story.ended();
  const auto add = [&](std::string_view english, std::string_view korean) {
    found.reason_en += english;
    found.reason_ko += korean;
  };
  if (!found.ended) {
    add("; the run's end is not among them", "; 실행의 끝은 들어 있지 않습니다");
  }
  if (!key_trusted)
    add("; by the key that the file itself names", "; 파일에 적힌 키로 확인했습니다");
  return found;
}

}  // namespace

Verification Verify(const AuditExport& bundle, std::string_view trusted_key) {
  const std::string_view key =
      trusted_key.empty() ? std::string_view(bundle.verifier_key) : trusted_key;
  const auto checkpoint = OpenCheckpoint(bundle.checkpoint, key);
  if (!checkpoint.ok()) {
    return Failed(bundle, -1,
                  {base::Message(checkpoint.status(), Language::kEnglish),
                   base::Message(checkpoint.status(), Language::kKorean)});
  }
  if (bundle.verifier_key != key) {
    return Failed(bundle, -1,
                  {"the file names another key than the one given, which signed it: it was changed",
                   "파일에 적힌 키가 실제로 서명한, 주어진 키와 다릅니다. 바뀐 파일입니다"});
  }
  if (bundle.entries.empty())
    return Failed(bundle, -1, {"the file holds no record", "기록이 하나도 없습니다"});
  RecordCheck records(bundle, *checkpoint);
  RunStory story(bundle);
  for (size_t i = 0; i < bundle.entries.size(); ++i) {
    if (auto fault = records.Add(bundle.entries[i])) return FailedAt(bundle, i, *fault);
    if (auto fault = story.Add(bundle.entries[i].record)) return FailedAt(bundle, i, *fault);
  }
  if (auto fault = Forked(bundle, *checkpoint, key)) return Failed(bundle, -1, *fault);
  if (auto fault = Stray(bundle)) return Failed(bundle, -1, *fault);
  return Holds(bundle, story, !trusted_key.empty());
}

}  // namespace policies
