// A finding in the reader's language. The rules' own words are Korean, and stay beside the English.
#pragma once

#include <string>

#include "connectors/medical/dur.h"
#include "model_core/base/status.h"

namespace connectors::medical {

// Reasons that are ours and in no rule.
inline constexpr char kUnknownIngredient[] = "성분을 알 수 없어 점검하지 못했습니다";
inline constexpr char kAllergyOnRecord[] = "알레르기 기록";

std::string RuleText(const Finding& finding, base::Language language);
std::string ReasonText(const Finding& finding, base::Language language);

}  // namespace connectors::medical
