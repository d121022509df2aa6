// The token of a list's next page as callers see it: one word, and only what this server gave.
#pragma once

#include <string>

#include "model_core/base/status.h"

namespace agents {

// Of the store's token ("2026-11-24T10:00:00+09:00 ID": the last run listed): "1795482000-ID".
// Empty stays empty: there is no next page.
std::string PageToken(const std::string& stored);

// Back again. InvalidArgument about page_token: this server never gave it.
absl::StatusOr<std::string> StoredPageToken(const std::string& token);

}  // namespace agents
