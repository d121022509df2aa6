// What the exact profile costs: the same bits on every machine, beside twins whose sums run in no
// fixed order.
//
//   exact_bench [THREADS [PART]]      prints one JSON object
//
// PART: kernels, one by one (exact_rows.h); miniature, of K-EXAONE, and planner, a whole token and
// a prompt (exact_models.h). All, if none is named.
#include <iostream>
#include <thread>

#include "model_core/base/check.h"
#include "tests/bench/exact_models.h"
#include "tests/bench/exact_rows.h"
#include "tests/bench/free_kernels.h"

using base::Json;

int main(int argc, char** argv) {
  CHECK(argc <= 3, "exact_bench [THREADS [kernels | miniature | planner]]");
  CHECK(free_order::FreeKernels() != nullptr, "exact_bench needs AVX-512 with VNNI");
  const size_t threads =
      argc >= 2 ? std::stoul(argv[1]) : std::max(1U, std::thread::hardware_concurrency());
  const std::string part = argc == 3 ? argv[2] : "";
  const auto wanted = [&](const char* name) { return part.empty() || part == name; };
  model_core::ThreadTeam team(threads);
  const double sum_seconds = free_order::SumSecondsSaved(team);
  Json kernels = Json::array(), models = Json::array();
  if (wanted("kernels")) kernels = free_order::MeasureKernels(team);
  if (wanted("miniature")) free_order::MeasureMiniature(threads, sum_seconds, models);
  if (wanted("planner")) free_order::MeasurePlanner(sum_seconds, models);
  std::cout << base::DumpJson({{"bench", "exact"},
                               {"threads", threads},
                               {"kernels", kernels},
                               {"models", models}},
                              2)
            << "\n";
}
