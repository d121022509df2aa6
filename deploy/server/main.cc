// marud: the platform as one process. Stops on SIGTERM and SIGINT.
//
// Exit codes: 0 stopped as asked, 1 something failed, 2 arguments or configuration, 3 the home or a
// port is taken.
#include <CLI/CLI.hpp>
#include <csignal>
#include <cstdio>
#include <filesystem>

#include "deploy/server/check_report.h"
#include "deploy/server/config_check.h"
#include "deploy/server/dsn_check.h"
#include "deploy/server/platform.h"
#include "deploy/server/standard_streams.h"
#include "deploy/server/start_check.h"
#include "deploy/server/usage_error.h"
#include "deploy/server/version.h"
#include "model_core/base/log.h"
#include "model_core/base/strings.h"

namespace {

int ExitCode(const absl::Status& status) {
  if (absl::IsAlreadyExists(status)) return 3;
  return absl::IsInvalidArgument(status) || absl::IsNotFound(status) ? 2 : 1;
}

int Fail(const absl::Status& status, base::Language language) {
  std::fprintf(stderr, "marud: %s\n", base::Message(status, language).c_str());
  return ExitCode(status);
}

void SetLog(const deploy::Config& config) {
  constexpr std::string_view kLevels[] = {"debug", "info", "warning", "error"};
  const auto at = std::find(std::begin(kLevels), std::end(kLevels), config.Text("log.level")) -
                  std::begin(kLevels);
  base::StartLog(
      config.Text("log.format") == "json" ? base::LogFormat::kJson : base::LogFormat::kText,
      static_cast<base::LogLevel>(at));
}

// A clock that went back is for a person to set right.
void WarnOfClock(absl::Duration behind, base::Language language) {
  if (behind <= absl::ZeroDuration()) return;
  const int64_t seconds = absl::ToInt64Seconds(behind);
  const bool korean = language == base::Language::kKorean;
  std::fprintf(stderr, "marud: %s\n",
               (korean ? base::StrCat("이 컴퓨터의 시계가 감사 기록의 마지막 시각보다 ", seconds,
                                      "초 늦습니다. 시계를 맞추십시오. 그때까지 기록에는 그 마지막 "
                                      "시각을 적습니다")
                       : base::StrCat("this machine's clock is ", seconds,
                                      " s behind the newest record of the audit log: set it right; "
                                      "until then records get that record's time"))
                   .c_str());
}

// Of --lang, which the parser may not have come to.
base::Language LanguageOf(int argc, char** argv) {
  constexpr std::string_view kOption = "--lang";
  for (int i = 1; i < argc; ++i) {
    const std::string_view argument = argv[i];
    if (argument == kOption && i + 1 < argc) return base::ParseLanguage(argv[i + 1]);
    if (argument.starts_with("--lang="))
      return base::ParseLanguage(argument.substr(kOption.size() + 1));
  }
  return base::Language::kKorean;
}

// Told as `maru config check` reads it.
int Check(const absl::StatusOr<deploy::Config>& config) {
  const absl::Status status = config.ok() ? deploy::CheckStart(*config) : config.status();
  std::printf("%s\n", deploy::CheckReport(status).c_str());
  return status.ok() ? 0 : ExitCode(status);
}

int Serve(const deploy::Config& config, base::Language language) {
  sigset_t signals;
  sigemptyset(&signals);
  sigaddset(&signals, SIGTERM);
  sigaddset(&signals, SIGINT);
  pthread_sigmask(SIG_BLOCK, &signals, nullptr);  // inherited by every thread; awaited here
  std::signal(SIGPIPE, SIG_IGN);
  SetLog(config);
  const auto platform = deploy::Platform::Start(config);
  if (!platform.ok()) return Fail(platform.status(), language);
  WarnOfClock((*platform)->clock_behind(), language);
  base::LogInfo("server.ready", {{"port", (*platform)->port()}, {"home", config.home()}});
  int signal = 0;
  sigwait(&signals, &signal);
  base::LogInfo("server.stopping", {{"signal", signal}});
  return 0;
}

}  // namespace

int main(int argc, char** argv) {
  deploy::HoldStandardStreams();
  CLI::App app("marud: 마루 서버 / the Maru server");
  std::string home = deploy::DefaultHome(), path, language = "ko";
  app.add_option("--home", home, "directory of all data")->capture_default_str();
  app.add_option("--config", path, "configuration file; default: HOME/maru.yaml where it exists");
  app.add_option("--lang", language, "ko or en")->capture_default_str();
  bool check = false;
  app.add_flag(
      "--check-config", check,
      "whether marud would start, as one line of JSON (see: maru config check); then ends");
  app.set_version_flag("--version", base::StrCat("marud ", deploy::Version()), "the version");
  try {
    app.parse(argc, argv);
  } catch (const CLI::ParseError& error) {  // the library's way of ending early, for --help as well
    if (error.get_exit_code() == 0) return app.exit(error);
    return Fail(deploy::UsageError(error, app, "marud"), LanguageOf(argc, argv));
  }
  std::error_code error;
  if (path.empty() && std::filesystem::exists(base::StrCat(home, "/maru.yaml"), error)) {
    path = base::StrCat(home, "/maru.yaml");
  }
  const auto config = deploy::Config::Load(path, home);
  if (check) return Check(config);
  if (!config.ok()) return Fail(config.status(), base::ParseLanguage(language));
  for (const auto refusal : {deploy::CheckConfig, deploy::CheckDsns}) {
    if (const absl::Status status = refusal(*config); !status.ok())
      return Fail(status, base::ParseLanguage(language));
  }
  return Serve(*config, base::ParseLanguage(language));
}
