// spc.evaluate: one tag's history on a control chart. Values that the plant marks bad are left out.
#include <cmath>

#include "connectors/manufacturing/control_chart.h"
#include "connectors/manufacturing/period.h"
#include "connectors/manufacturing/plant.h"
#include "model_core/base/strings.h"
#include "tools/part.h"

namespace connectors::manufacturing {
namespace {

using base::Json;
using base::StrCat;
using tools::MakeToolError;

constexpr size_t kPointsMin = 20;
constexpr size_t kSamplesMax = 100'000;
constexpr size_t kSignalsMax = 500;

struct Values {
  std::vector<double> values;
  std::vector<absl::Time> times;
};

Fallible<Values> UsableValues(const TagEntry& entry, const std::vector<Sample>& samples) {
  Values out;
  for (const Sample& sample : samples) {
    if (!sample.value || sample.quality == "bad") continue;
    out.values.push_back(*sample.value);
    out.times.push_back(sample.time);
  }
  if (out.values.empty() && !samples.empty()) {
    return MakeToolError("bad_quality",
                         StrCat("tag '", entry.tag, "': every value of the period is bad"),
                         StrCat("태그 '", entry.tag, "': 기간의 값이 모두 불량입니다"));
  }
  return out;
}

tools::ToolError TooFew(const TagEntry& entry, size_t points) {
  return MakeToolError(
      "too_few_points",
      StrCat("tag '", entry.tag, "': ", points, " points; a chart needs ", kPointsMin),
      StrCat("태그 '", entry.tag, "': 관리도에는 ", kPointsMin, "점 이상이 필요합니다 (", points,
             "점)"));
}

}  // namespace

Json ChartValue(const Chart& chart, const std::vector<Signal>& signals,
                const std::vector<absl::Time>& times, std::optional<double> cpk) {
  Json items = Json::array();
  for (const Signal& signal : signals) {
    if (items.size() == kSignalsMax) break;
    items.push_back(
        {{"rule", signal.rule}, {"at", base::TimeText(times[chart.points[signal.point].last])}});
  }
  Json value{{"in_control", signals.empty()},
             {"cpk", cpk ? Json(std::round(*cpk * 1000) / 1000) : Json()},
             {"items", std::move(items)}};
  tools::MarkPart(value, static_cast<int64_t>(signals.size()));
  return value;
}

tools::ToolOutcome EvaluateSpc(Plant& plant, const tools::ToolCall& call,
                               const tools::CallContext& context) {
  const Json& arguments = call.arguments();
  ASSIGN_OR_FAIL(const Period period, ParsePeriod(arguments.at("period")));
  ASSIGN_OR_FAIL(const TagEntry* entry, plant.tags.Find(arguments.at("tag").get<std::string>()));
  if (!entry->opcua) return TooFew(*entry, 0);
  ASSIGN_OR_FAIL(
      const std::vector<Sample> samples,
      plant.opcua.History(entry->opcua->node, period.from, period.to, kSamplesMax, context));
  ASSIGN_OR_FAIL(const Values values, UsableValues(*entry, samples));
  if (values.values.size() < kPointsMin) return TooFew(*entry, values.values.size());
  const bool means = base::StringOr(arguments, "chart", "i_mr") == "xbar_r";
  const Chart chart = means ? MeansChart(values.values) : IndividualsChart(values.values);
  if (chart.points.size() < kPointsMin) return TooFew(*entry, chart.points.size());
  const bool nelson = base::StringOr(arguments, "rules", "western") == "nelson";
  const std::vector<Signal> signals = nelson ? NelsonSignals(chart) : WesternSignals(chart);
  Json value = ChartValue(chart, signals, values.times, Cpk(chart, entry->low, entry->high));
  const auto origin = MakeOrigin(kOpcUaSystem, entry->tag, base::TimeText(period.to),
                                 plant.clock.Now(), base::DumpJson(Json(values.values)));
  return tools::ToolResult{std::move(value), PlantLabel(), {origin}};
}

}  // namespace connectors::manufacturing
