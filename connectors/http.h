// HttpClient: what every connector that speaks HTTP goes through. libcurl underneath. GET and HEAD
// reuse connections; every other request has one of its own, so that it is sent once at most.
//
// Thread-safe; calls block until the answer, the deadline or cancellation. Speaks to the host of
// the URL it is given and follows no redirects: an outside system cannot send Maru elsewhere.
#pragma once

#include <functional>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "absl/time/time.h"
#include "model_core/base/status.h"
#include "tools/tool.h"

namespace connectors {

struct HttpRequest {
  std::string method = "GET";
  std::string url;
  std::vector<std::pair<std::string, std::string>> headers;
  std::string body;
};

struct HttpResponse {
  int status = 0;
  std::vector<std::pair<std::string, std::string>> headers;  // names in lower case
  std::string body;

  // The first header of that name (lower case), or empty.
  std::string_view Header(std::string_view name) const;
};

struct HttpOptions {
  std::string ca_file;             // PEM bundle; empty: the system's
  std::string client_certificate;  // PEM, with its key; empty: none
  size_t body_bytes_max = 16 << 20;
};

class HttpClient {
 public:
  virtual ~HttpClient() = default;
  // Any HTTP status is an answer. Unavailable: no connection, whatever the reason, so that nothing
  // was sent. DeadlineExceeded and Unknown: the request may have reached the other side. Cancelled.
  // ResourceExhausted: body or headers over their limit.
  virtual absl::StatusOr<HttpResponse> Do(const HttpRequest& request,
                                          const tools::CallContext& context) = 0;
};

std::unique_ptr<HttpClient> MakeHttpClient(HttpOptions options);

// What a system is called where a person reads of it.
struct SystemName {
  std::string_view english;
  std::string_view korean;
};

// The tool error for a failed exchange with `system`. `effect`: the call may have changed
// something, so an answer that was lost leaves it in doubt.
tools::ToolError FromHttpStatus(const absl::Status& status, const SystemName& system, bool effect);
// The tool error for an answer that is not 2xx: 401/403 auth, 404 and 410 not_found, 429
// rate_limited, 408 and 504 timeout, other 4xx invalid_argument, 5xx unreachable (in doubt for
// effects).
tools::ToolError FromHttpResponse(const HttpResponse& response, const SystemName& system,
                                  bool effect);

// Percent-encoding of one query value or path segment.
std::string UrlEncode(std::string_view text);

}  // namespace connectors
