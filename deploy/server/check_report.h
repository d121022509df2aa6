// What `marud --check-config` found, as `maru config check` reads it: one line of JSON,
// {"ok":true}, or {"ok":false,"code","message_en","message_ko","reason"}.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "model_core/base/status.h"

namespace deploy {

std::string CheckReport(const absl::Status& status);
// nullopt: it is no such report.
std::optional<absl::Status> ParseCheckReport(std::string_view text);

}  // namespace deploy
