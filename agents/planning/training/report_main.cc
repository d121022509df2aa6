// maru-planner-report MODEL_DIR CASES.jsonl [WRONG.tsv]: figures of a planner on held-out requests,
// as JSON; times and the process's own conditions go to standard error.
#include <algorithm>
#include <cstdio>
#include <fstream>

#include "agents/planning/training/planner_report.h"

namespace {

double Quantile(std::vector<double>& values, double q) {
  if (values.empty()) return 0;
  std::sort(values.begin(), values.end());
  return values[static_cast<size_t>(q * static_cast<double>(values.size() - 1))];
}

int Fail(const absl::Status& status) {
  std::fprintf(stderr, "%s\n", std::string(status.message()).c_str());
  return 1;
}

}  // namespace

int main(int argc, char** argv) {
  if (argc < 3)
    return Fail(
        absl::InvalidArgumentError("usage: maru-planner-report MODEL_DIR CASES.jsonl [WRONG.tsv]"));
  const tools::Catalogue& catalogue = tools::Catalogue::BuiltIn();
  const auto planner = agents::MakeEmbeddedPlanner(argv[1], catalogue, 2);
  if (!planner.ok()) return Fail(planner.status());
  const auto cases = agents::ReadPlannerCases(argv[2]);
  if (!cases.ok()) return Fail(cases.status());
  std::vector<double> milliseconds;
  std::vector<std::string> wrong;
  const base::Json report =
      agents::ReportPlanner(**planner, *cases, catalogue, milliseconds, wrong);
  std::puts(base::DumpJson(report, 1).c_str());
  std::fprintf(stderr, "plan latency ms: p50 %.1f p99 %.1f\n", Quantile(milliseconds, 0.5),
               Quantile(milliseconds, 0.99));
  if (argc > 3) {
    std::ofstream file(argv[3]);
    for (const std::string& line : wrong) file << line << "\n";
  }
  return 0;
}
