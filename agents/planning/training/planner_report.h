// What a planner gets right on held-out requests, counted. For the model card and for the test that
// the shipped weights still give the shipped figures.
#pragma once

#include <string>
#include <vector>

#include "agents/planner.h"

namespace agents {

// One held-out request with the plan it asks for.
struct PlannerCase {
  std::string id;
  std::string split;     // "seen", "unseen", "pairs"
  std::string language;  // "ko", "en"
  std::string text;
  absl::Time now;
  Plan plan;
};

// Lines {"id","split","lang","text","now","plan"}. InvalidArgument names the line.
absl::StatusOr<std::vector<PlannerCase>> ReadPlannerCases(const std::string& path);

// Every fourth of the cases: what the test of the shipped weights goes through.
std::vector<PlannerCase> EveryFourth(const std::vector<PlannerCase>& cases);

// Counts without times, so that two reports of the same weights are equal: exact plans by split,
// language, domain and number of steps as "right/all"; precision and recall of ask and refuse;
// calls of write and release tools that nobody asked for. `sealed_sha256` is over what evidence
// would hold of each plan: with the same weights and `rules` it has to stay. "every_fourth": the
// same of those cases alone.
base::Json ReportPlanner(Planner& planner, const std::vector<PlannerCase>& cases,
                         const tools::Catalogue& catalogue, std::vector<double>& milliseconds,
                         std::vector<std::string>& wrong);

}  // namespace agents
