// Where the clauses of a request begin and end, as far as its marks and joining words tell.
#pragma once

#include <cstddef>
#include <string_view>

namespace agents {

// The first byte of the clause of `text` that holds `at`: behind the mark before it.
size_t ClauseBegin(std::string_view text, size_t at);

// Where that clause ends: at its mark (not one within 6.2 or HV:3), or the text's end.
size_t ClauseEnd(std::string_view text, size_t at);

// The same, but a Korean word that joins clauses (…하지 말고) ends one too, its blank included, if it
// ends at `least` or behind.
size_t KoreanClauseEnd(std::string_view text, size_t at, size_t least = 0);

}  // namespace agents
