// People's words for result fields, in both languages.
#pragma once

#include <string>
#include <string_view>

#include "model_core/base/status.h"

namespace agents {

std::string FieldCaption(std::string_view field, base::Language language);

}  // namespace agents
