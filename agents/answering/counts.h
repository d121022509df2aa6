// How many entries a list has, and what of it is not shown, as sentences.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "model_core/base/status.h"
#include "tools/part.h"

namespace agents {

// "모두 3건입니다." / "3 entries."; of a list that a limit cut "모두 714건 중 처음 500건입니다." /
// "The first 500 of 714 entries." `caption` names the list, unless it is a result's only one.
std::string CountText(std::string_view caption, size_t count,
                      const std::optional<tools::Part>& part, base::Language language);
// "그 밖에 480건이 더 있습니다." after the first `shown` of a list's `count` entries.
std::string MoreText(size_t shown, size_t count, const std::optional<tools::Part>& part,
                     base::Language language);

}  // namespace agents
