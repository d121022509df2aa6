// Values of an enumeration that the request names side by side: 연령대랑 성별, 투약 내역.
#pragma once

#include <map>
#include <string>
#include <string_view>
#include <vector>

namespace agents {

// Runs of one value or more, each in order of mention and none twice in a run; quotations are not
// looked at. `words`: the Korean words of each value; its own name is taken for its English word.
std::vector<std::vector<std::string>> ListedTogether(
    std::string_view request, const std::map<std::string, std::vector<std::string>>& words);

}  // namespace agents
