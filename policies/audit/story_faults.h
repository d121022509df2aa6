// What is wrong with a step of a run's story, for people.
#pragma once

#include <string>
#include <string_view>

#include "model_core/base/strings.h"
#include "policies/audit/run_story.h"

namespace policies {

inline Fault OfStep(const std::string& step, std::string_view english, std::string_view korean) {
  return {base::StrCat("step ", step, " ", english), base::StrCat(step, " 단계가 ", korean)};
}

}  // namespace policies
