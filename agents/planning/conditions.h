// Conditions in a request: 이상 없으면, 재고가 있는 경우에만, if all is well.
#pragma once

#include <optional>
#include <string_view>

namespace agents {

// Byte offset just behind the first condition that an act may hang on; nullopt if the request has
// none. What stands in quotation marks is content, and politeness (가능하면, if possible) is no
// condition.
std::optional<size_t> FirstCondition(std::string_view request);

}  // namespace agents
