// Sentences about what was done and found.
#pragma once

#include <string>

#include "tools/catalogue.h"

namespace agents {

// What a tool's effect did: "메일을 보냈습니다." / "The mail was sent."
std::string DeedText(const tools::ToolSpec& spec, base::Language language);
// A yes-or-no field as a sentence: "제공할 수 있습니다."; `caption` serves fields without one of
// their own.
std::string FindingText(std::string_view field, std::string_view caption, bool value,
                        base::Language language);
// How it is known that an effect happened, when its own answer did not say so; empty otherwise.
std::string SettledText(std::string_view settled_by, base::Language language);

}  // namespace agents
