// What the system says of a failed call, for people. Any thread.
#pragma once

#include <string>

#include "model_core/base/status.h"

namespace base {

// "No such file or directory"; in Korean the system's English words, quoted, where there are none.
std::string ErrnoText(int error, Language language);

}  // namespace base
