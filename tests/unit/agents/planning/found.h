// What the recogniser finds in a text. Now: Tuesday, 2026-11-24, 10:00 in Seoul.
#pragma once

#include <string>
#include <vector>

#include "agents/planning/calendar.h"
#include "agents/planning/kinds.h"
#include "agents/planning/recogniser.h"
#include "model_core/base/strings.h"
#include "tests/unit/agents/planning/examples.h"

namespace agents {

inline std::vector<std::string> Found(const std::string& text, const char* kind) {
  const Recognition recognition = Recognise(text, Tuesday());
  auto it = recognition.literals.find(kind);
  return it == recognition.literals.end() ? std::vector<std::string>() : it->second;
}

inline std::string Period(const std::string& from, const std::string& to) {
  return base::StrCat(R"({"from":")", from, R"(","to":")", to, "\"}");
}

// "2026-10-01..2026-10-31" or one date, as the period that the words stand for.
inline std::string AsPeriod(const std::string& range) {
  const size_t dots = range.find("..");
  return dots == std::string::npos ? Period(range, range)
                                   : Period(range.substr(0, dots), range.substr(dots + 2));
}

}  // namespace agents
