// The version of this build, as `--version` tells it.
#pragma once

#include <string_view>

namespace deploy {

std::string_view Version();  // "0.1.0"

}  // namespace deploy
