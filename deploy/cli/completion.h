// Shell completion, made from the commands themselves: commands, options and, where nothing of
// these fits, file names. Fish shows what each does, in the language of the call.
#pragma once

#include <CLI/CLI.hpp>
#include <string>

namespace deploy::cli {

// A script each, to be read by that shell.
std::string BashCompletion(const CLI::App& app);
std::string ZshCompletion(const CLI::App& app);
std::string FishCompletion(const CLI::App& app);

}  // namespace deploy::cli
