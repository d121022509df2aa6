// A step of a run that went well, a run of one step, and what is said of it.
#pragma once

#include <string>

#include "agents/answer.h"
#include "agents/run.h"
#include "tests/fakes/fake_tools.h"

namespace agents {

inline StepRecord Succeeded(const std::string& tool, base::Json value) {
  const tools::ToolResult result = fakes::ResultOf(tool, std::move(value));
  StepRecord record;
  record.state = StepState::kSucceeded;
  record.value = result.value;
  record.label = result.label;
  record.origins = result.origins;
  record.settled_by = "call";
  return record;
}

// A run of one step.
inline Run OneStep(const std::string& tool, base::Json arguments, StepRecord record,
                   const std::string& language = "ko") {
  Run run;
  run.request.language = language;
  run.plan = Plan{Verdict::kPlan,
                  {{"s1", tool, std::move(arguments), {}, false}},
                  {},
                  RefuseReason::kOutOfScope};
  run.steps["s1"] = std::move(record);
  return run;
}

inline const tools::Catalogue& catalogue() { return tools::Catalogue::BuiltIn(); }

inline std::string Text(const Run& run) { return ComposeAnswer(run, catalogue()).text; }

}  // namespace agents
