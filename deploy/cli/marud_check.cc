#include "deploy/cli/marud_check.h"

#include <fcntl.h>
#include <spawn.h>
#include <sys/wait.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <cstring>
#include <filesystem>
#include <vector>

#include "deploy/server/check_report.h"
#include "model_core/base/errno_text.h"
#include "model_core/base/strings.h"

namespace deploy::cli {
namespace {

using base::StrCat;

absl::Status NotSaid(const std::string& marud, std::string_view english, std::string_view korean) {
  return base::Error(absl::StatusCode::kInternal,
                     StrCat("'", marud, "' did not say whether it would start: ", english),
                     StrCat("'", marud, "'의 점검 결과를 받지 못했습니다: ", korean));
}

absl::Status CannotRun(const std::string& marud, int error) {
  return NotSaid(marud, base::ErrnoText(error, base::Language::kEnglish),
                 base::ErrnoText(error, base::Language::kKorean));
}

// All that comes out of `fd`, which is closed.
std::string ReadToEnd(int fd) {
  std::string text;
  std::array<char, 4096> part;
  for (;;) {
    const ssize_t count = read(fd, part.data(), part.size());
    if (count < 0 && errno == EINTR) continue;
    if (count <= 0) break;
    text.append(part.data(), static_cast<size_t>(count));
  }
  close(fd);
  return text;
}

// Starts `words` with its output into `out`; an error number, 0 if it runs.
int Start(const std::vector<std::string>& words, int out, pid_t& process) {
  std::vector<char*> arguments;
  for (const std::string& word : words) arguments.push_back(const_cast<char*>(word.c_str()));
  arguments.push_back(nullptr);
  posix_spawn_file_actions_t actions;
  posix_spawn_file_actions_init(&actions);
  posix_spawn_file_actions_adddup2(&actions, out, STDOUT_FILENO);
  const int error =
      posix_spawn(&process, arguments[0], &actions, nullptr, arguments.data(), environ);
  posix_spawn_file_actions_destroy(&actions);
  return error;
}

int WaitFor(pid_t process) {
  int status = 0;
  while (waitpid(process, &status, 0) < 0 && errno == EINTR) {
  }
  return status;
}

}  // namespace

std::string MarudBesideProgram() {
  std::error_code error;
  const auto program = std::filesystem::read_symlink("/proc/self/exe", error);
  const std::string marud = program.parent_path() / "marud";
  return !error && access(marud.c_str(), X_OK) == 0 ? marud : "";
}

absl::Status AskMarud(const std::string& marud, const std::string& home, const std::string& file) {
  std::vector<std::string> words = {marud, "--check-config", "--home", home};
  if (!file.empty()) words.insert(words.end(), {"--config", file});
  int ends[2];
  if (pipe2(ends, O_CLOEXEC) != 0) return CannotRun(marud, errno);
  pid_t process = 0;
  const int error = Start(words, ends[1], process);
  close(ends[1]);
  const std::string said = ReadToEnd(ends[0]);
  if (error != 0) return CannotRun(marud, error);
  const int status = WaitFor(process);
  if (const auto found = ParseCheckReport(said)) return *found;
  if (WIFSIGNALED(status)) {
    const std::string signal = strsignal(WTERMSIG(status));
    return NotSaid(marud, StrCat("it was ended by a signal (", signal, ")"),
                   StrCat("신호로 끝났습니다 ('", signal, "')"));
  }
  return NotSaid(marud, "is it of another version?", "다른 버전의 marud인지 확인하십시오");
}

}  // namespace deploy::cli
