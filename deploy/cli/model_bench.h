// maru model bench: how fast this machine runs a model.
#pragma once

#include "deploy/cli/command.h"

namespace deploy::cli {

void AddModelBench(CLI::App& group, Menu& menu);

// --kernels, of every command that runs a model.
void AddKernels(CLI::App& command, Menu& menu, std::string& kernels);

}  // namespace deploy::cli
