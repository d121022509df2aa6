#include "connectors/manufacturing/root_cause.h"

#include <algorithm>
#include <cmath>
#include <tuple>

namespace connectors::manufacturing {
namespace {

constexpr size_t kWindowSamplesMin = 5;
constexpr int kLeavingRun = 5;  // samples in a row outside the band: it has left

std::vector<double> Window(const std::vector<Sample>& samples, absl::Time from, absl::Time to) {
  std::vector<double> values;
  for (const Sample& sample : samples) {
    if (sample.value && sample.quality != "bad" && sample.time >= from && sample.time <= to)
      values.push_back(*sample.value);
  }
  return values;
}

double Mean(const std::vector<double>& values) {
  double sum = 0;
  for (const double value : values) sum += value;
  return sum / static_cast<double>(values.size());
}

double Deviation(const std::vector<double>& values, double mean) {
  double sum = 0;
  for (const double value : values) sum += (value - mean) * (value - mean);
  const double deviation = std::sqrt(sum / static_cast<double>(values.size() - 1));
  return std::max(deviation,
                  std::abs(mean) * 1e-6 + 1e-9);  // a constant tag has a narrow band, not none
}

absl::Time Leaving(const std::vector<Sample>& samples, double mean, double deviation, double sign,
                   absl::Time alarm) {
  int run = 0;
  absl::Time began = alarm;
  for (const Sample& sample : samples) {
    if (!sample.value || sample.time < alarm - kQuietTo || sample.time > alarm) continue;
    const bool outside = (*sample.value - mean) * sign > kShiftDeviations * deviation;
    if (outside && run == 0) began = sample.time;
    run = outside ? run + 1 : 0;
    if (run >= kLeavingRun) return began;
  }
  return alarm;
}

Verdict Judge(const Fault& fault,
              const std::function<const Movement&(const std::string&)>& movement) {
  Verdict verdict{&fault, 0, 0, absl::InfiniteFuture()};
  double whole = 0;
  for (const Symptom& symptom : fault.symptoms) {
    whole += symptom.weight;
    const Movement& moved = movement(symptom.tag);
    if (!Matches(symptom, moved)) continue;
    verdict.score += symptom.weight;
    ++verdict.matched;
    if (symptom.direction != "steady") verdict.began = std::min(verdict.began, moved.began);
  }
  verdict.score = whole > 0 ? verdict.score / whole : 0;
  return verdict;
}

}  // namespace

Movement Measure(const std::vector<Sample>& samples, absl::Time alarm) {
  const std::vector<double> quiet = Window(samples, alarm - kQuietFrom, alarm - kQuietTo);
  const std::vector<double> last = Window(samples, alarm - kJustBefore, alarm);
  Movement movement;
  movement.began = alarm;
  if (quiet.size() < kWindowSamplesMin || last.size() < kWindowSamplesMin) return movement;
  movement.usable = true;
  movement.before = Mean(quiet);
  movement.after = Mean(last);
  const double deviation = Deviation(quiet, movement.before);
  movement.deviations = (movement.after - movement.before) / deviation;
  movement.began =
      Leaving(samples, movement.before, deviation, movement.deviations < 0 ? -1 : 1, alarm);
  return movement;
}

bool Matches(const Symptom& symptom, const Movement& movement) {
  if (!movement.usable) return false;
  if (symptom.direction == "up") return movement.deviations >= kShiftDeviations;
  if (symptom.direction == "down") return movement.deviations <= -kShiftDeviations;
  return std::abs(movement.deviations) < kShiftDeviations;
}

std::vector<Verdict> Rank(const std::vector<Fault>& faults,
                          const std::function<const Movement&(const std::string&)>& movement) {
  std::vector<Verdict> verdicts;
  for (const Fault& fault : faults) verdicts.push_back(Judge(fault, movement));
  std::sort(verdicts.begin(), verdicts.end(), [](const Verdict& a, const Verdict& b) {
    return std::tuple(-a.score, a.began, a.fault->code) <
           std::tuple(-b.score, b.began, b.fault->code);
  });
  return verdicts;
}

}  // namespace connectors::manufacturing
