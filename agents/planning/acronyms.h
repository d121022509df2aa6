// Acronyms as the model learnt to read them: mri is MRI.
#pragma once

#include <re2/re2.h>

#include <string>
#include <string_view>

#include "tools/catalogue.h"

namespace agents {

// The words of a catalogue's enumerations that are written in capitals. Thread-safe.
class Acronyms {
 public:
  explicit Acronyms(const tools::Catalogue& catalogue);

  // `text` with capitals where a word of it is an acronym in another case; every other byte where
  // it was.
  std::string Capitalised(std::string_view text) const;

 private:
  const re2::RE2 words_;
};

}  // namespace agents
