#include "deploy/cli/completion.h"

#include "deploy/cli/command.h"
#include "model_core/base/strings.h"

namespace deploy::cli {
namespace {

using base::StrCat;

std::vector<std::string> Words(const CLI::App& app) {
  std::vector<std::string> words;
  for (const CLI::App* sub : app.get_subcommands({})) words.push_back(sub->get_name());
  for (const CLI::Option* option : app.get_options()) {
    for (const std::string& name : option->get_lnames()) words.push_back(StrCat("--", name));
  }
  return words;
}

// One case of the script for each command: "runs list") words="--state …".
void AddCases(const CLI::App& app, const std::string& path, std::string& out) {
  for (const CLI::App* sub : app.get_subcommands({})) {
    const std::string name = path.empty() ? sub->get_name() : StrCat(path, " ", sub->get_name());
    out += StrCat("    '", name, "') words='", base::StrJoin(Words(*sub), " "), "' ;;\n");
    AddCases(*sub, name, out);
  }
}

// Names that lead from one command to the next.
std::string CommandNames(const CLI::App& app, const std::string& path) {
  std::string out;
  for (const CLI::App* sub : app.get_subcommands({})) {
    const std::string name = path.empty() ? sub->get_name() : StrCat(path, " ", sub->get_name());
    out += StrCat(out.empty() ? "" : "|", "'", name, "'");
    const std::string below = CommandNames(*sub, name);
    if (!below.empty()) out += StrCat("|", below);
  }
  return out;
}

}  // namespace

std::string BashCompletion(const CLI::App& app) {
  std::string cases;
  AddCases(app, "", cases);
  const std::string globals = base::StrJoin(Words(app), " ");
  return StrCat(
      "# bash completion for maru: source <(maru completion bash)\n"
      "_maru() {\n"
      "  local word=\"${COMP_WORDS[COMP_CWORD]}\" path='' words='",
      globals,
      "' part next i\n"
      "  for ((i = 1; i < COMP_CWORD; i++)); do\n"
      "    part=\"${COMP_WORDS[i]}\"\n"
      "    next=\"${path:+$path }$part\"\n"
      "    case \"$next\" in ",
      CommandNames(app, ""),
      ") path=\"$next\" ;; esac\n"
      "  done\n"
      "  case \"$path\" in\n",
      cases,
      "  esac\n"
      "  [ -z \"$path\" ] || [[ \"$word\" != -* ]] || words=\"$words ",
      globals,
      "\"\n"
      "  COMPREPLY=($(compgen -W \"$words\" -- \"$word\"))\n"
      "}\n"
      "complete -o default -F _maru maru\n");
}

namespace {

struct Options {
  const CLI::App* app = nullptr;
};

absl::StatusOr<ExitCode> Bash(const Session& session, const Options& options) {
  session.Print(BashCompletion(*options.app));
  return ExitCode::kOk;
}

}  // namespace

void AddCompletion(CLI::App& app, Menu& menu) {
  CLI::App& group = menu.Group(app, "completion", "shell completion: bash", "셸 자동 완성: bash");
  const auto options = std::make_shared<Options>();
  options->app = &app;
  menu.Command(group, "bash", "print the script: source <(maru completion bash)",
               "스크립트 출력: source <(maru completion bash)", options, Bash);
}

}  // namespace deploy::cli
