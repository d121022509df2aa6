#include "connectors/manufacturing/control_chart.h"

#include <algorithm>
#include <cmath>
#include <functional>

namespace connectors::manufacturing {
namespace {

constexpr double kD2Of2 = 1.128, kD2Of5 = 2.326;

double Mean(const std::vector<double>& values) {
  double sum = 0;
  for (const double value : values) sum += value;
  return sum / static_cast<double>(values.size());
}

// Places in deviations from the centre. Without variation every point is at the centre.
std::vector<double> Scores(const Chart& chart) {
  std::vector<double> scores;
  for (const ChartPoint& point : chart.points) {
    scores.push_back(chart.sigma > 0 ? (point.value - chart.center) / chart.sigma : 0);
  }
  return scores;
}

// Signals where at least `least` of the last `window` points fit, the last one among them.
void CountRule(int rule, const std::vector<double>& scores, size_t window, size_t least,
               const std::function<bool(double)>& fits, std::vector<Signal>& out) {
  for (size_t i = window - 1; i < scores.size(); ++i) {
    if (!fits(scores[i])) continue;
    const auto from = scores.begin() + static_cast<std::ptrdiff_t>(i + 1 - window);
    const auto count = std::count_if(from, from + static_cast<std::ptrdiff_t>(window), fits);
    if (static_cast<size_t>(count) >= least) out.push_back({rule, i});
  }
}

void BothHalves(int rule, const std::vector<double>& scores, size_t window, size_t least,
                double beyond, std::vector<Signal>& out) {
  CountRule(
      rule, scores, window, least, [beyond](double score) { return score > beyond; }, out);
  CountRule(
      rule, scores, window, least, [beyond](double score) { return score < -beyond; }, out);
}

// Runs of steps: `next` says whether step i (from point i−1 to i) goes on with step i−1.
void StepRule(int rule, const std::vector<double>& scores, size_t points,
              const std::function<bool(double step, double before)>& goes_on,
              std::vector<Signal>& out) {
  size_t run = 1;
  for (size_t i = 1; i < scores.size(); ++i) {
    const double step = scores[i] - scores[i - 1];
    const bool first = i < 2 || run < 2;
    if (step == 0) {
      run = 1;
    } else if (first) {
      run = 2;
    } else {
      run = goes_on(step, scores[i - 1] - scores[i - 2]) ? run + 1 : 2;
    }
    if (run >= points) out.push_back({rule, i});
  }
}

void Sort(std::vector<Signal>& signals) {
  std::sort(signals.begin(), signals.end(), [](const Signal& a, const Signal& b) {
    return std::pair(a.point, a.rule) < std::pair(b.point, b.rule);
  });
}

}  // namespace

Chart IndividualsChart(const std::vector<double>& values) {
  Chart chart;
  std::vector<double> ranges;
  for (size_t i = 0; i < values.size(); ++i) {
    chart.points.push_back({values[i], i});
    if (i > 0) ranges.push_back(std::abs(values[i] - values[i - 1]));
  }
  chart.center = Mean(values);
  chart.sigma = chart.sigma_single = ranges.empty() ? 0 : Mean(ranges) / kD2Of2;
  return chart;
}

Chart MeansChart(const std::vector<double>& values) {
  Chart chart;
  std::vector<double> means, ranges;
  for (size_t at = 0; at + kSubgroup <= values.size(); at += kSubgroup) {
    const std::vector<double> group(values.begin() + static_cast<std::ptrdiff_t>(at),
                                    values.begin() + static_cast<std::ptrdiff_t>(at + kSubgroup));
    const auto [low, high] = std::minmax_element(group.begin(), group.end());
    means.push_back(Mean(group));
    ranges.push_back(*high - *low);
    chart.points.push_back({means.back(), at + kSubgroup - 1});
  }
  if (means.empty()) return chart;
  chart.center = Mean(means);
  chart.sigma_single = Mean(ranges) / kD2Of5;
  chart.sigma = chart.sigma_single / std::sqrt(static_cast<double>(kSubgroup));
  return chart;
}

std::vector<Signal> WesternSignals(const Chart& chart) {
  const std::vector<double> scores = Scores(chart);
  std::vector<Signal> signals;
  BothHalves(1, scores, 1, 1, 3, signals);
  BothHalves(2, scores, 3, 2, 2, signals);
  BothHalves(3, scores, 5, 4, 1, signals);
  BothHalves(4, scores, 8, 8, 0, signals);
  Sort(signals);
  return signals;
}

std::vector<Signal> NelsonSignals(const Chart& chart) {
  const std::vector<double> scores = Scores(chart);
  std::vector<Signal> signals;
  BothHalves(1, scores, 1, 1, 3, signals);
  BothHalves(2, scores, 9, 9, 0, signals);
  StepRule(
      3, scores, 6, [](double step, double before) { return (step > 0) == (before > 0); }, signals);
  StepRule(
      4, scores, 14, [](double step, double before) { return (step > 0) != (before > 0); },
      signals);
  BothHalves(5, scores, 3, 2, 2, signals);
  BothHalves(6, scores, 5, 4, 1, signals);
  if (chart.sigma > 0) {
    CountRule(
        7, scores, 15, 15, [](double score) { return std::abs(score) <= 1; }, signals);
    CountRule(
        8, scores, 8, 8, [](double score) { return std::abs(score) > 1; }, signals);
  }
  Sort(signals);
  return signals;
}

std::optional<double> Cpk(const Chart& chart, std::optional<double> low,
                          std::optional<double> high) {
  if (chart.sigma_single <= 0 || (!low && !high)) return std::nullopt;
  std::optional<double> cpk;
  if (low) cpk = (chart.center - *low) / (3 * chart.sigma_single);
  if (high) {
    const double upper = (*high - chart.center) / (3 * chart.sigma_single);
    cpk = cpk ? std::min(*cpk, upper) : upper;
  }
  return cpk;
}

}  // namespace connectors::manufacturing
