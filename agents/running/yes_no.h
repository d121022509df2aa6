// A person's yes or no, in Korean or English.
#pragma once

#include <optional>
#include <string_view>

namespace agents {

// True for 네, 진행해 주세요, yes …; false for 아니요, 취소, no …; nullopt for anything else: an
// effect never hangs on a guess.
std::optional<bool> ParseYesNo(std::string_view text);

}  // namespace agents
