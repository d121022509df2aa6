#include "connectors/postgres/cluster_directory.h"

#include <fcntl.h>
#include <pwd.h>
#include <signal.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include <fstream>

#include "connectors/postgres/cluster_data.h"
#include "model_core/base/errno_text.h"
#include "model_core/base/files.h"
#include "model_core/base/log.h"
#include "model_core/base/sha256.h"
#include "model_core/base/strings.h"
#include "model_core/base/text.h"

namespace connectors {
namespace {

namespace fs = std::filesystem;
using base::StrCat;

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
      making_(directory_ / "data.new"),
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
  RETURN_IF_ERROR(StopLeftovers());
  RETURN_IF_ERROR(ClearUnborn());
  return fs::exists(data_) ? absl::OkStatus() : Initialise();
}

absl::Status ClusterDirectory::Failed(std::string_view english, std::string_view korean) const {
  const std::string log = base::ReadFile(log_).value_or("");
  const std::string tail = log.size() > 600 ? log.substr(log.size() - 600) : log;
  return base::Error(
      absl::StatusCode::kUnavailable,
      StrCat("private database in ", directory_.string(), ": ", english, ": ", base::Trim(tail)),
      StrCat("내장 데이터베이스(", directory_.string(), "): ", korean, ": ", base::Trim(tail)));
}

absl::Status ClusterDirectory::NotRemoved(const fs::path& path,
                                          const std::error_code& error) const {
  return Failed(
      StrCat(path.string(),
             " cannot be removed: ", base::ErrnoText(error.value(), base::Language::kEnglish)),
      StrCat(base::WithParticle(path.string(), "을"),
             " 지울 수 없습니다: ", base::ErrnoText(error.value(), base::Language::kKorean)));
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
          StrCat("디렉터리 ", base::WithParticle(path.string(), "을"), " 만들거나 ", account_.name,
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
      StrCat("데이터베이스 ", base::WithParticle(directory_.string(), "은"),
             " 실행 중인 다른 marud가 사용하고 있습니다"));
}

// What an earlier, killed marud left at work is ended by its own process id, after a look that it
// works on this very directory: a server in good order, initdb and what it runs at once, since
// nothing that they make will be used.
absl::Status ClusterDirectory::StopLeftovers() {
  if (!EndAtWork(account_, data_, SIGINT))
    return Failed("the server left by an earlier start does not stop",
                  "전에 시작한 데이터베이스 서버가 멈추지 않습니다");
  if (!EndAtWork(account_, making_, SIGKILL))
    return Failed("initdb left by an earlier start does not stop",
                  "전에 시작한 initdb가 멈추지 않습니다");
  return absl::OkStatus();
}

// A first start of today leaves data.new, one of an earlier Maru leaves data without the settings,
// which came last. No server ever ran on either. Data that any database of ours was made in is
// never touched: it may have been given other settings.
absl::Status ClusterDirectory::ClearUnborn() {
  std::error_code error;
  fs::remove_all(making_, error);
  if (error) return NotRemoved(making_, error);
  if (!fs::exists(data_)) return absl::OkStatus();
  switch (LookAtData(data_)) {
    case DataState::kWhole:
      return absl::OkStatus();
    case DataState::kUnborn:
      base::LogWarning("store.unborn_removed", {{"directory", data_.string()}});
      fs::remove_all(data_, error);
      return error ? NotRemoved(data_, error) : absl::OkStatus();
    case DataState::kDamaged:
      break;
  }
  return base::Error(
      absl::StatusCode::kDataLoss,
      StrCat("the database in ", data_.string(), " is damaged: PG_VERSION or global/pg_control is ",
             "missing; restore a backup of the folder, or move it away to begin with an empty one"),
      StrCat("데이터베이스 ", data_.string(),
             "에 PG_VERSION이나 global/pg_control 파일이 없어 쓸 수 없습니다. 백업에서 되돌리거나, "
             "빈 것으로 시작하려면 이 디렉터리를 다른 곳으로 옮기십시오"));
}

absl::Status ClusterDirectory::Initialise() {
  const pid_t pid =
      Spawn(account_,
            {StrCat(kPostgresPrograms, "initdb"), "-D", making_.string(), "-U", "maru_owner",
             "--locale=C.UTF-8", "-E", "UTF8", "--data-checksums", "--auth=peer"},
            log_);
  int status = 0;
  if (pid < 0 || waitpid(pid, &status, 0) != pid || status != 0)
    return Failed("initdb failed", "initdb를 마치지 못했습니다");
  return Settle();
}

// Its settings, and its place: from here on it is there, and whole.
absl::Status ClusterDirectory::Settle() {
  const std::string settings = making_ / "postgresql.conf", access = making_ / "pg_hba.conf";
  ASSIGN_OR_RETURN(const std::string defaults, base::ReadFile(settings));
  RETURN_IF_ERROR(base::WriteFile(settings, defaults + kOurSettings));
  RETURN_IF_ERROR(base::WriteFile(access, kOurAccess));
  for (const std::string& file : {settings, access}) {
    if (chown(file.c_str(), account_.uid, account_.gid) != 0)
      return Failed("chown failed", "파일의 소유자를 바꾸지 못했습니다");
  }
  std::error_code error;
  fs::rename(making_, data_, error);
  if (error)
    return Failed(
        StrCat(making_.string(), " cannot take its place: ",
               base::ErrnoText(error.value(), base::Language::kEnglish)),
        StrCat(base::WithParticle(making_.string(), "을"), " 제자리로 옮기지 못했습니다: ",
               base::ErrnoText(error.value(), base::Language::kKorean)));
  return base::SyncFolder(directory_);
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
