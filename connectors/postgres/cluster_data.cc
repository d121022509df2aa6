#include "connectors/postgres/cluster_data.h"

#include <set>
#include <string>

#include "model_core/base/files.h"

namespace connectors {

namespace fs = std::filesystem;

const char kOurSettings[] = R"(
listen_addresses = ''
password_encryption = 'scram-sha-256'
max_connections = 60
shared_buffers = 64MB
wal_level = replica
synchronous_commit = on
full_page_writes = on
recovery_init_sync_method = syncfs
commit_delay = 0
max_wal_size = 512MB
logging_collector = off
log_min_messages = warning
timezone = 'Asia/Seoul'
jit = off
)";

namespace {

// False as well where the folder cannot be read: what is not known is not nothing.
bool NothingElse(const fs::path& folder, const std::set<std::string>& known) {
  std::error_code error;
  fs::directory_iterator entry(folder, error);
  if (error) return error == std::errc::no_such_file_or_directory;
  for (; entry != fs::directory_iterator(); entry.increment(error)) {
    if (!known.contains(entry->path().filename().string())) return false;
  }
  return !error;
}

// Whether initdb alone was here: none but its own files and its three databases, whose numbers are
// fixed. A database of ours would have a folder of its own.
bool OnlyInitdbsWork(const fs::path& data) {
  static const auto* const made =
      new std::set<std::string>{"PG_VERSION",      "base",          "global",
                                "pg_commit_ts",    "pg_dynshmem",   "pg_hba.conf",
                                "pg_ident.conf",   "pg_logical",    "pg_multixact",
                                "pg_notify",       "pg_replslot",   "pg_serial",
                                "pg_snapshots",    "pg_stat",       "pg_stat_tmp",
                                "pg_subtrans",     "pg_tblspc",     "pg_twophase",
                                "pg_wal",          "pg_xact",       "postgresql.auto.conf",
                                "postgresql.conf", "postmaster.pid"};
  return NothingElse(data, *made) && NothingElse(data / "base", {"1", "4", "5"}) &&
         NothingElse(data / "pg_tblspc", {});
}

bool Ends(const fs::path& file, std::string_view with) {
  return base::ReadFile(file).value_or("").ends_with(with);
}

}  // namespace

DataState LookAtData(const fs::path& data) {
  const bool settled =
      Ends(data / "postgresql.conf", kOurSettings) && Ends(data / "pg_hba.conf", kOurAccess);
  if (!settled && OnlyInitdbsWork(data)) return DataState::kUnborn;
  const bool runs = fs::exists(data / "PG_VERSION") && fs::exists(data / "global" / "pg_control");
  return runs ? DataState::kWhole : DataState::kDamaged;
}

}  // namespace connectors
