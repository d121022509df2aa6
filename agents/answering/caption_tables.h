// The words behind captions.h, in both languages. "tool:name" comes before "name": one name means
// several things.
#pragma once

#include <map>
#include <string_view>

namespace agents {

struct Words {
  std::string_view korean, english;
};
using Table = std::map<std::string_view, Words>;

const Table& ArgumentWords();
const Table& FieldWords();
const Table& ValueWords();    // of enumerations; Korean where the catalogue has none
const Table& TermWords();     // of texts with a fixed list of values: "tool:field:value"
const Table& TitleWords();    // of tools, English only: the catalogue has the Korean ones
const Table& PurposeWords();  // of tools, Korean only: the catalogue has the English ones
const Table& ErrorWords();

}  // namespace agents
