// Approvals, principals and credentials.
#include "connectors/postgres/statements.h"
#include "connectors/postgres/store.h"
#include "model_core/base/strings.h"
#include "model_core/base/text.h"

namespace connectors {
namespace {

using base::Json;

// From the columns document and state; the column rules, since the end of a run voids what is open.
absl::StatusOr<agents::Approval> ParseApproval(const pqxx::row& row) {
  ASSIGN_OR_RETURN(const Json json, base::ParseJson(row[0].c_str(), "approval", "승인"));
  agents::Approval approval;
  approval.id = base::StringOr(json, "id", "");
  approval.run_id = base::StringOr(json, "run_id", "");
  approval.step_id = base::StringOr(json, "step_id", "");
  approval.tool = base::StringOr(json, "tool", "");
  approval.requester = base::StringOr(json, "requester", "");
  ASSIGN_OR_RETURN(approval.obligation,
                   policies::ParseObligation(json.value("obligation", Json())));
  approval.call_hash = base::StringOr(json, "call_hash", "");
  approval.shown = json.value("shown", Json());
  approval.requested = base::StringOr(json, "requested", "");
  approval.state = row[1].c_str();
  for (const Json& answer : json.value("answers", Json::array())) {
    approval.answers.push_back(
        {base::StringOr(answer, "approver", ""), base::BoolOr(answer, "approved", false),
         base::StringOr(answer, "reason", ""), base::StringOr(answer, "time", ""),
         base::BoolOr(answer, "once_more", false)});
  }
  return approval;
}

}  // namespace

absl::StatusOr<std::vector<agents::Approval>> PostgresRunStore::ListApprovals(
    const std::string& state) {
  std::vector<agents::Approval> approvals;
  const absl::Status status = pool_.Transact([&](pqxx::work& work) -> absl::Status {
    approvals.clear();
    const auto rows = work.exec_params(
        "SELECT document, state FROM approvals WHERE $1 = '' OR state = $1 ORDER BY id", state);
    for (const auto& row : rows) {
      ASSIGN_OR_RETURN(agents::Approval approval, ParseApproval(row));
      approvals.push_back(std::move(approval));
    }
    return absl::OkStatus();
  });
  RETURN_IF_ERROR(status);
  return approvals;
}

absl::StatusOr<agents::Approval> PostgresRunStore::GetApproval(const std::string& id) {
  agents::Approval approval;
  const absl::Status status = pool_.Execute([&](pqxx::nontransaction& work) -> absl::Status {
    const auto rows = work.exec_params("SELECT document, state FROM approvals WHERE id = $1", id);
    if (rows.empty()) {
      return base::Error(absl::StatusCode::kNotFound,
                         base::StrCat("approval ", id, " does not exist"),
                         base::StrCat("승인 ", id, base::Particle(id, "이"), " 없습니다"));
    }
    ASSIGN_OR_RETURN(approval, ParseApproval(rows[0]));
    return absl::OkStatus();
  });
  RETURN_IF_ERROR(status);
  return approval;
}

absl::StatusOr<agents::PrincipalRecord> PostgresRunStore::GetPrincipal(const std::string& id) {
  agents::PrincipalRecord record;
  const absl::Status status = pool_.Execute([&](pqxx::nontransaction& work) -> absl::Status {
    const auto rows = work.exec_prepared(kPrincipal, id);
    if (rows.empty()) {
      return base::Error(absl::StatusCode::kNotFound,
                         base::StrCat("principal '", id, "' does not exist"),
                         base::StrCat("사용자 '", id, "'", base::Particle(id, "이"), " 없습니다"));
    }
    ASSIGN_OR_RETURN(const Json json, base::ParseJson(rows[0][0].c_str(), "principal", "사용자"));
    ASSIGN_OR_RETURN(record, agents::ParsePrincipalRecord(json));
    return absl::OkStatus();
  });
  RETURN_IF_ERROR(status);
  return record;
}

absl::StatusOr<std::vector<agents::PrincipalRecord>> PostgresRunStore::ListPrincipals() {
  std::vector<agents::PrincipalRecord> records;
  const absl::Status status = pool_.Execute([&](pqxx::nontransaction& work) -> absl::Status {
    records.clear();
    for (const auto& row : work.exec_prepared(kPrincipals)) {
      ASSIGN_OR_RETURN(const Json json, base::ParseJson(row[0].c_str(), "principal", "사용자"));
      ASSIGN_OR_RETURN(agents::PrincipalRecord record, agents::ParsePrincipalRecord(json));
      records.push_back(std::move(record));
    }
    return absl::OkStatus();
  });
  RETURN_IF_ERROR(status);
  return records;
}

absl::Status PostgresRunStore::PutPrincipal(const agents::PrincipalRecord& record) {
  return pool_.Transact([&](pqxx::work& work) -> absl::Status {
    const Json document = agents::ToJson(record);
    work.exec_params(
        "INSERT INTO principals (id, document) VALUES ($1, $2) ON CONFLICT (id) DO UPDATE SET "
        "document = $2",
        record.principal.id, base::DumpJson(document));
    return InsertAudit(work, "maru", "principal.put", document);
  });
}

absl::Status PostgresRunStore::SetCredential(const std::string& principal,
                                             const std::string& credential_sha256) {
  return pool_.Transact([&](pqxx::work& work) -> absl::Status {
    work.exec_params("DELETE FROM credentials WHERE principal = $1", principal);
    work.exec_params("INSERT INTO credentials (sha256, principal) VALUES ($1, $2)",
                     credential_sha256, principal);
    return InsertAudit(work, "maru", "credential.issued", {{"principal", principal}});
  });
}

absl::StatusOr<std::string> PostgresRunStore::PrincipalOfCredential(
    const std::string& credential_sha256) {
  std::string principal;
  const absl::Status status = pool_.Transact([&](pqxx::work& work) -> absl::Status {
    const auto rows =
        work.exec_params("SELECT principal FROM credentials WHERE sha256 = $1", credential_sha256);
    if (rows.empty()) {
      return base::Error(absl::StatusCode::kUnauthenticated, "the credential is not known",
                         "인증 정보가 올바르지 않습니다");
    }
    principal = rows[0][0].as<std::string>();
    return absl::OkStatus();
  });
  RETURN_IF_ERROR(status);
  return principal;
}

absl::StatusOr<bool> PostgresRunStore::HasCredential(const std::string& principal) {
  bool any = false;
  const absl::Status status = pool_.Transact([&](pqxx::work& work) -> absl::Status {
    any = !work.exec_params("SELECT 1 FROM credentials WHERE principal = $1", principal).empty();
    return absl::OkStatus();
  });
  RETURN_IF_ERROR(status);
  return any;
}

// A record that is not about one run.
absl::Status PostgresRunStore::InsertAudit(pqxx::work& work, const std::string& actor,
                                           const std::string& type, Json payload) {
  policies::AuditRecord record{base::NewId(absl::ToUnixMillis(clock_.Now()), random_),
                               "",
                               log_clock_.Text(),
                               actor,
                               type,
                               std::move(payload),
                               "",
                               ""};
  policies::Seal(record, random_.Bytes(32));
  work.exec_params(
      "INSERT INTO audit_records (id, run_id, time, actor, type, payload, salt, payload_sha256) "
      "VALUES ($1, '', $2, $3, $4, $5, $6, $7)",
      record.id, record.time, record.actor, record.type, base::DumpJson(record.payload),
      record.salt, record.payload_sha256);
  return absl::OkStatus();
}

absl::Status PostgresRunStore::Record(const std::string& actor, const std::string& type,
                                      const Json& payload) {
  return pool_.Transact(
      [&](pqxx::work& work) -> absl::Status { return InsertAudit(work, actor, type, payload); });
}

}  // namespace connectors
