// What is wrong with the arguments of maru or marud, for people: the parser speaks English only,
// and of its own types.
#pragma once

#include <CLI/CLI.hpp>
#include <string>
#include <string_view>

#include "model_core/base/status.h"

namespace deploy {

// InvalidArgument; names the --help of `program`. Arguments that no command of `app` took are the
// likeliest fault, whatever the parser stumbled over.
absl::Status UsageError(const CLI::ParseError& error, const CLI::App& app,
                        std::string_view program);

// What is wrong with an option's value, in both languages, as a check of the parser says it: the
// parser carries one text.
std::string InBothLanguages(std::string_view english, std::string_view korean);

}  // namespace deploy
