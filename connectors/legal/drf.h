// Drf: one exchange with the DRF service, and what is wrong with an answer that came with HTTP 200.
//
// The service answers 200 for everything: an HTML error page, an empty body,
// <result>…실패…</result>, a bot page. None of these is an empty list; each becomes a typed error:
// auth, blocked, malformed_upstream. Thread-safe.
#pragma once

#include <memory>
#include <pugixml.hpp>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "connectors/legal.h"
#include "connectors/tool_kit.h"

namespace connectors::legal {

inline constexpr char kSystem[] = "legal.drf";

using Parameters = std::vector<std::pair<std::string, std::string>>;

struct Answer {
  std::shared_ptr<const pugi::xml_document> document;  // an answer is read by several
  std::string bytes;                                   // as received
  absl::Time time;

  pugi::xml_node root() const { return document->document_element(); }
};

// The rows of a list over all its pages.
struct Rows {
  std::vector<Answer> pages;
  std::vector<pugi::xml_node> rows;  // inside `pages`
  int64_t total = 0;                 // of the list, as the service counts it
  std::string bytes() const;
};

class Drf {
 public:
  Drf(LegalOptions options, HttpClient& http, base::Clock& clock)
      : options_(std::move(options)), http_(http), clock_(clock) {}

  // lawService.do: one record. malformed_upstream unless the root element is one of `roots`.
  Fallible<Answer> Body(std::string_view target, Parameters parameters,
                        std::vector<std::string_view> roots,
                        const tools::CallContext& context) const;
  // lawSearch.do: rows are the elements that have a child `key`. Reads at most `rows_max` (0: every
  // page). `partial` if the list is longer than kPagesMax pages; malformed_upstream if it gives
  // fewer rows than it says, or one page twice.
  Fallible<Rows> List(std::string_view target, const Parameters& parameters, const char* key,
                      size_t rows_max, const tools::CallContext& context) const;

 private:
  Fallible<Answer> Get(std::string_view endpoint, std::string_view target,
                       const Parameters& parameters, const tools::CallContext& context) const;

  const LegalOptions options_;
  HttpClient& http_;
  base::Clock& clock_;
};

// What a 200 answer is: the parsed XML, or the error behind it. For tests of the shapes on their
// own.
Fallible<Answer> ReadAnswer(std::string bytes, absl::Time time);

}  // namespace connectors::legal
