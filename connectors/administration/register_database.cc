#include "connectors/administration/register_database.h"

#include <algorithm>

#include "connectors/administration/register_schema.h"
#include "connectors/pqxx_deadline.h"
#include "connectors/pqxx_errors.h"
#include "model_core/base/strings.h"

namespace connectors::administration {
namespace {

using base::StrCat;

// To those who ask, ResourceExhausted is a limit of theirs: a full disk is a register that is away.
absl::Status Failed(const std::exception& error) {
  const absl::Status status = FromPqxx(error, "document register", "문서 등록부");
  if (!absl::IsResourceExhausted(status)) return status;
  return base::Error(absl::StatusCode::kUnavailable, std::string(status.message()),
                     base::Message(status, base::Language::kKorean));
}

absl::Status Late() {
  return base::Error(absl::StatusCode::kDeadlineExceeded, "document register: no answer in time",
                     "문서 등록부: 제한 시간 안에 응답하지 않았습니다");
}

// The connection broke while the transaction was being committed: it may stand, or not.
absl::Status CommitLost(const std::exception& error) {
  const absl::Status status = Failed(error);
  if (!absl::IsUnavailable(status)) return status;
  return base::Error(
      absl::StatusCode::kUnknown, std::string(status.message()),
      StrCat(base::Message(status, base::Language::kKorean), ". 저장되었는지 알 수 없습니다"));
}

}  // namespace

absl::Status RegisterDatabase::Run(absl::Time deadline,
                                   const std::function<absl::Status(pqxx::work&)>& body) {
  const int64_t left = absl::ToInt64Milliseconds(deadline - absl::Now());
  if (left <= 0) return Late();
  bool committing = false, cut = false;
  try {
    const int64_t seconds = std::max<int64_t>(2, left / 1000);  // libpq waits at least two
    pqxx::connection connection(StrCat(dsn_, " connect_timeout=", seconds,
                                       " options='-c statement_timeout=", left,
                                       " -c timezone=Asia/Seoul -c client_min_messages=warning'"));
    const PqxxDeadline watch(connection, deadline, nullptr, cut);
    MakeTables(connection);
    pqxx::work work(connection);
    RETURN_IF_ERROR(body(work));
    committing = true;
    work.commit();
    return absl::OkStatus();
  } catch (const std::exception& error) {
    if (committing) return CommitLost(error);
    return cut ? Late() : Failed(error);
  }
}

// Made once by whoever comes first; a role without that right finds them made.
void RegisterDatabase::MakeTables(pqxx::connection& connection) {
  const std::scoped_lock lock(mutex_);
  if (tables_made_) return;
  pqxx::work work(connection);
  work.exec("SELECT pg_advisory_xact_lock(7420)");
  const auto found = work.exec1(
      "SELECT to_regclass('documents') IS NOT NULL AND to_regclass('document_labels') IS NOT NULL");
  if (!found[0].as<bool>()) work.exec(kRegisterSchema);
  work.commit();
  tables_made_ = true;
}

}  // namespace connectors::administration
