// The audit log: an RFC 6962 Merkle tree over records, C2SP checkpoints signed with ECDSA P-256,
// and one self-contained export per run, with the policies it was decided by, that anyone verifies
// offline.
//
// A leaf commits to the record and to a salted hash of its payload, so that a payload can be kept
// from a reader while the record's place stays proved. What it said is then not: a record without
// its payload never verifies. Pure computation; storage is the caller's.
#pragma once

#include <cstdint>
#include <memory>
#include <set>
#include <span>
#include <string>
#include <vector>

#include "model_core/base/json.h"
#include "model_core/base/sha256.h"
#include "policies/policy_files.h"

namespace policies {

// One audit record as stored and exported.
struct AuditRecord {
  std::string id;              // unique, set by the writer
  std::string run_id;          // empty: not about one run
  std::string time;            // RFC 3339
  std::string actor;           // principal id, or "maru"
  std::string type;            // event name: "plan.checked", "effect.intent", …
  base::Json payload;          // what happened; null: not in this copy
  std::string salt;            // hex, 32 bytes; empty with a null payload
  std::string payload_sha256;  // hex SHA-256(salt bytes || canonical payload)
};

// As in AuditRecord, of a payload in canonical JSON.
std::string PayloadHash(std::string_view salt_bytes, std::string_view canonical_payload);
// Sets salt and payload_sha256 from the payload.
void Seal(AuditRecord& record, std::string_view salt_bytes);
// The bytes that the leaf commits to: canonical JSON of all members but payload and salt.
std::string LeafBytes(const AuditRecord& record);
base::Digest LeafHash(const AuditRecord& record);  // SHA-256(0x00 || LeafBytes), RFC 6962 §2.1

// RFC 6962 §2.1 roots and proofs over leaf hashes.
class MerkleTree {
 public:
  uint64_t size() const;
  void Append(const base::Digest& leaf_hash);
  base::Digest Root(uint64_t size) const;
  std::vector<base::Digest> InclusionProof(uint64_t index, uint64_t size) const;
  std::vector<base::Digest> ConsistencyProof(uint64_t old_size, uint64_t size) const;

 private:
  base::Digest Range(uint64_t begin, uint64_t end) const;  // root over leaves [begin, end)

  std::vector<std::vector<base::Digest>>
      levels_;  // [0]: leaf hashes; above: complete subtrees only
};
bool VerifyInclusion(const base::Digest& leaf, uint64_t index, uint64_t size,
                     std::span<const base::Digest> proof, const base::Digest& root);
bool VerifyConsistency(uint64_t old_size, const base::Digest& old_root, uint64_t size,
                       const base::Digest& root, std::span<const base::Digest> proof);

// A signing key of the log (ECDSA P-256, C2SP signed note type 0x02).
class CheckpointSigner {
 public:
  virtual ~CheckpointSigner() = default;
  virtual const std::string& origin() const = 0;  // the log's name, first line of its checkpoints
  virtual const std::string& verifier_key() const = 0;  // C2SP vkey text
  // The signed note: "origin\nsize\nbase64 root\n\n— origin base64\n".
  virtual absl::StatusOr<std::string> Sign(uint64_t size, const base::Digest& root) = 0;
};
// Reads the PEM key at `path`, or makes one there (mode 0600) if it does not exist: one, however
// many processes do so at once.
absl::StatusOr<std::unique_ptr<CheckpointSigner>> LoadOrMakeSigner(const std::string& path,
                                                                   const std::string& origin);

struct Checkpoint {
  std::string origin;
  uint64_t size = 0;
  base::Digest root{};
};
// Unauthenticated if the note does not carry a valid signature of `verifier_key`.
absl::StatusOr<Checkpoint> OpenCheckpoint(std::string_view note, std::string_view verifier_key);

// One export: records of a run in log order with inclusion proofs against one checkpoint, earlier
// checkpoints with consistency proofs, and the verifier key. JSON, format "maru-audit-export/1".
struct AuditExport {
  std::string run_id;
  std::string verifier_key;
  std::string checkpoint;  // signed note
  struct Entry {
    uint64_t index;
    AuditRecord record;
    std::vector<base::Digest> proof;
    bool withheld = false;  // the payload is above the clearance of whoever exported it
  };
  std::vector<Entry> entries;
  struct Earlier {
    std::string checkpoint;
    std::vector<base::Digest> proof;  // consistency with `checkpoint`
  };
  std::vector<Earlier> earlier;
  std::vector<PolicyFiles> policies =
      {};  // that the run was decided by, as far as they are at hand
};
base::Json ToJson(const AuditExport& bundle);
// The versions of the policies that its records name.
std::set<std::string> PolicyVersions(const AuditExport& bundle);
// Every member and no other, or InvalidArgument.
absl::StatusOr<AuditExport> ParseAuditExport(const base::Json& json);
// The same of a file's text; `what` names it. A key that stands twice in one object, anywhere, is
// refused: a person would read one of its values, and the hash be of the other.
absl::StatusOr<AuditExport> ReadAuditExport(std::string_view text, std::string_view what);

// Which records (positions in `entries`) are answers that marud refused as ones that it never took
// (approval.seal_broken), and the questions that they answer, as far as nothing was done meanwhile
// of their steps: whoever inserted them wrote what they liked, and nothing rests on it.
std::set<size_t> RefusedAnswers(const AuditExport& bundle);

// What a verifier found. `first_bad` names the first record that does not hold.
struct Verification {
  bool ok = false;
  uint64_t records = 0;
  int64_t first_bad = -1;  // position in `entries`, or -1
  std::string reason_ko, reason_en;
  bool ended =
      false;  // the run's last record is there; else records may be missing after the last one
};
// Checks signatures, proofs, order and that every record has its content, and that the run's events
// make sense together: none missing, the plan made from the request, every call part of the checked
// plan, approved before it was begun for exactly that call, begun and settled once, no failure
// called a success (audit/run_story.h). `trusted_key`: the verifier key the auditor holds; empty =
// the one in the file, and the report says so.
Verification Verify(const AuditExport& bundle, std::string_view trusted_key);

}  // namespace policies
