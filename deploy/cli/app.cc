// The command line as a whole: options of every command, help, usage errors, and the one place
// where a command's outcome becomes an exit code.
#include "deploy/cli/command.h"
#include "deploy/cli/help.h"
#include "deploy/server/config.h"
#include "deploy/server/usage_error.h"
#include "deploy/server/version.h"
#include "model_core/base/strings.h"
#include "tools/catalogue.h"

namespace deploy::cli {
namespace {

void AddGlobalOptions(CLI::App& app, Session& session, std::string& language) {
  ConnectionOptions& connection = session.connection;
  const auto add = [&](const char* name, std::string& value, std::string_view english,
                       std::string_view korean) {
    app.add_option(name, value, session.Say(english, korean));
  };
  add("--as", connection.as, "principal who asks (MARU_AS; default: the only credential here)",
      "요청하는 사용자 (MARU_AS. 기본값: 여기 있는 하나뿐인 인증 정보)");
  app.add_flag("--json", session.json, session.Say("JSON for programs", "프로그램용 JSON 출력"));
  app.add_option(
         "--lang", language,
         session.Say("ko or en (default: LC_ALL, LANG)", "ko 또는 en (기본값: LC_ALL, LANG)"))
      ->check(CLI::IsMember({"ko", "en"}));
  add("--server", connection.server, "host:port (MARU_SERVER; default: the configuration's)",
      "호스트:포트 (MARU_SERVER. 기본값: 설정 파일)");
  add("--home", connection.home, "directory of all data (MARU_HOME; default ~/.maru)",
      "데이터 디렉터리 (MARU_HOME. 기본값 ~/.maru)");
  add("--credential-file", connection.credential_file, "file that holds the credential",
      "인증 정보가 든 파일");
  add("--ca", connection.ca, "PEM authority of the server: TLS", "서버 인증 기관 PEM: TLS 사용");
  app.add_flag("--tls", connection.tls,
               session.Say("TLS with the system's authorities", "시스템 인증 기관으로 TLS 사용"));
  add("--cert", connection.certificate, "PEM client certificate", "클라이언트 인증서 PEM");
  add("--key", connection.key, "PEM key of the client certificate", "클라이언트 인증서의 키 PEM");
  app.set_version_flag("--version", std::string(Version()), session.Say("the version", "버전"));
}

void AddCommands(CLI::App& app, Menu& menu) {
  for (const auto add :
       {AddAsk, AddPlan, AddRuns, AddApprovals, AddAudit, AddVerify, AddPolicy, AddConnectors,
        AddTools, AddPrincipals, AddModel, AddConfig, AddCompletion}) {
    add(app, menu);
  }
  DressCommands(app, menu.session);
}

void PrintVersion(const Session& session) {
  if (session.json) return session.PrintJson({{"version", Version()}});
  session.Print(base::StrCat("maru ", Version(), "\n"));
}

// Asked before the parser is: its own errors go out as the caller wants them, too.
bool AsksForJson(int argc, const char* const* argv) {
  for (int i = 1; i < argc && argv[i] != std::string_view("--"); ++i) {
    if (argv[i] == std::string_view("--json")) return true;
  }
  return false;
}

// A command is not done while its output is lost; what failed or waits anyway keeps its own code.
ExitCode Ended(const Session& session, ExitCode code) {
  const absl::Status output = session.Output();
  if (output.ok() || absl::IsCancelled(output)) return code;
  const ExitCode lost = session.Fail(output);
  return code == ExitCode::kOk ? lost : code;
}

}  // namespace

void AddPurpose(CLI::App& command, Menu& menu, std::string& purpose) {
  const auto purposes = tools::Catalogue::BuiltIn().json().value("purposes", base::Json::array());
  const auto known = purposes.get<std::vector<std::string>>();
  const std::string list = base::StrJoin(known, ", ");
  command
      .add_option("--purpose", purpose,
                  menu.Say(base::StrCat("purpose of the run, where several fit: ", list),
                           base::StrCat("실행 목적 (여럿이 맞을 때): ", list)))
      ->check(CLI::IsMember(known));
}

int RunCommandLine(int argc, const char* const* argv, const Terminal& terminal) {
  Session session;
  session.terminal = terminal;
  session.language = DetectLanguage(argc, argv);
  session.json = AsksForJson(argc, argv);
  session.connection.home = DefaultHome();
  std::string language;
  CLI::App app(session.Say("maru: ask, approve, watch and verify what Maru does",
                           "maru: 마루에 일을 맡기고, 승인하고, 지켜보고, 검증합니다"),
               "maru");
  Menu menu{session, {}};
  DressHelp(app, session);
  app.require_subcommand(1);
  app.fallthrough();
  AddGlobalOptions(app, session, language);
  AddCommands(app, menu);
  try {
    app.parse(argc, argv);
  } catch (const CLI::CallForHelp&) {
    session.Print(app.help());
    return static_cast<int>(Ended(session, ExitCode::kOk));
  } catch (const CLI::CallForVersion&) {
    PrintVersion(session);
    return static_cast<int>(Ended(session, ExitCode::kOk));
  } catch (const CLI::ParseError& error) {  // the library's way of refusing arguments
    return static_cast<int>(session.Fail(UsageError(error, app, "maru")));
  }
  const absl::StatusOr<ExitCode> code = menu.chosen();
  return static_cast<int>(Ended(session, code.ok() ? *code : session.Fail(code.status())));
}

}  // namespace deploy::cli
