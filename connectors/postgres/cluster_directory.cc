#include "connectors/postgres/cluster_directory.h"

#include <fcntl.h>
#include <pwd.h>
#include <signal.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include <fstream>
#include <thread>

#include "model_core/base/files.h"
#include "model_core/base/log.h"
#include "model_core/base/sha256.h"
#include "model_core/base/strings.h"

namespace connectors {
namespace {

namespace fs = std::filesystem;
using base::StrCat;

constexpr char kSettings[] = R"(
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

// A socket path holds 107 bytes at most, so it does not lie under the home but beside other short
// names.
fs::path SocketFor(const fs::path& directory) {
  return fs::path("/tmp") / StrCat("maru-", base::Sha256Hex(directory.string()).substr(0, 16));
}

}  // namespace

ClusterDirectory::ClusterDirectory(fs::path directory, Account account)
    : directory_(std::move(directory)),
      account_(std::move(account)),
      data_(directory_ / "data"),
      log_(directory_ / "server.log"),
      socket_(SocketFor(directory_)) {}

ClusterDirectory::~ClusterDirectory() {
  std::error_code ignored;
  fs::remove(socket_, ignored);  // empty once the server is gone
  if (lock_ >= 0) close(lock_);
}

absl::Status ClusterDirectory::Open() {
  RETURN_IF_ERROR(MakeDirectories());
  RETURN_IF_ERROR(Lock());
  RETURN_IF_ERROR(StopLeftover());
  return fs::exists(data_ / "PG_VERSION") ? absl::OkStatus() : Initialise();
}

absl::Status ClusterDirectory::Failed(std::string_view what) const {
  const std::string log = base::ReadFile(log_).value_or("");
  const std::string tail = log.size() > 600 ? log.substr(log.size() - 600) : log;
  return base::Error(
      absl::StatusCode::kUnavailable,
      StrCat("private database in ", directory_.string(), ": ", what, ": ", base::Trim(tail)),
      StrCat("내장 데이터베이스(", directory_.string(), "): ", what, ": ", base::Trim(tail)));
}

absl::Status ClusterDirectory::MakeDirectories() {
  std::error_code error;
  for (const fs::path& path : {directory_, socket_}) {
    fs::create_directories(path, error);
    if (error || chown(path.c_str(), account_.uid, account_.gid) != 0 ||
        chmod(path.c_str(), 0700) != 0) {
      return base::Error(
          absl::StatusCode::kPermissionDenied,
          StrCat("directory ", path.string(), " cannot be made or given to ", account_.name),
          StrCat("디렉터리 ", path.string(), "을(를) 만들거나 ", account_.name,
                 "에게 줄 수 없습니다"));
    }
  }
  // The server's account has to reach the data: every parent must be searchable.
  for (fs::path parent = directory_.parent_path(); parent != parent.root_path();
       parent = parent.parent_path()) {
    struct stat info {};
    if (geteuid() != 0 || stat(parent.c_str(), &info) != 0 || (info.st_mode & S_IXOTH) != 0)
      continue;
    chmod(parent.c_str(), info.st_mode | S_IXOTH);
    base::LogInfo("store.parent_made_searchable", {{"directory", parent.string()}});
  }
  return absl::OkStatus();
}

// One owner a directory: the lock goes with the process that holds it, however that ends.
absl::Status ClusterDirectory::Lock() {
  lock_ = open((directory_ / "lock").c_str(), O_RDWR | O_CREAT | O_CLOEXEC, 0600);
  if (lock_ >= 0 && flock(lock_, LOCK_EX | LOCK_NB) == 0) return absl::OkStatus();
  return base::Error(
      absl::StatusCode::kAlreadyExists,
      StrCat("the database in ", directory_.string(), " is in use by another running marud"),
      StrCat("데이터베이스 ", directory_.string(),
             "은(는) 실행 중인 다른 marud가 사용하고 있습니다"));
}

// A server that an earlier, killed marud left behind is stopped by its own process id, after a
// look that it serves this very directory.
absl::Status ClusterDirectory::StopLeftover() {
  const std::string pid_file = base::ReadFile(data_ / "postmaster.pid").value_or("");
  int64_t pid = 0;
  if (!base::ParseInt(base::Trim(base::StrSplit(pid_file, '\n').front()), pid) || pid <= 1)
    return absl::OkStatus();
  const std::string command =
      base::ReplaceAll(base::ReadFile(StrCat("/proc/", pid, "/cmdline")).value_or(""),
                       std::string_view("\0", 1), " ");
  if (command.find(data_.string()) == std::string::npos) return absl::OkStatus();
  base::LogWarning("store.leftover_server", {{"pid", pid}});
  kill(static_cast<pid_t>(pid), SIGINT);
  for (int i = 0; i < 200 && kill(static_cast<pid_t>(pid), 0) == 0; ++i) {
    std::this_thread::sleep_for(std::chrono::milliseconds(50));
  }
  return kill(static_cast<pid_t>(pid), 0) == 0
             ? Failed("the server left by an earlier start does not stop")
             : absl::OkStatus();
}

absl::Status ClusterDirectory::Initialise() {
  const pid_t pid =
      Spawn(account_,
            {StrCat(kPostgresPrograms, "initdb"), "-D", data_.string(), "-U", "maru_owner",
             "--locale=C.UTF-8", "-E", "UTF8", "--data-checksums", "--auth=peer"},
            log_);
  int status = 0;
  if (pid < 0 || waitpid(pid, &status, 0) != pid || status != 0) return Failed("initdb failed");
  std::ofstream(data_ / "postgresql.conf", std::ios::app) << kSettings;
  std::ofstream(data_ / "pg_hba.conf") << "local all all peer map=maru\n";
  return absl::OkStatus();
}

// Only this process's account and the server's own may connect, each to both roles.
void ClusterDirectory::WriteIdentities() {
  const passwd* self = getpwuid(geteuid());
  std::ofstream map(data_ / "pg_ident.conf");
  for (const std::string& name :
       {std::string(self == nullptr ? "root" : self->pw_name), account_.name}) {
    for (const char* role : {"maru_owner", "maru_app"})
      map << "maru " << name << " " << role << "\n";
  }
}

}  // namespace connectors
