// maru config: what marud would read. Needs no server.
#include "deploy/cli/command.h"
#include "deploy/cli/marud_check.h"
#include "deploy/server/config_check.h"
#include "model_core/base/strings.h"

namespace deploy::cli {
namespace {

struct Options {
  std::string file;
};

std::string FileOf(const Session& session, const Options& options) {
  return options.file.empty() ? ConfigPath(session.connection.home) : options.file;
}

absl::StatusOr<Config> Load(const Session& session, const Options& options) {
  return Config::Load(FileOf(session, options), session.connection.home);
}

// Without a marud at hand: keys, values and TLS files are as they must be, and no more is known.
void PrintGood(const Session& session, const std::string& file, bool by_marud) {
  if (session.json) {
    base::Json good = {{"file", file}, {"ok", true}};
    if (!by_marud) good["complete"] = false;
    return session.PrintJson(good);
  }
  session.Print(base::StrCat(
      file.empty() ? session.Say("no file: defaults", "파일 없음: 기본값") : file,
      session.Say(": good", ": 올바릅니다"),
      by_marud ? ""
               : session.Say("; connectors, databases, policies, people and the model were not "
                             "checked, which takes a marud beside maru",
                             ". 다만 연결, 데이터베이스, 정책, 사용자, 모델은 점검하지 않았습니다 "
                             "(maru 옆에 marud가 있어야 합니다)"),
      "\n"));
}

absl::StatusOr<ExitCode> Check(const Session& session, const Options& options) {
  ASSIGN_OR_RETURN(const Config config, Load(session, options));
  RETURN_IF_ERROR(CheckConfig(config));
  const std::string file = FileOf(session, options), marud = MarudBesideProgram();
  if (!marud.empty()) RETURN_IF_ERROR(AskMarud(marud, session.connection.home, file));
  PrintGood(session, file, !marud.empty());
  return ExitCode::kOk;
}

absl::StatusOr<ExitCode> Show(const Session& session, const Options& options) {
  ASSIGN_OR_RETURN(const Config config, Load(session, options));
  if (session.json) {
    base::Json values = base::Json::object();
    for (const auto& [key, value] : config.values()) values[key] = value;
    session.PrintJson(values);
    return ExitCode::kOk;
  }
  Page page = session.NewPage();
  page.Fields({config.values().begin(), config.values().end()}, 0);
  session.Print(page.Take());
  return ExitCode::kOk;
}

absl::StatusOr<ExitCode> Default(const Session& session, const Options&) {
  if (session.json) {
    session.PrintJson({{"yaml", DefaultConfigText(session.language)}});
  } else {
    session.Print(DefaultConfigText(session.language));
  }
  return ExitCode::kOk;
}

}  // namespace

void AddConfig(CLI::App& app, Menu& menu) {
  CLI::App& group = menu.Group(app, "config", "marud's configuration: check, show, default",
                               "marud 설정: 점검, 보기, 기본값");
  const auto options = std::make_shared<Options>();
  const std::string file =
      menu.Say("file; default: $MARU_HOME/maru.yaml", "파일. 없으면 $MARU_HOME/maru.yaml");
  menu.Command(group, "check", "whether marud would start with it; exit code 2 if not",
               "marud가 이대로 시작할 수 있는지 (아니면 종료 코드 2)", options, Check)
      .add_option("file", options->file, file);
  menu.Command(group, "show", "every key with the value in force", "모든 키와 지금 값", options,
               Show)
      .add_option("file", options->file, file);
  menu.Command(group, "default", "the commented file that is built in",
               "내장된 주석 달린 기본 파일", options, Default);
}

}  // namespace deploy::cli
