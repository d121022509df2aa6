// Values as people read them: enumerations by their words, articles, times and large numbers in
// their usual form, text from outside in quotation marks and marked.
#pragma once

#include <string>

#include "agents/captions.h"
#include "agents/plan.h"

namespace agents {

// Stands after every quotation from outside.
inline constexpr std::string_view kQuoteMark = "†";

// The value of a result field of `tool`.
std::string ShowValue(const tools::Catalogue& catalogue, const tools::ToolSpec& tool,
                      const tools::ResultSpec& field, const base::Json& value,
                      base::Language language);
// An argument as planned; a reference is shown as the step it refers to.
std::string ShowArgument(const tools::Catalogue& catalogue, const tools::ArgumentSpec& argument,
                         const base::Json& value, base::Language language);

}  // namespace agents
