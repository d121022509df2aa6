// What the mail protocols share of libcurl: a handle set up for a host, and its errors as statuses.
#pragma once

#include <curl/curl.h>

#include <memory>
#include <string>

#include "connectors/administration.h"
#include "tools/tool.h"

namespace connectors::administration {

struct CurlCleanup {
  void operator()(CURL* handle) const { curl_easy_cleanup(handle); }
};
using CurlHandle = std::unique_ptr<CURL, CurlCleanup>;

// A handle for `scheme` ("imap", "smtp") with TLS, login and deadline as they are to be. `context`
// outlives it.
CurlHandle MakeMailHandle(const MailOptions& options, std::string_view scheme,
                          const std::string& host, int port, const tools::CallContext& context);
// OK, or what went wrong with `system`.
absl::Status MailStatus(CURLcode code, const SystemName& system);

}  // namespace connectors::administration
