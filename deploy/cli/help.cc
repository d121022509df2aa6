#include "deploy/cli/help.h"

#include "deploy/cli/display.h"
#include "model_core/base/strings.h"

namespace deploy::cli {
namespace {

using base::StrCat;

constexpr size_t kNameCells = 28;

// Names without types and rules beside them: the descriptions say what matters, and are broken to
// the terminal's width.
class HelpFormatter : public CLI::Formatter {
 public:
  explicit HelpFormatter(int width)
      : cells_(static_cast<size_t>(width) > 2 * kNameCells ? width - kNameCells : kNameCells) {
    column_width(kNameCells);
  }

  std::string make_option_opts(const CLI::Option* option) const override {
    return option->get_expected_max() > 0 && !option->get_positional() ? " VALUE" : "";
  }
  std::string make_option_desc(const CLI::Option* option) const override {
    return Broken(option->get_description());
  }
  std::string make_subcommand(const CLI::App* command) const override {
    std::stringstream out;
    CLI::detail::format_help(out, command->get_name(), Broken(command->get_description()),
                             kNameCells);
    return out.str();
  }

 private:
  std::string Broken(const std::string& text) const {
    return base::StrJoin(Wrap(text, cells_), "\n");
  }

  const size_t cells_;  // of a description
};

constexpr char kExamplesEnglish[] = R"(Examples:
  marud                              the server, in another terminal
  maru connectors check              is every outside system up
  maru ask "TEXT" --as ID            ask for something
  maru approvals list --as ID        what that person may approve
  maru audit export RUN -o run.json  the evidence of a run
  maru verify run.json               check it, without a server)";
constexpr char kExamplesKorean[] = R"(보기:
  marud                              서버 (다른 터미널에서)
  maru connectors check              외부 시스템이 모두 연결되었는지
  maru ask "할 일" --as ID           요청
  maru approvals list --as ID        그 사람이 승인할 것
  maru audit export RUN -o run.json  실행의 증거
  maru verify run.json               서버 없이 검증)";

std::string OptionsTitle(const Session& session) { return session.Say("Options", "옵션"); }

}  // namespace

void DressHelp(CLI::App& app, const Session& session) {
  auto formatter = std::make_shared<HelpFormatter>(session.terminal.width);
  formatter->label("Usage", session.Say("Usage", "사용법"));
  formatter->label("Positionals", session.Say("Arguments", "인자"));
  formatter->label("OPTIONS", session.Say("OPTIONS", "옵션"));
  formatter->label("SUBCOMMAND", session.Say("COMMAND", "명령"));
  app.formatter(formatter);
  app.option_defaults()->group(OptionsTitle(session));
  app.set_help_flag("-h,--help", session.Say("this help", "도움말"));
  app.footer(StrCat(
      ExitCodeHelp(session.language), "\n\n",
      session.Say(
          "Environment: MARU_SERVER, MARU_AS, MARU_CREDENTIAL, MARU_HOME, MARU_MODEL, NO_COLOR",
          "환경 변수: MARU_SERVER, MARU_AS, MARU_CREDENTIAL, MARU_HOME, MARU_MODEL, NO_COLOR"),
      "\n\n", session.Say(kExamplesEnglish, kExamplesKorean)));
}

void DressCommands(CLI::App& app, const Session& session) {
  for (CLI::App* command : app.get_subcommands({})) {
    DressCommands(*command, session);
    // The library makes the help flag before it knows in which group options stand.
    if (CLI::Option* help = command->get_help_ptr(); help != nullptr)
      help->group(OptionsTitle(session));
    const bool inherited = command->get_footer().starts_with(ExitCodeHelp(session.language));
    if (inherited)
      command->footer(session.Say("Options of every command, exit codes: maru --help",
                                  "모든 명령의 공통 옵션과 종료 코드: maru --help"));
  }
}

}  // namespace deploy::cli
