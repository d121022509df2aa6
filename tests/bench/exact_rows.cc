#include "tests/bench/exact_rows.h"

#include <algorithm>
#include <chrono>
#include <cmath>

#include "model_core/base/check.h"
#include "model_core/bench/roof.h"
#include "tests/bench/exact_cases.h"
#include "tests/bench/free_kernels.h"

namespace free_order {
namespace {

using base::Json;
using model_core::Kernels;
using SteadyClock = std::chrono::steady_clock;

constexpr int kTurns = 15;
constexpr double kSecondsMin = 4e-3;  // of a turn: much longer than waking a team

// A case with what its members need.
class Measurement {
 public:
  Measurement(const Case& of, model_core::Team& team)
      : case_(of), team_(team), places_(team.size()) {
    team.Run([&](size_t member) { case_.prepare(places_[member]); });
    while (Seconds(Exact()) * static_cast<double>(calls_) < kSecondsMin) calls_ *= 2;
  }

  Pair Run() {
    team_.Run([&](size_t member) {  // a matrix is laid out at its first product
      for (size_t i = 0; i <= places_[member].matrices.size(); ++i)
        case_.call(Free(), places_[member]);
    });
    return TakeTurns(
        kTurns, [&] { return Seconds(Exact()); }, [&] { return Seconds(Free()); });
  }

  double Difference() {
    Place& place = places_[0];
    place.next = 0;
    case_.call(Exact(), place);
    const std::vector<float> exact = place.out;
    place.next = 0;
    case_.call(Free(), place);
    double apart = 0, most = 0;
    for (size_t i = 0; i < exact.size(); ++i) {
      apart = std::max(apart, std::abs(static_cast<double>(exact[i]) - place.out[i]));
      most = std::max(most, std::abs(static_cast<double>(exact[i])));
    }
    return apart / most;
  }

 private:
  static const Kernels& Exact() { return *model_core::FindKernels("avx512vnni"); }
  const Kernels& Free() const { return case_.bf16 ? *Bf16Kernels() : *FreeKernels(); }

  // Of a call.
  double Seconds(const Kernels& kernels) {
    const auto begin = SteadyClock::now();
    team_.Run([&](size_t member) {
      for (size_t i = 0; i < calls_; ++i) case_.call(kernels, places_[member]);
    });
    const std::chrono::duration<double> seconds = SteadyClock::now() - begin;
    return seconds.count() / static_cast<double>(calls_);
  }

  const Case& case_;
  model_core::Team& team_;
  std::vector<Place> places_;
  size_t calls_ = 1;
};

}  // namespace

Pair TakeTurns(int turns, const std::function<double()>& exact,
               const std::function<double()>& free) {
  std::vector<double> exacts, frees, ratios;
  for (int turn = 0; turn < turns; ++turn) {
    exacts.push_back(exact());
    frees.push_back(free());
    ratios.push_back(exacts.back() / frees.back());
  }
  return {model_core::Median(exacts), model_core::Median(frees), model_core::Median(ratios)};
}

Json MeasureKernels(model_core::Team& team) {
  Json measured = Json::array();
  for (const Case& of : Cases()) {
    Measurement measurement(of, team);
    const Pair pair = measurement.Run();
    measured.push_back({{"kernel", of.kernel},
                        {"exact_us", pair.exact * 1e6},
                        {"free_us", pair.free * 1e6},
                        {"ratio", pair.ratio},
                        {"difference", measurement.Difference()}});
  }
  return measured;
}

double SumSecondsSaved(model_core::Team& team) {
  const Case of = SumCase();
  const Pair pair = Measurement(of, team).Run();
  return (pair.exact - pair.free) / static_cast<double>(kScoresOfSum);
}

}  // namespace free_order
