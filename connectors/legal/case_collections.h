// The collections of decisions that the service keeps apart, and what their fields are called.
#pragma once

#include <string_view>
#include <vector>

namespace connectors::legal {

struct Collection {
  std::string_view kind, target;
  const char *serial, *number, *court, *decided, *title;
  const char* period;  // the parameter that narrows a list to days, "20260101~20261231"
  std::vector<std::string_view> body_roots;
  std::vector<const char*> gist;  // the first that has text
  const char* articles;           // the provisions that the decision cites; empty: not said
};

const std::vector<Collection>& Collections();

}  // namespace connectors::legal
