// How commands are put on the command line: each group of commands is a file with an Add function.
#pragma once

#include <CLI/CLI.hpp>
#include <functional>
#include <memory>
#include <string>

#include "deploy/cli/session.h"

namespace deploy::cli {

// What the arguments ask for; run once parsing is over.
struct Menu {
  Session& session;
  std::function<absl::StatusOr<ExitCode>()> chosen;

  std::string Say(std::string_view english, std::string_view korean) const {
    return session.Say(english, korean);
  }
  // A group of commands, one of which has to be named.
  CLI::App& Group(CLI::App& parent, const std::string& name, std::string_view english,
                  std::string_view korean) const {
    CLI::App* group = parent.add_subcommand(name, Say(english, korean));
    return *group->require_subcommand(1)->group(Say("Commands", "명령"));
  }
  // A command that calls `run` with the options that its arguments have filled.
  template <typename Options>
  CLI::App& Command(CLI::App& parent, const std::string& name, std::string_view english,
                    std::string_view korean, const std::shared_ptr<Options>& options,
                    absl::StatusOr<ExitCode> (*run)(const Session&, const Options&)) {
    CLI::App* command =
        parent.add_subcommand(name, Say(english, korean))->group(Say("Commands", "명령"));
    command->callback(
        [this, options, run] { chosen = [this, options, run] { return run(session, *options); }; });
    return *command;
  }
};

void AddAsk(CLI::App& app, Menu& menu);
void AddPlan(CLI::App& app, Menu& menu);
void AddRuns(CLI::App& app, Menu& menu);
void AddApprovals(CLI::App& app, Menu& menu);
void AddAudit(CLI::App& app, Menu& menu);
void AddVerify(CLI::App& app, Menu& menu);
void AddPolicy(CLI::App& app, Menu& menu);
void AddConnectors(CLI::App& app, Menu& menu);
void AddTools(CLI::App& app, Menu& menu);
void AddPrincipals(CLI::App& app, Menu& menu);
void AddModel(CLI::App& app, Menu& menu);
void AddConfig(CLI::App& app, Menu& menu);
void AddCompletion(CLI::App& app, Menu& menu);

// --purpose, which takes one of the catalogue's.
void AddPurpose(CLI::App& command, Menu& menu, std::string& purpose);

// Parses the arguments and runs what they ask for; the exit code of the process.
int RunCommandLine(int argc, const char* const* argv, const Terminal& terminal);

}  // namespace deploy::cli
