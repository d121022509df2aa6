#include "connectors/administration/isolated.h"

#include <fcntl.h>
#include <poll.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <csignal>
#include <cstdio>
#include <mutex>
#include <string_view>

#include "model_core/base/strings.h"

namespace connectors::administration {
namespace {

// Bytes of private memory that the process has now; 0 where the system does not say.
rlim_t MemoryNow() {
  char text[256] = {};
  const int file = open("/proc/self/statm", O_RDONLY | O_CLOEXEC);
  const ssize_t size = file < 0 ? -1 : read(file, text, sizeof(text) - 1);
  if (file >= 0) close(file);
  unsigned long pages = 0;
  if (size <= 0 || std::sscanf(text, "%*u %*u %*u %*u %*u %lu", &pages) != 1) return 0;
  return pages * static_cast<rlim_t>(sysconf(_SC_PAGESIZE));
}

void Limit(int resource, rlim_t value) {
  const rlimit limit{value, value};
  setrlimit(resource, &limit);
}

bool WriteAll(int out, std::string_view bytes) {
  while (!bytes.empty()) {
    const ssize_t written = write(out, bytes.data(), bytes.size());
    if (written < 0 && errno == EINTR) continue;
    if (written < 0) return false;
    bytes.remove_prefix(static_cast<size_t>(written));
  }
  return true;
}

// Connections, listening sockets and locks are their owner's; `out` alone stays, and what is
// standard.
void CloseOthers(int out) {
  if (out > STDERR_FILENO + 1) close_range(STDERR_FILENO + 1, static_cast<unsigned>(out) - 1, 0);
  close_range(static_cast<unsigned>(std::max(out, STDERR_FILENO)) + 1, ~0U, 0);
}

[[noreturn]] void Work(const std::function<std::string()>& body, int out, pid_t parent,
                       const IsolationLimits& limits) {
  prctl(PR_SET_PDEATHSIG, SIGKILL);
  if (getppid() != parent) _exit(1);  // it ended before that
  CloseOthers(out);
  for (const int signal : {SIGSEGV, SIGBUS, SIGFPE, SIGILL, SIGABRT, SIGTERM, SIGINT, SIGPIPE})
    std::signal(signal, SIG_DFL);
  Limit(RLIMIT_CORE, 0);
  if (const rlim_t now = MemoryNow(); now > 0) Limit(RLIMIT_DATA, now + limits.memory_max);
  bool whole = false;
  try {
    whole = WriteAll(out, body());
  } catch (...) {  // whatever it was, it is the end of this process alone
  }
  _exit(whole ? 0 : 1);
}

struct Worker {
  pid_t process;
  int out;  // the end that its bytes are read from
};

absl::Status NoneToBeHad(std::string_view english, std::string_view korean) {
  return base::Error(absl::StatusCode::kUnavailable,
                     base::StrCat("this machine has no further ", english, " to give"),
                     base::StrCat("이 컴퓨터에서 ", korean, " 더 만들 수 없습니다"));
}

absl::StatusOr<Worker> Start(const std::function<std::string()>& body,
                             const IsolationLimits& limits) {
  // One at a time: a process that begins meanwhile would hold the other end of this pipe too, and
  // its end would not be seen.
  static std::mutex starting;
  const std::lock_guard lock(starting);
  int ends[2];
  if (pipe2(ends, O_CLOEXEC) != 0) return NoneToBeHad("pipe", "파이프를");
  const pid_t parent = getpid(), process = fork();
  if (process == 0) Work(body, ends[1], parent, limits);
  close(ends[1]);
  if (process > 0) return Worker{process, ends[0]};
  close(ends[0]);
  return NoneToBeHad("process", "프로세스를");
}

// Reads until the end, the deadline or the limit.
absl::StatusOr<std::string> ReadAll(int in, absl::Time until, size_t most) {
  std::string bytes;
  char block[65536];
  for (;;) {
    const int64_t left = absl::ToInt64Milliseconds(until - absl::Now());
    if (left <= 0) return absl::DeadlineExceededError("no end in time");
    pollfd waited{in, POLLIN, 0};
    if (poll(&waited, 1, static_cast<int>(std::min<int64_t>(left, 1000))) <= 0) continue;
    const ssize_t size = read(in, block, sizeof(block));
    if (size < 0 && errno == EINTR) continue;
    if (size <= 0) return bytes;
    bytes.append(block, static_cast<size_t>(size));
    if (bytes.size() > most)
      return absl::ResourceExhaustedError(base::StrCat("more than ", most, " bytes"));
  }
}

}  // namespace

absl::StatusOr<std::string> RunIsolated(const std::function<std::string()>& body, absl::Time until,
                                        const IsolationLimits& limits) {
  ASSIGN_OR_RETURN(const Worker worker, Start(body, limits));
  absl::StatusOr<std::string> bytes = ReadAll(worker.out, until, limits.output_max);
  close(worker.out);
  if (!bytes.ok()) kill(worker.process, SIGKILL);
  int status = 0;
  while (waitpid(worker.process, &status, 0) < 0 && errno == EINTR) {
  }
  if (bytes.ok() && status != 0) return absl::DataLossError("it ended before it was done");
  return bytes;
}

}  // namespace connectors::administration
