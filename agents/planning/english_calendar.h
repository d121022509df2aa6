// English words for months and for what is near this one, as patterns of dates use them.
#pragma once

#include <string_view>

namespace agents {

int EnglishMonth(std::string_view word);  // January, Jan, jan: 1
int EnglishShift(std::string_view word);  // this: 0, next: 1, last: -1; also the, coming, past …

}  // namespace agents
