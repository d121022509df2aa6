// What plan constraints share over the tokenizer in which every byte is a token.
#pragma once

#include "agents/planning/plan_constraint.h"
#include "tests/unit/agents/planning/byte_tokenizer.h"

namespace agents {

inline const PlanVocabulary& ByteVocabulary() {
  static const auto* const tokenizer = MakeByteTokenizer().release();
  static const auto* const vocabulary = new PlanVocabulary(*PlanVocabulary::Make(*tokenizer));
  return *vocabulary;
}

}  // namespace agents
