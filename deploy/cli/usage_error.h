// What is wrong with the arguments, for people: the parser speaks English only, and of its own
// types.
#pragma once

#include <CLI/CLI.hpp>

#include "model_core/base/status.h"

namespace deploy::cli {

// InvalidArgument. Arguments that no command of `app` took are the likeliest fault, whatever the
// parser stumbled over.
absl::Status UsageError(const CLI::ParseError& error, const CLI::App& app);

}  // namespace deploy::cli
