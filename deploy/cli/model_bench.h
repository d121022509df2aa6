// maru model bench: how fast this machine runs a model.
#pragma once

#include "deploy/cli/command.h"

namespace deploy::cli {

void AddModelBench(CLI::App& group, Menu& menu);

}  // namespace deploy::cli
