#include <fcntl.h>
#include <grp.h>
#include <pwd.h>
#include <signal.h>
#include <sys/file.h>
#include <sys/prctl.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include <filesystem>
#include <fstream>
#include <mutex>
#include <thread>

#include "connectors/postgres.h"
#include "connectors/postgres/pool.h"
#include "model_core/base/files.h"
#include "model_core/base/log.h"
#include "model_core/base/sha256.h"
#include "model_core/base/strings.h"

namespace connectors {
namespace {

namespace fs = std::filesystem;
using base::StrCat;

constexpr char kBin[] = "/usr/lib/postgresql/15/bin/";
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

// Who the server runs as: never root.
struct Account {
  uid_t uid;
  gid_t gid;
  std::string name;
};

absl::StatusOr<Account> ServerAccount() {
  const passwd* entry = geteuid() == 0 ? getpwnam("postgres") : getpwuid(geteuid());
  if (entry == nullptr) {
    return base::Error(
        absl::StatusCode::kFailedPrecondition,
        "running as root, and there is no system user 'postgres' for the database server",
        "root로 실행 중이지만 데이터베이스 서버를 맡길 시스템 사용자 'postgres'가 없습니다");
  }
  return Account{entry->pw_uid, entry->pw_gid, entry->pw_name};
}

void Become(const Account& account) {
  if (geteuid() != 0) return;
  if (setgroups(0, nullptr) != 0 || setgid(account.gid) != 0 || setuid(account.uid) != 0)
    _exit(126);
}

// Starts `arguments` as `account` in a process group of its own, its output going to `log`.
pid_t Spawn(const Account& account, const std::vector<std::string>& arguments,
            const fs::path& log) {
  const pid_t pid = fork();
  if (pid != 0) return pid;
  setpgid(0, 0);
  Become(account);
  prctl(PR_SET_PDEATHSIG,
        SIGINT);  // a killed marud leaves no server behind; this follows the change of account
  const int out = open(log.c_str(), O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0600);
  const int in = open("/dev/null", O_RDONLY | O_CLOEXEC);
  dup2(in, 0);
  dup2(out, 1);
  dup2(out, 2);
  for (int fd = 3; fd < 1024; ++fd) close(fd);
  std::vector<char*> argv;
  for (const std::string& argument : arguments) argv.push_back(const_cast<char*>(argument.c_str()));
  argv.push_back(nullptr);
  if (chdir("/") != 0) _exit(126);
  execv(argv[0], argv.data());
  _exit(127);
}

class Cluster : public PrivateCluster {
 public:
  Cluster(fs::path directory, Account account)
      : directory_(std::move(directory)),
        account_(std::move(account)),
        data_(directory_ / "data"),
        log_(directory_ / "server.log") {
    // A socket path holds 107 bytes at most, so it does not lie under the home but beside other
    // short names.
    socket_ =
        fs::path("/tmp") / StrCat("maru-", base::Sha256Hex(directory_.string()).substr(0, 16));
  }

  ~Cluster() override {
    watcher_.request_stop();
    if (watcher_.joinable()) watcher_.join();
    Stop();
    std::error_code ignored;
    fs::remove(socket_, ignored);  // empty once the server is gone
    if (lock_ >= 0) close(lock_);
  }

  absl::Status Start() {
    RETURN_IF_ERROR(MakeDirectories());
    RETURN_IF_ERROR(Lock());
    RETURN_IF_ERROR(StopLeftover());
    if (!fs::exists(data_ / "PG_VERSION")) RETURN_IF_ERROR(Initialise());
    RETURN_IF_ERROR(Launch());
    RETURN_IF_ERROR(EnsureDatabase());
    watcher_ = std::jthread([this](const std::stop_token& stop) { Watch(stop); });
    return absl::OkStatus();
  }

  std::string owner_dsn() const override { return Dsn("maru_owner"); }
  std::string app_dsn() const override { return Dsn("maru_app"); }
  int server_pid() const override { return server_; }

 private:
  std::string Dsn(std::string_view user, std::string_view database = "maru") const {
    return StrCat("host=", socket_.string(), " dbname=", database, " user=", user,
                  " connect_timeout=5");
  }

  absl::Status Failed(std::string_view what) const {
    const std::string log = base::ReadFile(log_).value_or("");
    const std::string tail = log.size() > 600 ? log.substr(log.size() - 600) : log;
    return base::Error(
        absl::StatusCode::kUnavailable,
        StrCat("private database in ", directory_.string(), ": ", what, ": ", base::Trim(tail)),
        StrCat("내장 데이터베이스(", directory_.string(), "): ", what, ": ", base::Trim(tail)));
  }

  absl::Status MakeDirectories() {
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
  absl::Status Lock() {
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
  absl::Status StopLeftover() {
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

  absl::Status Initialise() {
    const pid_t pid = Spawn(account_,
                            {StrCat(kBin, "initdb"), "-D", data_.string(), "-U", "maru_owner",
                             "--locale=C.UTF-8", "-E", "UTF8", "--data-checksums", "--auth=peer"},
                            log_);
    int status = 0;
    if (pid < 0 || waitpid(pid, &status, 0) != pid || status != 0) return Failed("initdb failed");
    std::ofstream(data_ / "postgresql.conf", std::ios::app) << kSettings;
    std::ofstream(data_ / "pg_hba.conf") << "local all all peer map=maru\n";
    return absl::OkStatus();
  }

  // Only this process's account and the server's own may connect, each to both roles.
  void WriteIdentities() {
    const passwd* self = getpwuid(geteuid());
    std::ofstream map(data_ / "pg_ident.conf");
    for (const std::string& name :
         {std::string(self == nullptr ? "root" : self->pw_name), account_.name}) {
      for (const char* role : {"maru_owner", "maru_app"})
        map << "maru " << name << " " << role << "\n";
    }
  }

  absl::Status Launch() {
    WriteIdentities();
    server_ = Spawn(account_,
                    {StrCat(kBin, "postgres"), "-D", data_.string(), "-k", socket_.string()}, log_);
    if (server_ < 0) return Failed("fork failed");
    for (int i = 0; i < 600; ++i) {
      int status = 0;
      if (Ended(status)) return Failed("the server ended at once");
      const absl::Status ready = CatchPqxx([this] {
        pqxx::connection connection(Dsn("maru_owner", "postgres"));
        return absl::OkStatus();
      });
      if (ready.ok()) return absl::OkStatus();
      std::this_thread::sleep_for(std::chrono::milliseconds(50));
    }
    return Failed("the server does not answer");
  }

  absl::Status EnsureDatabase() {
    return CatchPqxx([this]() -> absl::Status {
      pqxx::connection connection(Dsn("maru_owner", "postgres"));
      pqxx::nontransaction work(connection);
      if (work.exec("SELECT 1 FROM pg_database WHERE datname = 'maru'").empty())
        work.exec("CREATE DATABASE maru");
      // The application role has no business in the other two, where it could keep things.
      work.exec("REVOKE ALL ON DATABASE postgres, template1 FROM PUBLIC");
      return absl::OkStatus();
    });
  }

  // Whether the server's process is gone; it is asked once for each.
  bool Ended(int& status) {
    if (server_ < 0 || waitpid(server_, &status, WNOHANG) != server_) return false;
    server_ = -1;
    return true;
  }

  // A start may fail for as long as the disk is full or a process of the one before is busy: it is
  // tried again, at most ten seconds apart.
  void Watch(const std::stop_token& stop) {
    constexpr std::chrono::milliseconds kLeast(100), kMost(10'000);
    auto wait = kLeast;
    while (!stop.stop_requested()) {
      std::this_thread::sleep_for(std::chrono::milliseconds(50));
      int status = 0;
      if (Ended(status)) base::LogError("store.server_died", {{"status", status}});
      if (server_ >= 0) continue;
      for (auto slept = wait; slept.count() > 0 && !stop.stop_requested(); slept -= kLeast)
        std::this_thread::sleep_for(kLeast);
      if (stop.stop_requested()) return;
      const absl::Status started = Launch();
      wait = started.ok() ? kLeast : std::min(wait * 2, kMost);
      if (started.ok()) base::LogInfo("store.server_restarted", {{"pid", server_.load()}});
      if (!started.ok())
        base::LogError("store.restart_failed", {{"reason", std::string(started.message())}});
    }
  }

  void Stop() {
    const pid_t pid = server_;
    if (pid <= 0) return;
    kill(pid, SIGINT);  // fast shutdown
    int status = 0;
    for (int i = 0; i < 600; ++i) {
      if (waitpid(pid, &status, WNOHANG) != 0) return;
      std::this_thread::sleep_for(std::chrono::milliseconds(50));
    }
    kill(pid, SIGQUIT);
    waitpid(pid, &status, 0);
  }

  const fs::path directory_;
  const Account account_;
  const fs::path data_, log_;
  fs::path socket_;
  int lock_ = -1;
  std::atomic<pid_t> server_{-1};
  std::jthread watcher_;
};

}  // namespace

absl::StatusOr<std::unique_ptr<PrivateCluster>> StartPrivateCluster(const std::string& directory) {
  ASSIGN_OR_RETURN(Account account, ServerAccount());
  auto cluster = std::make_unique<Cluster>(fs::absolute(directory), std::move(account));
  RETURN_IF_ERROR(cluster->Start());
  return cluster;
}

}  // namespace connectors
