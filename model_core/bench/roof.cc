#include "model_core/bench/roof.h"

#include <atomic>
#include <chrono>
#include <cstring>

#include "model_core/base/strings.h"
#include "model_core/bench/peak_loops.h"
#include "model_core/weights/arena.h"

namespace model_core {
namespace {

constexpr int kRuns = 6;
constexpr double kSecondsMin = 0.02;  // of a run that is timed: much longer than waking the team
constexpr size_t kRoundsFirst = 1 << 14;

// Seconds until every member has done its part.
template <typename Body>
double Time(Team& team, const Body& body) {
  static std::atomic<uint64_t> sink;  // what the loops made is used
  const auto begin = std::chrono::steady_clock::now();
  team.Run([&](size_t member) { sink += body(member); });
  return std::chrono::duration<double>(std::chrono::steady_clock::now() - begin).count();
}

// Operations a second of all members together.
double Peak(Team& team, uint64_t (*loop)(size_t), double ops_of_round) {
  const auto time = [&](size_t rounds) { return Time(team, [&](size_t) { return loop(rounds); }); };
  size_t rounds = kRoundsFirst;
  while (time(rounds) < kSecondsMin) rounds *= 2;
  double best = 0;
  for (int run = 0; run < kRuns; ++run)
    best = std::max(best, static_cast<double>(rounds * team.size()) * ops_of_round / time(rounds));
  return best;
}

double Bandwidth(Team& team, const PeakLoops& loops, const uint8_t* data, size_t bytes) {
  double best = 0;
  for (int run = 0; run < kRuns; ++run) {
    const double seconds = Time(team, [&](size_t member) {
      const Share share(bytes, member, team.size(), kReadUnit);
      return loops.read(data + share.begin, share.size());
    });
    best = std::max(best, static_cast<double>(bytes) / seconds);
  }
  return best;
}

}  // namespace

double Roof::LeastSeconds(const Work& work, bool packed) const {
  const double compute =
      work.weight_ops / (packed ? int8_ops_s : f32_ops_s) + work.attention_ops / f32_ops_s;
  return std::max(work.bytes / read_bytes_s, compute);
}

bool Roof::IsBoundByMemory(const Work& work, bool packed) const {
  return LeastSeconds(work, packed) <= work.bytes / read_bytes_s;
}

absl::StatusOr<Roof> MeasureRoof(Team& team, size_t buffer_bytes) {
  buffer_bytes = std::max(buffer_bytes / kReadUnit, team.size()) * kReadUnit;
  Arena arena;
  uint8_t* data = arena.Take(buffer_bytes);
  if (data == nullptr) {
    return base::Error(
        absl::StatusCode::kResourceExhausted,
        base::StrCat("no memory for ", buffer_bytes, " bytes to measure bandwidth with"),
        base::StrCat("대역폭 측정에 쓸 메모리 ", buffer_bytes, "바이트가 없습니다"));
  }
  team.Run([&](size_t member) {  // by who reads it later: on its own side of the machine
    const Share share(buffer_bytes, member, team.size(), kReadUnit);
    std::memset(data + share.begin, 1, share.size());
  });
  const PeakLoops& loops = FindPeakLoops();
  return Roof{Bandwidth(team, loops, data, buffer_bytes), Peak(team, loops.int8, loops.int8_ops),
              Peak(team, loops.f32, loops.f32_ops)};
}

}  // namespace model_core
