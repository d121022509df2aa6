// maru plan: what would be done, without doing it; one request, or a file of them.
#include <algorithm>
#include <cerrno>
#include <filesystem>
#include <thread>

#include "deploy/cli/command.h"
#include "deploy/cli/members.h"
#include "deploy/cli/plan_batch.h"
#include "deploy/cli/plan_view.h"
#include "model_core/base/clock.h"
#include "model_core/base/errno_text.h"
#include "model_core/base/strings.h"
#include "model_core/base/text.h"

namespace deploy::cli {
namespace {

using base::Json;
using base::StrCat;

struct PlanOptions {
  std::string text, now, catalog = "connected", batch;
  LocalOptions local;
  int jobs = std::clamp(static_cast<int>(std::thread::hardware_concurrency()), 1, 16);
};

using OpenFile = std::unique_ptr<std::FILE, int (*)(std::FILE*)>;

// As base::ReadFile has it: NotFound, or InvalidArgument for what is no file.
absl::StatusOr<OpenFile> Open(const std::string& path) {
  std::error_code ignored;
  OpenFile file(std::fopen(path.c_str(), "rb"), std::fclose);
  const int error = file != nullptr ? EISDIR : errno;
  if (file != nullptr && !std::filesystem::is_directory(path, ignored)) return file;
  const bool absent = error == ENOENT || error == ENOTDIR;
  return base::Error(absent ? absl::StatusCode::kNotFound : absl::StatusCode::kInvalidArgument,
                     StrCat("file '", path,
                            "' cannot be read: ", base::ErrnoText(error, base::Language::kEnglish)),
                     StrCat("파일 '", path, "'", base::Particle(path, "을"), " 읽을 수 없습니다: ",
                            base::ErrnoText(error, base::Language::kKorean)));
}

// Over the whole catalogue it makes no difference who asks: no credential is needed.
LocalOptions LocalOf(const PlanOptions& options) {
  LocalOptions local = options.local;
  local.nobodys_here = options.catalog == "all";
  return local;
}

absl::StatusOr<ExitCode> PlanBatch(const Session& session, const PlanOptions& options,
                                   const PlanQuestion& defaults) {
  std::FILE* in = session.terminal.in;
  OpenFile opened(nullptr, std::fclose);
  if (options.batch != "-") {
    ASSIGN_OR_RETURN(opened, Open(options.batch));
    in = opened.get();
  }
  ASSIGN_OR_RETURN(const auto sources, MakePlanSources(session, LocalOf(options), options.jobs));
  ASSIGN_OR_RETURN(const BatchCount count, PlanLines(session, sources, defaults, in));
  if (count.failed > 0) {
    session.Note(StrCat(count.failed, " of ", count.lines, " lines could not be planned"),
                 StrCat(count.lines, "줄 가운데 ", count.failed, "줄을 계획하지 못했습니다"));
  }
  return ExitCode::kOk;
}

absl::StatusOr<ExitCode> Plan(const Session& session, const PlanOptions& options) {
  if (!options.now.empty()) RETURN_IF_ERROR(base::ParseTimeText(options.now).status());
  PlanQuestion question{"", options.now, "", options.catalog == "all"};
  if (!options.batch.empty()) return PlanBatch(session, options, question);
  question.text = options.text;
  if (question.text == "-") {
    ASSIGN_OR_RETURN(question.text, ReadFile(session, "-"));
  }
  RETURN_IF_ERROR(agents::CheckRequestText(question.text));
  ASSIGN_OR_RETURN(const auto sources, MakePlanSources(session, LocalOf(options), 1));
  ASSIGN_OR_RETURN(const Json answer, sources.front()->MakePlan(question));
  if (session.json) {
    session.PrintJson(answer);
    return ExitCode::kOk;
  }
  Page page = session.NewPage();
  ShowPlan(session, Member(answer, "plan"), page);
  const std::string tool = base::StringOr(answer, "unusable_tool", "");
  if (!tool.empty()) {
    page.Line(
        session.Say(StrCat("tool ", tool, " cannot be used"), StrCat(tool, " 도구를 쓸 수 없음")),
        2, Tone::kBad);
  }
  page.Line(StrCat(static_cast<int>(base::NumberOr(answer, "milliseconds", 0) + 0.5), " ms"), 2,
            Tone::kQuiet);
  session.Print(page.Take());
  return ExitCode::kOk;
}

}  // namespace

void AddPlan(CLI::App& app, Menu& menu) {
  const auto options = std::make_shared<PlanOptions>();
  CLI::App& command = menu.Command(app, "plan", "plan a request without running it",
                                   "실행하지 않고 계획만 세우기", options, Plan);
  auto* text = command.add_option(
      "text", options->text,
      menu.Say("the request, or '-' to read it", "요청할 내용. '-'이면 표준 입력"));
  command
      .add_option("--batch", options->batch,
                  menu.Say("JSON lines {\"id\",\"text\",\"now\"?,\"as\"?}; '-': read them",
                           "JSON 줄 파일 {\"id\",\"text\",\"now\"?,\"as\"?}. '-'이면 표준 입력"))
      ->excludes(text);
  command.add_option("--now", options->now,
                     menu.Say("what 'today' means (RFC 3339)", "'오늘'의 기준 시각 (RFC 3339)"));
  command
      .add_option("--catalog", options->catalog,
                  menu.Say("connected | all: over which tools (default connected)",
                           "connected | all: 어떤 도구로 계획할지 (기본 connected)"))
      ->check(CLI::IsMember({"connected", "all"}));
  command.add_option(
      "--local", options->local.model_directory,
      menu.Say("plan here with the model in this directory", "이 디렉터리의 모델로 여기에서 계획"));
  command.add_option(
      "--principals", options->local.principals_file,
      menu.Say("who may use which tools, when planning here", "여기에서 계획할 때 쓸 사용자 파일"));
  command
      .add_option("--jobs", options->jobs,
                  menu.Say("lines planned at the same time (default: as many as cores, up to 16)",
                           "동시에 계획할 줄 수 (기본: 코어 수, 16까지)"))
      ->check(CLI::Range(1, 64));
}

}  // namespace deploy::cli
