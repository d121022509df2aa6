#include "model_core/bench/roof.h"

#include <algorithm>
#include <atomic>
#include <chrono>
#include <cstring>

#include "model_core/base/strings.h"

namespace model_core {
namespace {

constexpr int kRuns = 3;
constexpr double kSecondsMin = 0.01;  // of a run: much longer than waking the team
constexpr size_t kRoundsFirst = 1 << 14;

// Seconds until every member has done its part.
template <typename Body>
double Time(Team& team, const Body& body) {
  static std::atomic<uint64_t> sink;  // what the loops made is used
  const auto begin = std::chrono::steady_clock::now();
  team.Run([&](size_t member) { sink += body(member); });
  return std::chrono::duration<double>(std::chrono::steady_clock::now() - begin).count();
}

double MedianOf(const std::vector<Roof>& roofs, double Roof::*figure) {
  std::vector<double> values;
  for (const Roof& roof : roofs) values.push_back(roof.*figure);
  return Median(std::move(values));
}

}  // namespace

std::string_view BoundName(Bound bound) {
  return bound == Bound::kMemory ? "memory" : bound == Bound::kInt8 ? "int8" : "f32";
}

double Roof::Int8Seconds(const Work& work, bool packed) const {
  return packed ? work.weight_ops / int8_ops_s : 0;
}

double Roof::F32Seconds(const Work& work, bool packed) const {
  return (work.attention_ops + (packed ? 0 : work.weight_ops)) / f32_ops_s;
}

double Roof::LeastSeconds(const Work& work, bool packed) const {
  return std::max(work.bytes / read_bytes_s, Int8Seconds(work, packed) + F32Seconds(work, packed));
}

Bound Roof::BoundOf(const Work& work, bool packed) const {
  const double int8 = Int8Seconds(work, packed), f32 = F32Seconds(work, packed);
  if (work.bytes / read_bytes_s >= int8 + f32) return Bound::kMemory;
  return int8 > f32 ? Bound::kInt8 : Bound::kF32;
}

base::Json Roof::ToJson() const {
  constexpr double kGiga = 1e9;
  return {{"read_gb_s", read_bytes_s / kGiga},
          {"int8_gop_s", int8_ops_s / kGiga},
          {"f32_gop_s", f32_ops_s / kGiga}};
}

Roof Between(const Roof& before, const Roof& after) {
  return {(before.read_bytes_s + after.read_bytes_s) / 2,
          (before.int8_ops_s + after.int8_ops_s) / 2, (before.f32_ops_s + after.f32_ops_s) / 2};
}

double Median(std::vector<double> values) {
  std::sort(values.begin(), values.end());
  return values[(values.size() - 1) / 2];
}

Roof MedianRoof(const std::vector<Roof>& roofs) {
  return {MedianOf(roofs, &Roof::read_bytes_s), MedianOf(roofs, &Roof::int8_ops_s),
          MedianOf(roofs, &Roof::f32_ops_s)};
}

absl::StatusOr<RoofMeter> RoofMeter::Make(Team& team, size_t buffer_bytes) {
  const size_t bytes = std::max(buffer_bytes / kReadUnit, team.size()) * kReadUnit;
  Arena arena;
  uint8_t* data = arena.Take(bytes);
  if (data == nullptr) {
    return base::Error(absl::StatusCode::kResourceExhausted,
                       base::StrCat("no memory for ", bytes, " bytes to measure bandwidth with"),
                       base::StrCat("대역폭 측정에 쓸 메모리 ", bytes, "바이트가 없습니다"));
  }
  team.Run([&](size_t member) {  // by who reads it later: on its own side of the machine
    const Share share(bytes, member, team.size(), kReadUnit);
    std::memset(data + share.begin, 1, share.size());
  });
  return RoofMeter(team, std::move(arena), data, bytes);
}

RoofMeter::RoofMeter(Team& team, Arena buffer, const uint8_t* data, size_t bytes)
    : team_(&team),
      loops_(&FindPeakLoops()),
      buffer_(std::move(buffer)),
      data_(data),
      bytes_(bytes),
      int8_rounds_(RoundsFor(loops_->int8)),
      f32_rounds_(RoundsFor(loops_->f32)) {}

size_t RoofMeter::RoundsFor(uint64_t (*loop)(size_t)) const {
  size_t rounds = kRoundsFirst;
  while (Time(*team_, [&](size_t) { return loop(rounds); }) < kSecondsMin) rounds *= 2;
  return rounds;
}

// Operations a second of all members together.
double RoofMeter::Peak(uint64_t (*loop)(size_t), size_t rounds, double ops_of_round) const {
  const double ops = static_cast<double>(rounds * team_->size()) * ops_of_round;
  double best = 0;
  for (int run = 0; run < kRuns; ++run)
    best = std::max(best, ops / Time(*team_, [&](size_t) { return loop(rounds); }));
  return best;
}

double RoofMeter::Bandwidth() const {
  double best = 0;
  for (int run = 0; run < kRuns; ++run) {
    const double seconds = Time(*team_, [&](size_t member) {
      const Share share(bytes_, member, team_->size(), kReadUnit);
      return loops_->read(data_ + share.begin, share.size());
    });
    best = std::max(best, static_cast<double>(bytes_) / seconds);
  }
  return best;
}

Roof RoofMeter::Measure() const {
  return {Bandwidth(), Peak(loops_->int8, int8_rounds_, loops_->int8_ops),
          Peak(loops_->f32, f32_rounds_, loops_->f32_ops)};
}

}  // namespace model_core
