#include "connectors/postgres/server_account.h"

#include <fcntl.h>
#include <grp.h>
#include <pwd.h>
#include <signal.h>
#include <sys/prctl.h>
#include <unistd.h>

namespace connectors {
namespace {

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

}  // namespace connectors
