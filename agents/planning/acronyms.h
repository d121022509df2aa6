// Acronyms as the model learnt to read them: mri is MRI.
#pragma once

#include <string>
#include <string_view>

#include "tools/catalogue.h"

namespace agents {

// `text` with capitals where a word of it is, in another case, a word of an enumeration that is
// written in capitals; every other byte where it was.
std::string WithAcronyms(std::string_view text, const tools::Catalogue& catalogue);

}  // namespace agents
