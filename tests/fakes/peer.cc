#include "tests/fakes/peer.h"

#include <fcntl.h>
#include <signal.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

#include <filesystem>
#include <fstream>
#include <sstream>
#include <thread>
#include <vector>

#include "model_core/base/check.h"
#include "model_core/base/strings.h"
#include "tests/fakes/listening_socket.h"

extern char** environ;

namespace fakes {
namespace {

using base::StrCat;

// "NAME=value" of the test's environment, with `added` in its place.
std::vector<std::string> Environment(const std::map<std::string, std::string>& added) {
  std::vector<std::string> out;
  for (char** entry = environ; *entry != nullptr; ++entry) {
    const std::string_view text(*entry);
    if (!added.contains(std::string(text.substr(0, text.find('='))))) out.emplace_back(text);
  }
  for (const auto& [name, value] : added) out.push_back(StrCat(name, "=", value));
  return out;
}

// Starts `program` in a process group of its own, its output appended to `log`.
pid_t Spawn(const std::string& program, const std::vector<std::string>& environment,
            const std::string& log) {
  std::vector<char*> variables;
  for (const std::string& entry : environment)
    variables.push_back(const_cast<char*>(entry.c_str()));
  variables.push_back(nullptr);
  char* arguments[] = {const_cast<char*>(program.c_str()), nullptr};
  const int output = open(log.c_str(), O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0644);
  const pid_t pid = fork();
  CHECK(pid >= 0 && output >= 0, "cannot start %s", program.c_str());
  if (pid == 0) {
    setpgid(0, 0);
    prctl(PR_SET_PDEATHSIG, SIGTERM);
    dup2(output, STDOUT_FILENO);
    dup2(output, STDERR_FILENO);
    execve(program.c_str(), arguments, variables.data());
    _exit(127);
  }
  close(output);
  return pid;
}

// The exit code, or -1 while it runs.
int ExitCode(pid_t pid, bool wait) {
  int status = 0;
  if (waitpid(pid, &status, wait ? 0 : WNOHANG) != pid) return -1;
  return WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status);
}

std::string ReadFile(const std::string& path) {
  std::ifstream in(path);
  std::ostringstream text;
  text << in.rdbuf();
  return text.str();
}

std::string Tail(const std::string& text) {
  return text.substr(text.size() - std::min<size_t>(text.size(), 2000));
}

}  // namespace

int FreePort() { return ListeningSocket().port(); }

Peer::Peer(std::string folder, PeerOptions options, int port, std::string data)
    : folder_(std::move(folder)),
      options_(std::move(options)),
      port_(port),
      data_(std::move(data)) {}

Peer::~Peer() {
  Stop();
  std::error_code ignored;
  std::filesystem::remove_all(data_, ignored);
  std::filesystem::remove(data_ + ".log", ignored);
}

std::string Peer::url() const { return StrCat("http://127.0.0.1:", port_); }
std::string Peer::log() const { return ReadFile(data_ + ".log"); }

absl::StatusOr<std::unique_ptr<Peer>> Peer::Start(const std::string& name, PeerOptions options) {
  const std::string folder = StrCat(MARU_SOURCE_DIR, "/deploy/sample/peers/", name);
  std::string data =
      (std::filesystem::temp_directory_path() / StrCat("maru-peer-", name, "-XXXXXX")).string();
  CHECK(mkdtemp(data.data()) != nullptr);
  options.environment["PORT"] = StrCat(FreePort());
  options.environment["DATA"] = data;
  options.environment["PEER_DEATH_SIGNAL"] =
      "TERM";  // a change of user drops the one that Spawn sets
  int64_t port = 0;
  CHECK(base::ParseInt(options.environment["PORT"], port));
  std::unique_ptr<Peer> peer(
      new Peer(folder, std::move(options), static_cast<int>(port), std::move(data)));
  const auto environment = Environment(peer->options_.environment);
  if (peer->options_.install) {
    const pid_t install = Spawn(folder + "/install.sh", environment, peer->data_ + ".log");
    if (ExitCode(install, true) != 0) {
      return absl::UnavailableError(
          StrCat("peer '", name, "' cannot be installed: ", Tail(peer->log())));
    }
  }
  RETURN_IF_ERROR(peer->Run());
  return peer;
}

absl::Status Peer::Restart() {
  Stop();
  return Run();
}

absl::Status Peer::Run() {
  pid_ = Spawn(folder_ + "/start.sh", Environment(options_.environment), data_ + ".log");
  return WaitUntilReady();
}

absl::Status Peer::WaitUntilReady() {
  const auto environment = Environment(options_.environment);
  for (const absl::Time end = absl::Now() + options_.patience; absl::Now() < end;) {
    if (const int code = ExitCode(pid_, false); code >= 0) {
      pid_ = 0;
      return absl::UnavailableError(StrCat(folder_, " ended with ", code, ": ", Tail(log())));
    }
    if (ExitCode(Spawn(folder_ + "/ready.sh", environment, data_ + ".log"), true) == 0)
      return absl::OkStatus();
    std::this_thread::sleep_for(std::chrono::milliseconds(100));
  }
  return absl::UnavailableError(StrCat(folder_, " is not ready in time: ", Tail(log())));
}

void Peer::Stop() {
  if (pid_ == 0) return;
  kill(-pid_, SIGTERM);
  for (int i = 0; i < 200; ++i) {
    if (ExitCode(pid_, false) >= 0) {
      pid_ = 0;
      return;
    }
    std::this_thread::sleep_for(std::chrono::milliseconds(50));
  }
  kill(-pid_, SIGKILL);
  ExitCode(pid_, true);
  pid_ = 0;
}

}  // namespace fakes
