// Days as the tools and the systems write them. Header only; thread-safe.
#pragma once

#include <string>
#include <string_view>

#include "model_core/base/clock.h"
#include "model_core/base/strings.h"
#include "tools/tool.h"

namespace connectors {

// The run's own day in Seoul: "2026-11-24".
inline std::string Today(const tools::ToolCall& call) {
  return base::TimeText(call.now).substr(0, sizeof("2026-11-24") - 1);
}

// "20261124" → "2026-11-24"; empty for what is no such day.
inline std::string IsoDay(std::string_view day) {
  if (day.size() != 8) return "";
  const std::string iso =
      base::StrCat(day.substr(0, 4), "-", day.substr(4, 2), "-", day.substr(6, 2));
  absl::CivilDay civil;
  return absl::ParseCivilTime(iso, &civil) && absl::FormatCivilTime(civil) == iso ? iso : "";
}

}  // namespace connectors
