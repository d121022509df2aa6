// How the things of a plant are named, and which of them a person means: by any name that they have
// in any language, in upper or lower case and with any spacing.
//
// A record names a thing under a stem, and in other languages under stem_LANGUAGE: name, name_en.
// Each is a text, or a list of texts where there are several. Pure functions.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "model_core/base/json.h"

namespace connectors::manufacturing {

// The names of `record` under `stem`, that of the stem itself first; none that is empty.
std::vector<std::string> NamesOf(const base::Json& record, std::string_view stem);

// What a name and `said` have to have in common: `said` as it is, and then as it is without what a
// sentence puts after a name (충전 2라인에서).
std::vector<std::string> Spellings(std::string_view said);
bool Named(const std::vector<std::string>& names, std::string_view spelling);

// Those of `things` that `said` names, in their order. One whose name is the very text comes before
// all that only fit without a particle. `names_of` gives the names of one.
template <typename Things, typename NamesOfThing>
auto Meant(std::string_view said, const Things& things, const NamesOfThing& names_of) {
  std::vector<const typename Things::value_type*> found;
  for (const std::string& spelling : Spellings(said)) {
    for (const auto& thing : things) {
      if (Named(names_of(thing), spelling)) found.push_back(&thing);
    }
    if (!found.empty()) break;
  }
  return found;
}

}  // namespace connectors::manufacturing
