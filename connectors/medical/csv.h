// CSV (RFC 4180) with a header line: rows as field → value. Byte order mark and CRLF are accepted.
#pragma once

#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "model_core/base/status.h"

namespace connectors::medical {

// InvalidArgument names the line: an open quotation, or a row of another length than the header.
absl::StatusOr<std::vector<std::map<std::string, std::string>>> ReadCsv(std::string_view text);

}  // namespace connectors::medical
