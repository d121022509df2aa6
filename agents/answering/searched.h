// What was looked for, in people's words: in a step's heading, and where nothing was found.
#pragma once

#include <string>

#include "agents/plan.h"

namespace agents {

// "찾을 내용: 소음, 기간: 2026-11-01~2026-11-24"; empty for none.
std::string ArgumentsText(const tools::Catalogue& catalogue, const tools::ToolSpec& tool,
                          const base::Json& arguments, base::Language language);
// `arguments` with the defaults that the call was made with, where `now` is the run's own (RFC
// 3339).
base::Json WithDefaults(const tools::ToolSpec& tool, base::Json arguments, std::string_view now);
// Of an empty list `name` in `value`: that nothing fits the arguments, or that this part of a
// result is missing; empty where the result says all that was asked for without it.
std::string NothingText(const tools::Catalogue& catalogue, const tools::ToolSpec& tool,
                        const base::Json& arguments, const std::string& name,
                        const base::Json& value, base::Language language);

}  // namespace agents
