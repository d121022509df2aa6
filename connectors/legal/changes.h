// Changes: how two states of a law differ, article by article, and which versions between made it
// so.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "connectors/legal/timeline.h"

namespace connectors::legal {

struct Change {
  ArticleNumber number;
  std::string_view kind;  // change of the catalogue
  // The text at either end. Where an article is deleted or added they are what stands in its place,
  // "제39조 삭제", or nothing. Of a moved article `before` is the text under its earlier number.
  std::optional<std::string> before, after;
  std::string effective;                      // YYYYMMDD of the last amendment of it
  std::vector<size_t> stages;                 // the ones that amended it
  std::optional<ArticleNumber> moved_from{};  // its earlier number
};

// From the first of `stages` (at least one) to the last, by article number. The net change: what
// was changed and changed back is none, and an article is moved if its text is the same under
// another number.
std::vector<Change> NetChanges(const std::vector<Stage>& stages);

}  // namespace connectors::legal
