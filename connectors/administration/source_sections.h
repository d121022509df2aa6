// The results that a document rests on, as sections that people read: a heading, values, tables,
// and where it all comes from. What came from outside is quoted and marked. Pure functions.
#pragma once

#include "connectors/administration/layout.h"
#include "model_core/base/json.h"
#include "tools/catalogue.h"

namespace connectors::administration {

// One source: {"step","tool","value","label","origins"}. `heading` numbers it: "가. ".
Layout SourceSection(const tools::Catalogue& catalogue, const base::Json& source,
                     std::string_view heading);

// Whether the section shows text from outside.
bool ShowsOutsideText(const tools::Catalogue& catalogue, const base::Json& source);

}  // namespace connectors::administration
