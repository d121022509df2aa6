#include "deploy/cli/completion.h"

#include <functional>

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

// Every command below `app` with what leads to it: "runs", "runs list", …
void Visit(const CLI::App& app, const std::string& before,
           const std::function<void(const CLI::App&, const std::string&)>& take) {
  for (const CLI::App* sub : app.get_subcommands({})) {
    const std::string path =
        before.empty() ? sub->get_name() : StrCat(before, " ", sub->get_name());
    take(*sub, path);
    Visit(*sub, path, take);
  }
}

// In single quotes, as all three shells read them; those of a description become typographic ones.
std::string Quoted(std::string_view text) {
  return StrCat("'", base::ReplaceAll(text, "'", "’"), "'");
}

// Each path between quotes.
std::string Paths(const CLI::App& app, std::string_view separator) {
  std::vector<std::string> paths;
  Visit(app, "", [&](const CLI::App&, const std::string& path) { paths.push_back(Quoted(path)); });
  return base::StrJoin(paths, separator);
}

// The loop's body and the choice after it, which bash and zsh read alike: `at` is the command so
// far, `words_here` what it takes next. (zsh keeps `path` and `words` for itself.)
std::string Step(const CLI::App& app) {
  return StrCat("    next=\"${at:+$at }$part\"\n    case \"$next\" in ", Paths(app, "|"),
                ") at=\"$next\" ;; esac\n");
}
std::string Choice(const CLI::App& app) {
  std::string out = "  case \"$at\" in\n";
  Visit(app, "", [&](const CLI::App& sub, const std::string& path) {
    out += StrCat("    ", Quoted(path), ") words_here=", Quoted(base::StrJoin(Words(sub), " ")),
                  " ;;\n");
  });
  return out + "  esac\n";
}

void AddFishOptions(const CLI::App& app, const std::string& condition, std::string& out) {
  for (const CLI::Option* option : app.get_options()) {
    for (const std::string& name : option->get_lnames()) {
      out += StrCat("complete -c maru", condition, " -l ", name,
                    option->get_expected_max() > 0 ? " -r" : "", " -d ",
                    Quoted(option->get_description()), "\n");
    }
  }
}

std::string FishCondition(const std::string& path) {
  return StrCat(" -n ", Quoted(StrCat("__maru_at \"", path, "\"")));
}

void AddFishCommands(const CLI::App& app, const std::string& path, std::string& out) {
  for (const CLI::App* sub : app.get_subcommands({})) {
    out += StrCat("complete -c maru", FishCondition(path), " -f -a ", sub->get_name(), " -d ",
                  Quoted(sub->get_description()), "\n");
  }
}

}  // namespace

std::string BashCompletion(const CLI::App& app) {
  const std::string globals = base::StrJoin(Words(app), " ");
  return StrCat(
      "# bash completion for maru: source <(maru completion bash)\n"
      "_maru() {\n"
      "  local word=\"${COMP_WORDS[COMP_CWORD]}\" at='' words_here='",
      globals,
      "' part next i\n"
      "  for ((i = 1; i < COMP_CWORD; i++)); do\n"
      "    part=\"${COMP_WORDS[i]}\"\n",
      Step(app), "  done\n", Choice(app),
      "  [ -z \"$at\" ] || [[ \"$word\" != -* ]] || words_here=\"$words_here ", globals,
      "\"\n"
      "  COMPREPLY=($(compgen -W \"$words_here\" -- \"$word\"))\n"
      "}\n"
      "complete -o default -F _maru maru\n");
}

std::string ZshCompletion(const CLI::App& app) {
  const std::string globals = base::StrJoin(Words(app), " ");
  return StrCat(
      "#compdef maru\n"
      "# zsh completion for maru: source <(maru completion zsh), after compinit\n"
      "_maru() {\n"
      "  local word=\"${words[CURRENT]}\" at='' words_here='",
      globals,
      "' part next\n"
      "  for part in \"${(@)words[2,CURRENT-1]}\"; do\n",
      Step(app), "  done\n", Choice(app),
      "  [[ -z \"$at\" || \"$word\" != -* ]] || words_here=\"$words_here ", globals,
      "\"\n"
      "  compadd -- ${=words_here} || _files\n"
      "}\n"
      "if [[ \"${funcstack[1]}\" == _maru ]]; then _maru \"$@\"; else compdef _maru maru; fi\n");
}

std::string FishCompletion(const CLI::App& app) {
  std::string out = StrCat(
      "# fish completion for maru: maru completion fish | source\n"
      "function __maru_at\n"
      "  set -l at ''\n"
      "  set -l typed (commandline -opc)\n"
      "  set -e typed[1]\n"
      "  for part in $typed\n"
      "    set -l next (string trim \"$at $part\")\n"
      "    contains -- $next ",
      Paths(app, " "),
      "; and set at $next\n"
      "  end\n"
      "  test \"$at\" = \"$argv[1]\"\n"
      "end\n");
  AddFishOptions(app, "", out);
  AddFishCommands(app, "", out);
  Visit(app, "", [&](const CLI::App& sub, const std::string& path) {
    AddFishOptions(sub, FishCondition(path), out);
    AddFishCommands(sub, path, out);
  });
  return out;
}

namespace {

struct Options {
  const CLI::App* app = nullptr;
};

template <std::string (*script)(const CLI::App&)>
absl::StatusOr<ExitCode> Print(const Session& session, const Options& options) {
  session.Print(script(*options.app));
  return ExitCode::kOk;
}

}  // namespace

void AddCompletion(CLI::App& app, Menu& menu) {
  CLI::App& group = menu.Group(app, "completion", "shell completion: bash, zsh, fish",
                               "셸 자동 완성: bash, zsh, fish");
  const auto options = std::make_shared<Options>();
  options->app = &app;
  menu.Command(group, "bash", "print the script: source <(maru completion bash)",
               "스크립트 출력: source <(maru completion bash)", options, Print<BashCompletion>);
  menu.Command(group, "zsh", "print the script: source <(maru completion zsh)",
               "스크립트 출력: source <(maru completion zsh)", options, Print<ZshCompletion>);
  menu.Command(group, "fish", "print the script: maru completion fish | source",
               "스크립트 출력: maru completion fish | source", options, Print<FishCompletion>);
}

}  // namespace deploy::cli
