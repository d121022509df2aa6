// How `maru --help` and the help of each command look: in the language of the call, and no line
// wider than the terminal.
#pragma once

#include <CLI/CLI.hpp>

#include "deploy/cli/session.h"

namespace deploy::cli {

// Before any command is added: they take the layout over.
void DressHelp(CLI::App& app, const Session& session);
// After all of them are: what the help of a command has in place of the program's.
void DressCommands(CLI::App& app, const Session& session);

}  // namespace deploy::cli
