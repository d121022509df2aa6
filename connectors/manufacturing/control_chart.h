// Control charts: limits and run rules. Pure.
//
// I-MR: sigma = mean moving range / 1.128 (d2 of 2). Xbar-R with subgroups of 5: sigma of a mean =
// mean range / 2.326 / √5. Rules count from 1; a point on a limit counts as inside; runs do not
// reset after a signal; rules on one side are judged for each half apart. Western Electric 1–4:
// beyond 3σ; 2 of 3 beyond 2σ; 4 of 5 beyond 1σ; 8 in a row on one side. Nelson 1–8: beyond 3σ; 9
// on one side; 6 rising or falling; 14 alternating; 2 of 3 beyond 2σ; 4 of 5 beyond 1σ; 15 within
// 1σ; 8 in a row beyond 1σ on both sides.
#pragma once

#include <optional>
#include <vector>

#include "absl/time/time.h"
#include "model_core/base/json.h"

namespace connectors::manufacturing {

inline constexpr size_t kSubgroup = 5;

struct ChartPoint {
  double value = 0;
  size_t last = 0;  // place of its last sample
};

struct Chart {
  double center = 0;
  double sigma = 0;         // of a point
  double sigma_single = 0;  // of a single value, within subgroups: for capability
  std::vector<ChartPoint> points;
};

struct Signal {
  int rule = 0;
  size_t point = 0;
};

Chart IndividualsChart(const std::vector<double>& values);
Chart MeansChart(const std::vector<double>& values);  // a last, incomplete subgroup is left out
std::vector<Signal> WesternSignals(const Chart& chart);
std::vector<Signal> NelsonSignals(const Chart& chart);
// min over the given limits of |limit − center| / 3σ; nullopt without limits or without variation.
std::optional<double> Cpk(const Chart& chart, std::optional<double> low,
                          std::optional<double> high);
// What spc.evaluate tells of a chart whose samples were taken at `times`: 500 signals at most, as a
// part where there are more.
base::Json ChartValue(const Chart& chart, const std::vector<Signal>& signals,
                      const std::vector<absl::Time>& times, std::optional<double> cpk);

}  // namespace connectors::manufacturing
