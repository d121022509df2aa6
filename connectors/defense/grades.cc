#include "connectors/defense/grades.h"

namespace connectors::defense {

using policies::Integrity;
using policies::Label;
using policies::Mil;
using policies::N2sf;
using policies::Privacy;

std::optional<Label> LabelOf(std::string_view grade) {
  Label label{N2sf::kO, Mil::kNone, Privacy::kNone, Integrity::kTrusted};
  for (const N2sf n2sf : {N2sf::kO, N2sf::kS, N2sf::kC}) {
    if (grade != policies::Name(n2sf)) continue;
    label.n2sf = n2sf;
    return label;
  }
  for (const Mil mil : {Mil::kRestricted, Mil::kIII, Mil::kII, Mil::kI}) {
    if (grade != policies::Name(mil)) continue;
    label.n2sf = N2sf::kC;
    label.mil = mil;
    return label;
  }
  return std::nullopt;
}

std::string GradeOf(const Label& label) {
  return std::string(label.mil != Mil::kNone ? policies::Name(label.mil)
                                             : policies::Name(label.n2sf));
}

Label SourceFloor() { return {N2sf::kS, Mil::kNone, Privacy::kNone, Integrity::kTrusted}; }

}  // namespace connectors::defense
