// Units as people say them: 도 is ℃. Thread-safe.
#pragma once

#include <string_view>

namespace connectors::manufacturing {

// Whether `said` is only another way of writing `unit`. Nothing is converted: bar is not kPa.
bool SameUnit(std::string_view said, std::string_view unit);

}  // namespace connectors::manufacturing
