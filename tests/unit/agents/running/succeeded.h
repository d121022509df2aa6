// A step of a run that went well.
#pragma once

#include <string>

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

}  // namespace agents
