// Layout: a document as people read it, before it becomes a file: blocks in order.
#pragma once

#include <string>
#include <vector>

namespace connectors::administration {

struct Block {
  enum class Kind {
    kTitle,    // centred, large
    kHeading,  // bold
    kText,     // may hold several lines
    kQuote,    // text from outside: indented, grey
    kNote,     // small: citations, notices
    kCentred,  // large: the name a letter is sent under
    kTable,    // `rows`, the first of them the header
  };
  Kind kind = Kind::kText;
  std::string text;
  std::vector<std::vector<std::string>> rows;
};
using Layout = std::vector<Block>;

// The layout as plain text: blocks as lines, cells between tabs.
std::string PlainText(const Layout& layout);

}  // namespace connectors::administration
