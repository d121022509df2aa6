// The command line as a whole: options of every command, help, usage errors, and the one place
// where a command's outcome becomes an exit code.
#include "deploy/cli/command.h"
#include "deploy/server/config.h"
#include "model_core/base/strings.h"

namespace deploy::cli {
namespace {

using base::StrCat;

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
}

// Help without types and rules beside each name: the descriptions say what matters.
class HelpFormatter : public CLI::Formatter {
 public:
  std::string make_option_opts(const CLI::Option* option) const override {
    return option->get_expected_max() > 0 && !option->get_positional() ? " VALUE" : "";
  }
};

void Dress(CLI::App& app, const Session& session) {
  auto formatter = std::make_shared<HelpFormatter>();
  formatter->column_width(28);
  formatter->label("Usage", session.Say("Usage", "사용법"));
  formatter->label("Positionals", session.Say("Arguments", "인자"));
  formatter->label("SUBCOMMAND", "COMMAND");
  app.formatter(formatter);
  app.option_defaults()->group(session.Say("Options", "옵션"));
  app.set_help_flag("-h,--help", session.Say("this help", "도움말"));
  app.require_subcommand(1);
  app.fallthrough();
  app.footer(StrCat(
      "\n", ExitCodeHelp(session.language), "\n\n",
      session.Say(
          "Environment: MARU_SERVER, MARU_AS, MARU_CREDENTIAL, MARU_HOME, MARU_MODEL, NO_COLOR",
          "환경 변수: MARU_SERVER, MARU_AS, MARU_CREDENTIAL, MARU_HOME, MARU_MODEL, NO_COLOR")));
}

void AddCommands(CLI::App& app, Menu& menu) {
  for (const auto add :
       {AddAsk, AddPlan, AddRuns, AddApprovals, AddAudit, AddVerify, AddPolicy, AddConnectors,
        AddTools, AddPrincipals, AddModel, AddConfig, AddCompletion}) {
    add(app, menu);
  }
  for (CLI::App* command : app.get_subcommands({})) {
    command->footer(
        menu.Say("Options of every command: maru --help", "모든 명령의 공통 옵션: maru --help"));
  }
}

// The parser's complaint in Korean; its own words where they name the fault.
std::string KoreanUsage(const CLI::ParseError& error) {
  const std::string kind = error.get_name(), said = error.what();
  if (said == "A subcommand is required") return "명령이 빠졌습니다";
  if (kind == "RequiredError")
    return StrCat("필요한 것이 빠졌습니다: ", base::ReplaceAll(said, " is required", ""));
  if (kind == "ConversionError" || kind == "ValidationError")
    return StrCat("값이 올바르지 않습니다: ", said);
  if (kind == "ExcludesError") return StrCat("함께 쓸 수 없습니다: ", said);
  return StrCat("사용법 오류: ", said);
}

// Arguments that no command took are the likeliest fault, whatever the parser stumbled over.
absl::Status Usage(const CLI::ParseError& error, const CLI::App& app) {
  const std::vector<std::string> unknown = app.remaining(true);
  const std::string english =
      unknown.empty() ? error.what() : StrCat("unknown argument: ", base::StrJoin(unknown, " "));
  const std::string korean = unknown.empty()
                                 ? KoreanUsage(error)
                                 : StrCat("알 수 없는 인자입니다: ", base::StrJoin(unknown, " "));
  return base::Error(absl::StatusCode::kInvalidArgument, StrCat(english, " (maru --help)"),
                     StrCat(korean, " (maru --help)"));
}

// A command is not done while its output is lost; what failed or waits anyway keeps its own code.
ExitCode Ended(const Session& session, ExitCode code) {
  const absl::Status output = session.Output();
  if (output.ok() || absl::IsCancelled(output)) return code;
  const ExitCode lost = session.Fail(output);
  return code == ExitCode::kOk ? lost : code;
}

}  // namespace

int RunCommandLine(int argc, const char* const* argv, const Terminal& terminal) {
  Session session;
  session.terminal = terminal;
  session.language = DetectLanguage(argc, argv);
  session.connection.home = DefaultHome();
  std::string language;
  CLI::App app(session.Say("maru: ask, approve, watch and verify what Maru does",
                           "maru: 마루에 일을 맡기고, 승인하고, 지켜보고, 검증합니다"),
               "maru");
  Menu menu{session, {}};
  Dress(app, session);
  AddGlobalOptions(app, session, language);
  AddCommands(app, menu);
  try {
    app.parse(argc, argv);
  } catch (const CLI::CallForHelp&) {
    session.Print(app.help());
    return static_cast<int>(Ended(session, ExitCode::kOk));
  } catch (const CLI::ParseError& error) {  // the library's way of refusing arguments
    return static_cast<int>(session.Fail(Usage(error, app)));
  }
  const absl::StatusOr<ExitCode> code = menu.chosen();
  return static_cast<int>(Ended(session, code.ok() ? *code : session.Fail(code.status())));
}

}  // namespace deploy::cli
