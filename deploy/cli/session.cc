#include "deploy/cli/session.h"

#include <sys/ioctl.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstdlib>
#include <cstring>

#include "deploy/cli/display.h"
#include "model_core/base/errno_text.h"
#include "model_core/base/files.h"
#include "model_core/base/strings.h"

namespace deploy::cli {
namespace {

constexpr int kWidthMin = 40, kWidthMax = 120;  // longer lines are hard to read

std::string Environment(const char* name) {
  const char* value = std::getenv(name);
  return value == nullptr ? "" : value;
}

int WidthOf(int fd) {
  winsize size{};
  if (ioctl(fd, TIOCGWINSZ, &size) != 0 || size.ws_col == 0) return Terminal{}.width;
  return std::clamp<int>(size.ws_col, kWidthMin, kWidthMax);
}

}  // namespace

Terminal Terminal::Detect() {
  Terminal terminal;
  const bool shown = isatty(STDOUT_FILENO) == 1;
  terminal.interactive = shown && isatty(STDIN_FILENO) == 1;
  terminal.colour = shown && Environment("NO_COLOR").empty() && Environment("TERM") != "dumb";
  if (shown) terminal.width = WidthOf(STDOUT_FILENO);
  return terminal;
}

base::Language DetectLanguage(int argc, const char* const* argv) {
  for (int i = 1; i < argc; ++i) {
    const std::string_view argument = argv[i];
    if (argument == "--lang" && i + 1 < argc) return base::ParseLanguage(argv[i + 1]);
    if (argument.starts_with("--lang="))
      return base::ParseLanguage(argument.substr(std::strlen("--lang=")));
  }
  for (const char* name : {"LC_ALL", "LC_MESSAGES", "LANG"}) {
    const std::string value = Environment(name);
    if (value.empty()) continue;
    const bool unnamed = value == "C" || value == "POSIX" || value.starts_with("C.");
    return unnamed ? base::Language::kKorean : base::ParseLanguage(value);
  }
  return base::Language::kKorean;
}

void Session::Print(std::string_view text) const {
  const bool written = std::fwrite(text.data(), 1, text.size(), terminal.out) == text.size();
  const int why = errno;
  if (written && std::fflush(terminal.out) == 0) return;
  if (output_errno_ == 0) output_errno_ = written ? errno : why;
}

absl::Status Session::Output() const {
  if (output_errno_ == 0) return absl::OkStatus();
  if (output_errno_ == EPIPE) {
    return base::Error(absl::StatusCode::kCancelled, "nobody reads the output",
                       "출력을 읽는 쪽이 없습니다");
  }
  return base::Error(base::ErrnoCode(output_errno_),
                     base::StrCat("the output cannot be written: ",
                                  base::ErrnoText(output_errno_, base::Language::kEnglish)),
                     base::StrCat("출력을 쓸 수 없습니다: ",
                                  base::ErrnoText(output_errno_, base::Language::kKorean)));
}

void Session::PrintJson(const base::Json& value) const {
  Print(base::StrCat(base::DumpJson(value), "\n"));
}

void Session::Note(std::string_view english, std::string_view korean_text) const {
  std::fprintf(terminal.err, "maru: %s\n", Clean(Say(english, korean_text)).c_str());
}

ExitCode Session::Fail(const absl::Status& status) const {
  const std::string message = base::Message(status, language), advice = Advice(status, language);
  if (json) {
    base::Json error = ErrorJson(status, language);
    error.update({{"reason", base::Reason(status)}, {"advice", advice}});
    std::fprintf(terminal.err, "%s\n", base::DumpJson({{"error", error}}).c_str());
  } else {
    Note(message, message);
    if (!advice.empty()) Note(advice, advice);
  }
  return ExitCodeOf(status);
}

bool Session::ReadLine(std::string_view prompt, std::string& line) const {
  Print(prompt);
  line.clear();
  int c;
  while ((c = std::fgetc(terminal.in)) != EOF && c != '\n') line += static_cast<char>(c);
  return c != EOF || !line.empty();
}

bool Session::Confirm(std::string_view question) const {
  std::string line;
  if (!ReadLine(base::StrCat(Clean(question), " [y/N] "), line)) return false;
  const std::string answer = base::LowerAscii(base::Trim(line));
  return answer == "y" || answer == "yes" || answer == "예" || answer == "네";
}

absl::StatusOr<std::unique_ptr<Client>> Session::Connect() const {
  return MakeClient(connection, language);
}

absl::StatusOr<std::string> ReadFile(const Session& session, const std::string& path) {
  if (path != "-") return base::ReadFile(path);
  std::string text;
  char buffer[1 << 16];
  while (const size_t count = std::fread(buffer, 1, sizeof(buffer), session.terminal.in))
    text.append(buffer, count);
  if (std::ferror(session.terminal.in) == 0) return text;
  return base::Error(absl::StatusCode::kInvalidArgument, "the standard input cannot be read",
                     "표준 입력을 읽을 수 없습니다");
}

}  // namespace deploy::cli
