#include "connectors/postgres/server_account.h"

#include <fcntl.h>
#include <grp.h>
#include <pwd.h>
#include <signal.h>
#include <sys/prctl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <set>
#include <thread>

#include "model_core/base/files.h"
#include "model_core/base/log.h"
#include "model_core/base/strings.h"

namespace connectors {
namespace {

namespace fs = std::filesystem;

// Where a link of /proc leads; a folder that was removed meanwhile is still called by its name.
std::string Leads(const fs::path& link) {
  std::error_code error;
  std::string to = fs::read_symlink(link, error).string();
  constexpr std::string_view kRemoved = " (deleted)";
  if (to.ends_with(kRemoved)) to.resize(to.size() - kRemoved.size());
  return to;
}

bool IsAtWork(const fs::path& process, const Account& account, const fs::path& data,
              const fs::path& programs) {
  struct stat info {};
  if (stat(process.c_str(), &info) != 0 || info.st_uid != account.uid) return false;
  if (!Leads(process / "exe").starts_with(programs.string())) return false;
  std::error_code error;
  const std::string real = fs::weakly_canonical(data, error).string(), at = Leads(process / "cwd");
  if (at == real || at.starts_with(real + "/")) return true;
  const std::string command = base::ReadFile(process / "cmdline").value_or("");
  const std::vector<std::string_view> arguments = base::StrSplit(command, '\0');
  return std::ranges::count(arguments, data.string()) > 0;
}

void Become(const Account& account) {
  if (geteuid() != 0) return;
  if (setgroups(0, nullptr) != 0 || setgid(account.gid) != 0 || setuid(account.uid) != 0)
    _exit(126);
}

}  // namespace

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

pid_t Spawn(const Account& account, const std::vector<std::string>& arguments,
            const std::filesystem::path& log) {
  const pid_t parent = getpid(), pid = fork();
  if (pid != 0) return pid;
  setpgid(0, 0);
  Become(account);
  prctl(PR_SET_PDEATHSIG,
        SIGINT);  // a killed marud leaves no server behind; this follows the change of account
  if (getppid() != parent) _exit(126);  // killed before that
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

std::vector<pid_t> AtWork(const Account& account, const fs::path& data, const fs::path& programs) {
  std::vector<pid_t> found;
  std::error_code error;
  for (const fs::directory_entry& entry : fs::directory_iterator("/proc", error)) {
    int64_t pid = 0;
    if (base::ParseInt(entry.path().filename().string(), pid) && pid != getpid() &&
        IsAtWork(entry.path(), account, data, programs))
      found.push_back(static_cast<pid_t>(pid));
  }
  return found;
}

bool EndAtWork(const Account& account, const fs::path& data, int how, const fs::path& programs) {
  std::set<pid_t> told;  // what they start meanwhile is told too
  for (int i = 0; i < 200; ++i) {
    const std::vector<pid_t> left = AtWork(account, data, programs);
    if (left.empty()) return true;
    for (const pid_t pid : left) {
      if (!told.insert(pid).second) continue;
      base::LogWarning("store.leftover_ended", {{"pid", pid}, {"directory", data.string()}});
      kill(pid, how);
    }
    std::this_thread::sleep_for(std::chrono::milliseconds(50));
  }
  return false;
}

}  // namespace connectors
