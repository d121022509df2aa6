// Shell completion, made from the commands themselves.
#pragma once

#include <CLI/CLI.hpp>
#include <string>

namespace deploy::cli {

// A bash script that completes commands, options and, where an option takes a value, file names.
std::string BashCompletion(const CLI::App& app);

}  // namespace deploy::cli
