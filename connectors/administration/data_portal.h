// The public data portal (data.go.kr): one request, one page of items. An error may come in an
// answer with HTTP 200, as JSON or as XML; the key never shows. Thread-safe.
#pragma once

#include <string>
#include <utility>
#include <vector>

#include "connectors/administration.h"
#include "connectors/tool_kit.h"

namespace connectors::administration {

inline constexpr char kOpenDataSystem[] = "administration.opendata";

class DataPortal {
 public:
  using Parameters = std::vector<std::pair<std::string, std::string>>;
  struct Page {
    std::vector<base::Json> items;  // empty: the portal has none
    policies::Origin origin;
  };

  DataPortal(OpenDataOptions options, HttpClient& http)
      : options_(std::move(options)), http_(http) {}
  // Errors: quota, auth, error_in_200, malformed_upstream, and those of HTTP.
  Fallible<Page> Ask(const std::string& path, const Parameters& parameters,
                     const tools::CallContext& context) const;

 private:
  const OpenDataOptions options_;
  HttpClient& http_;
};

// A member as text, whether the portal writes it as text or as a number; empty if there is none.
std::string DataField(const base::Json& item, const char* name);
tools::ToolError MalformedData(std::string_view what);

}  // namespace connectors::administration
