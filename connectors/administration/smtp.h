// Submission over SMTP (RFC 6409) by libcurl.
#pragma once

#include <optional>
#include <string>

#include "connectors/administration.h"
#include "tools/tool.h"

namespace connectors::administration {

// Gives `bytes` to the SMTP server. An error with in_doubt says that it may have taken them.
std::optional<tools::ToolError> SendMail(const MailOptions& options, const std::string& from,
                                         const std::string& to, const std::string& bytes,
                                         const tools::CallContext& context);

}  // namespace connectors::administration
