#include "model_core/base/strings.h"
#include "policies/audit_log.h"

namespace policies {

std::string PayloadHash(std::string_view salt_bytes, std::string_view canonical_payload) {
  return base::Hex(base::Sha256(salt_bytes, canonical_payload));
}

void Seal(AuditRecord& record, std::string_view salt_bytes) {
  record.salt = base::HexEncode(salt_bytes);
  record.payload_sha256 = PayloadHash(salt_bytes, base::CanonicalJson(record.payload));
}

std::string LeafBytes(const AuditRecord& record) {
  return base::CanonicalJson({{"id", record.id},
                              {"run", record.run_id},
                              {"time", record.time},
                              {"actor", record.actor},
                              {"type", record.type},
                              {"payload_sha256", record.payload_sha256}});
}

base::Digest LeafHash(const AuditRecord& record) {
  return base::Sha256(std::string_view("\0", 1), LeafBytes(record));
}

}  // namespace policies
