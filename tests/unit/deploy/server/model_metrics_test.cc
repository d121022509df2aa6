// What is said of the planner's own model, and by which names.
#include "deploy/server/model_metrics.h"

#include <gmock/gmock.h>
#include <prometheus/metric_family.h>

#include <fstream>
#include <map>
#include <sstream>

#include "tests/fakes/scripted_planner.h"

namespace deploy {
namespace {

using model_core::EngineFigures;
using prometheus::MetricType;
using testing::HasSubstr;

class PlannerOfFigures : public fakes::ScriptedPlanner {
 public:
  std::optional<EngineFigures> Figures() const override { return figures; }
  EngineFigures figures;
};

std::map<std::string, double> Values(const agents::Planner& planner) {
  std::map<std::string, double> values;
  for (const prometheus::MetricFamily& family : ModelMetrics(planner).Collect()) {
    EXPECT_EQ(family.metric.size(), 1U) << family.name;
    const prometheus::ClientMetric& metric = family.metric.at(0);
    values[family.name] =
        family.type == MetricType::Counter ? metric.counter.value : metric.gauge.value;
  }
  return values;
}

TEST(ModelMetrics, ShowEachFigureByItsName) {
  PlannerOfFigures planner;
  planner.figures = {.running = 1,
                     .waiting = 2,
                     .memory_bytes_max = 3,
                     .memory_bytes_promised = 4,
                     .memory_bytes_used = 5,
                     .memory_bytes_most = 6,
                     .memory_bytes_cached = 7,
                     .besides_bytes_max = 8,
                     .passes = 9,
                     .computed_tokens = 10,
                     .cached_tokens = 11,
                     .drafted_tokens = 12,
                     .accepted_tokens = 13};
  EXPECT_EQ(Values(planner),
            (std::map<std::string, double>{{"maru_model_running_requests", 1},
                                           {"maru_model_waiting_requests", 2},
                                           {"maru_model_memory_budget_bytes", 3},
                                           {"maru_model_memory_promised_bytes", 4},
                                           {"maru_model_memory_used_bytes", 5},
                                           {"maru_model_memory_used_max_bytes", 6},
                                           {"maru_model_memory_cached_bytes", 7},
                                           {"maru_model_memory_besides_bytes", 8},
                                           {"maru_model_passes_total", 9},
                                           {"maru_model_computed_tokens_total", 10},
                                           {"maru_model_cached_tokens_total", 11},
                                           {"maru_model_drafted_tokens_total", 12},
                                           {"maru_model_accepted_tokens_total", 13}}));
}

// Units last, `_total` for what only grows, and a text for every name.
TEST(ModelMetrics, AreNamedAsPrometheusAdvises) {
  const PlannerOfFigures planner;
  for (const prometheus::MetricFamily& family : ModelMetrics(planner).Collect()) {
    const std::string& name = family.name;
    EXPECT_EQ(name.ends_with("_total"), family.type == MetricType::Counter) << name;
    EXPECT_EQ(name.ends_with("_bytes"), name.find("memory") != name.npos) << name;
    EXPECT_TRUE(family.help.ends_with('.')) << name;
  }
}

TEST(ModelMetrics, AreNoneWhereTheModelIsAnotherPrograms) {
  EXPECT_TRUE(ModelMetrics(fakes::ScriptedPlanner()).Collect().empty());
}

TEST(ModelMetrics, FollowTheShippedPlannerAtItsWork) {
  constexpr size_t kMemory = size_t{64} << 20;
  const auto planner = *agents::MakeEmbeddedPlanner(MARU_SOURCE_DIR "/deploy/models/planner",
                                                    tools::Catalogue::BuiltIn(), 1, kMemory);
  const auto before = Values(*planner);
  EXPECT_EQ(before.at("maru_model_memory_budget_bytes"), kMemory);
  EXPECT_GT(before.at("maru_model_memory_besides_bytes"), 0);
  EXPECT_EQ(before.at("maru_model_passes_total"), 0);
  agents::PlanRequest request;
  request.text = "개인정보 보호법 제15조 보여줘";
  request.now = absl::FromUnixSeconds(1'795'500'000);
  ASSERT_TRUE(planner->MakePlan(request).ok());
  const auto after = Values(*planner);
  EXPECT_GT(after.at("maru_model_passes_total"), 1);
  EXPECT_GT(after.at("maru_model_computed_tokens_total"), after.at("maru_model_passes_total"));
  EXPECT_GT(after.at("maru_model_memory_used_max_bytes"), 0);
  EXPECT_LE(after.at("maru_model_memory_used_max_bytes"), kMemory);
}

}  // namespace
}  // namespace deploy
