// marud's options and its --help, in the language of the call.
#pragma once

#include <CLI/CLI.hpp>
#include <string>

#include "model_core/base/status.h"

namespace deploy {

struct MarudOptions {
  std::string home, config, language = "ko";
  bool check = false;  // --check-config
};

// That of --lang, which the parser may not have come to; Korean where none is given.
base::Language MarudLanguage(int argc, const char* const* argv);

// `options` outlives the parsing.
void AddMarudOptions(CLI::App& app, MarudOptions& options, base::Language language);

}  // namespace deploy
