// Chat templates for the golden models: ours, after the published descriptions of the formats.
#pragma once

#include <fstream>
#include <sstream>

#include "tests/unit/model_core/golden.h"

namespace model_core {

inline std::string ChatTemplate(std::string_view family) {
  std::stringstream text;
  text
      << std::ifstream(GoldenDirectory("chat_templates/") + std::string(family) + ".jinja").rdbuf();
  if (text.str().empty()) ADD_FAILURE() << "there is no chat template of " << family;
  return text.str();
}

}  // namespace model_core
