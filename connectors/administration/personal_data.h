// Finds personal data in Korean text, and masks it. Pure functions; thread-safe.
//
// Written digits are found whatever their form (full-width, other dashes, zero-width characters
// between them). Names and addresses are found by the words around them: a name without any is not.
#pragma once

#include <set>
#include <string>
#include <string_view>
#include <vector>

namespace connectors::administration {

// `pii` of the catalogue.
enum class PersonalData { kRrn, kName, kPhone, kAddress, kAccount, kPatientNo };
using PersonalKinds = std::set<PersonalData>;

// All kinds for an empty list; unknown words are left out.
PersonalKinds ParsePersonalKinds(const std::vector<std::string>& words);

// Code points [begin, end) of a text.
struct Span {
  size_t begin = 0, end = 0;
};
// In order, not overlapping.
std::vector<Span> FindPersonalData(std::u32string_view text, const PersonalKinds& kinds);
// Whether a table column under this heading holds such data in every cell.
bool HeadsPersonalData(std::string_view heading, const PersonalKinds& kinds);

// Every letter and digit in `spans` becomes '*'; separators stay. As many code points as before.
std::u32string Masked(std::u32string_view text, const std::vector<Span>& spans);

}  // namespace connectors::administration
