// The random cases of a test: the seed of the first one, and how many. MARU_TEST_SEED and
// MARU_TEST_CASES say otherwise than the test does: to look for longer, or to see again what
// failed.
#pragma once

#include <gtest/gtest.h>

#include <cstdint>
#include <cstdlib>
#include <string>

#include "model_core/base/strings.h"

namespace model_core {

struct Cases {
  uint64_t seed, count;
  bool all;  // as many as the test has, or more: what holds of many together can be asked
};

inline uint64_t FromEnvironment(const char* name, uint64_t usual) {
  const char* text = std::getenv(name);
  if (text == nullptr) return usual;
  int64_t value = 0;
  if (base::ParseInt(text, value) && value >= 0) return static_cast<uint64_t>(value);
  ADD_FAILURE() << name << "='" << text << "' is no whole number from 0 on";
  return usual;
}

inline Cases CasesFrom(uint64_t seed, uint64_t count) {
  const uint64_t wanted = FromEnvironment("MARU_TEST_CASES", count);
  return {FromEnvironment("MARU_TEST_SEED", seed), wanted, wanted >= count};
}

// What a failure says: how to see it again. Cases that each begin with a seed of their own …
inline std::string Again(uint64_t seed) {
  return base::StrCat("MARU_TEST_SEED=", seed, " MARU_TEST_CASES=1");
}
// … and the n-th of those that follow one another from the first seed.
inline std::string Again(uint64_t seed, uint64_t n) {
  return base::StrCat("MARU_TEST_SEED=", seed, " MARU_TEST_CASES=", n + 1, ", the last");
}

}  // namespace model_core
