// maru-planner-prompt: shows what the planner reads. For the training data, so that training and
// serving see the same recogniser. Standard input: JSON lines {"id","text","now"}; output:
// {"id","prompt_values","values"}.
#include <cstdio>
#include <iostream>
#include <string>

#include "agents/planning/recogniser.h"
#include "model_core/base/clock.h"
#include "model_core/base/json.h"

int main() {
  std::string line;
  while (std::getline(std::cin, line)) {
    const auto json = base::ParseJson(line, "line");
    const auto now =
        json.ok() ? base::ParseTimeText(base::StringOr(*json, "now", "")) : json.status();
    if (!now.ok()) {
      std::fprintf(stderr, "%s: %s\n", std::string(now.status().message()).c_str(), line.c_str());
      return 2;
    }
    const std::string text = base::StringOr(*json, "text", "");
    const agents::Recognition recognition = agents::Recognise(text, *now);
    const base::Json out = {{"id", (*json)["id"]},
                            {"prompt_values", agents::PlannerValues(text, recognition)},
                            {"values", recognition.literals}};
    std::puts(base::DumpJson(out).c_str());
  }
}
