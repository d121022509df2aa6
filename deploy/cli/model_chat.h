// maru model chat: a conversation with a model folder. Needs no server.
#pragma once

#include "deploy/cli/command.h"

namespace deploy::cli {

void AddModelChat(CLI::App& group, Menu& menu);

}  // namespace deploy::cli
