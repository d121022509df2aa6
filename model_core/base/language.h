// Which language a request is written in, as far as Maru answers: Korean or English.
#pragma once

#include <string_view>

#include "model_core/base/status.h"

namespace base {

// Korean where there is any Hangul, but for English sentences that name something in Hangul ("Find
// mail from 김민수 about the audit"): more English words than such with Hangul, and at least two of
// them articles, prepositions and the like, which Korean texts full of foreign terms lack. What
// stands in quotation marks does not count, unless there is nothing else.
Language LanguageOf(std::string_view text);

}  // namespace base
