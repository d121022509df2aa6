// Grades of the catalogue ("O", "S", "C", "restricted", "III", "II", "I") and labels. A military
// grade implies C.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "policies/label.h"

namespace connectors::defense {

// Trusted, without privacy. Nullopt: no grade of that name.
std::optional<policies::Label> LabelOf(std::string_view grade);
// The grade that says most of a label: its military grade, else its N2SF grade.
std::string GradeOf(const policies::Label& label);
// What marks nothing is S all the same.
policies::Label SourceFloor();

}  // namespace connectors::defense
