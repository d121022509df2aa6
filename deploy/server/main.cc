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
#include "deploy/server/marud_options.h"
#include "deploy/server/platform.h"
#include "deploy/server/standard_streams.h"
#include "deploy/server/start_check.h"
#include "deploy/server/usage_error.h"
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
  const base::Language language = deploy::MarudLanguage(argc, argv);
  deploy::MarudOptions options;
  CLI::App app;
  deploy::AddMarudOptions(app, options, language);
  try {
    app.parse(argc, argv);
  } catch (const CLI::ParseError& error) {  // the library's way of ending early, for --help as well
    if (error.get_exit_code() == 0) return app.exit(error);
    return Fail(deploy::UsageError(error, app, "marud"), language);
  }
  const std::string beside = base::StrCat(options.home, "/maru.yaml");
  std::error_code error;
  if (options.config.empty() && std::filesystem::exists(beside, error)) options.config = beside;
  const auto config = deploy::Config::Load(options.config, options.home);
  if (options.check) return Check(config);
  if (!config.ok()) return Fail(config.status(), language);
  for (const auto refusal : {deploy::CheckConfig, deploy::CheckDsns}) {
    if (const absl::Status status = refusal(*config); !status.ok()) return Fail(status, language);
  }
  return Serve(*config, language);
}
