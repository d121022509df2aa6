// Clauses: the parts of an internal document that a person would point to.
#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace connectors::legal {

class DocumentClauses {
 public:
  explicit DocumentClauses(std::string_view text);

  // The sentence or list item that [begin, end) of the text stands in, on one line, after the
  // heading of the document's own article, "제5조(수탁자 관리)", if it stands under one. A long
  // sentence is cut around it, a cut is "…".
  std::string At(size_t begin, size_t end) const;

 private:
  struct Heading {
    size_t begin, end;
  };

  const std::string_view text_;
  std::vector<Heading> headings_;
};

}  // namespace connectors::legal
