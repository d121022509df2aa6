// Shell completion, made from the commands themselves.
#pragma once

#include <string>

#include <CLI/CLI.hpp>

namespace deploy::cli {

// A bash script that completes commands, options and, where an option takes a value, file names.
std::string BashCompletion(const CLI::App& app);

}  // namespace deploy::cli
