// The grammar of one step's arguments, once its tool and the tools of all earlier steps are known.
#pragma once

#include <string>
#include <string_view>

#include "agents/planning/choices.h"

namespace agents {

// Lark rules (llguidance's dialect) for the members of the arguments object, from behind its
// opening brace to before its closing one; the rule to start from is `arguments`. `tool` is one of
// the catalogue.
std::string ArgumentGrammar(const tools::Catalogue& catalogue, const tools::ToolSpec& tool,
                            std::string_view text, const Recognition& recognition,
                            const Sources& sources);

// A Lark string literal.
std::string LarkQuote(std::string_view text);

}  // namespace agents
