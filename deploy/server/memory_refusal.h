// What the engine refuses for want of memory, in the words of who runs it.
#pragma once

#include "model_core/base/status.h"

namespace deploy {

// `status`, with the engine's memory_bytes_max called `option`: a key or an option of a command.
absl::Status NamingMemory(const absl::Status& status, std::string_view option);

}  // namespace deploy
