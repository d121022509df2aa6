// The mapping of Tryton's standard modules (mapping.json), compiled in.
#pragma once

#include <string_view>

namespace connectors {
extern const std::string_view kStandardMapping;
}
