#include "agents/planning/english_calendar.h"

#include <string>

#include "model_core/base/strings.h"

namespace agents {

int EnglishMonth(std::string_view word) {
  constexpr std::string_view kNames = "janfebmaraprmayjunjulaugsepoctnovdec";
  return static_cast<int>(kNames.find(base::LowerAscii(word.substr(0, 3))) / 3) + 1;
}

int EnglishShift(std::string_view word) {
  const std::string lower = base::LowerAscii(word);
  return lower == "this" || lower == "the" || lower == "current" ? 0
         : lower == "next" || lower == "coming"                  ? 1
                                                                 : -1;
}

}  // namespace agents
