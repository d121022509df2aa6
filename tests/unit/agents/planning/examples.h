// The named examples of the catalogue, for tests.
#pragma once

#include <fstream>
#include <sstream>
#include <string>

#include "agents/plan.h"
#include "model_core/base/check.h"
#include "model_core/base/clock.h"
#include "model_core/base/strings.h"

namespace agents {

inline base::Json ReadJson(const std::string& path) {
  std::ifstream file(std::string(MARU_SOURCE_DIR) + "/" + path);
  std::stringstream text;
  text << file.rdbuf();
  auto json = base::ParseJson(text.str(), path);
  CHECK(json.ok());
  return *std::move(json);
}

// [{"n","principal","now","request","expected"}]
inline const base::Json& Examples() {
  static const auto* const examples =
      new base::Json(ReadJson("tests/data/examples.json")["examples"]);
  return *examples;
}

inline absl::Time At(const char* text) {
  auto time = base::ParseTimeText(text);
  CHECK(time.ok());
  return *time;
}
inline absl::Time Tuesday() { return At("2026-11-24T10:00:00+09:00"); }

inline base::Json Json(const char* text) {
  auto json = base::ParseJson(text, "test");
  CHECK(json.ok(), "%s", text);
  return *std::move(json);
}

// A plan of the given steps' JSON: [tool, arguments] each.
inline Plan MakePlan(const base::Json& steps) {
  Plan plan;
  plan.verdict = Verdict::kPlan;
  for (const base::Json& step : steps) {
    plan.steps.push_back(
        {base::StrCat("s", plan.steps.size() + 1), step[0].get<std::string>(), step[1], {}, false});
  }
  return plan;
}

}  // namespace agents
