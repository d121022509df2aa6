// The public data portal (data.go.kr): pages of items, and the lists that they make. An error may
// come in an answer with HTTP 200, as JSON or as XML; the key never shows. Thread-safe.
#pragma once

#include <optional>
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
    std::optional<int64_t> total;  // items of the whole list, as the portal counts them
  };
  static constexpr size_t kPagesMax = 20;
  struct List {
    std::vector<Page> pages;
    bool whole = true;  // false: it goes on after kPagesMax pages
  };

  DataPortal(OpenDataOptions options, HttpClient& http)
      : options_(std::move(options)), http_(http) {}
  // Errors: quota, auth, error_in_200, malformed_upstream, and those of HTTP.
  Fallible<Page> Ask(const std::string& path, const Parameters& parameters,
                     const tools::CallContext& context) const;
  // All pages of a list, `rows` asked for in each. malformed_upstream: it says not how many items
  // there are, ends before it has given them, or gives a page twice.
  Fallible<List> Pages(const std::string& path, const Parameters& parameters, int rows,
                       const tools::CallContext& context) const;

 private:
  const OpenDataOptions options_;
  HttpClient& http_;
};

// A member as text, whether the portal writes it as text or as a number; empty if there is none.
std::string DataField(const base::Json& item, const char* name);
tools::ToolError MalformedData(std::string_view english, std::string_view korean);

}  // namespace connectors::administration
