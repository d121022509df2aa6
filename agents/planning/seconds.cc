#include "agents/planning/seconds.h"

#include <map>

namespace agents {
namespace {

using base::Json;

absl::Time Minute(absl::Time now) {
  return absl::UnixEpoch() + absl::Floor(now - absl::UnixEpoch(), absl::Minutes(1));
}

// Literals of the minute → literals of the second, where they differ. Both are found in one order;
// should one list have lost a repeated value that the other has not, its values stay as they are.
std::map<std::string, std::string> Differences(const Recognition& minute,
                                               const Recognition& second) {
  std::map<std::string, std::string> differences;
  for (const auto& [kind, literals] : minute.literals) {
    const auto exact = second.literals.find(kind);
    if (exact == second.literals.end() || exact->second.size() != literals.size()) continue;
    for (size_t i = 0; i < literals.size(); ++i) {
      if (literals[i] != exact->second[i]) differences.emplace(literals[i], exact->second[i]);
    }
  }
  return differences;
}

}  // namespace

Recognition RecogniseInMinutes(std::string_view request, absl::Time now) {
  return Recognise(request, Minute(now));
}

void RestoreSeconds(Plan& plan, const Recognition& minute, std::string_view request,
                    absl::Time now) {
  if (Minute(now) == now) return;
  const auto differences = Differences(minute, Recognise(request, now));
  for (Step& step : plan.steps) {
    for (auto& [name, value] : step.arguments.items()) {
      const auto exact = differences.find(base::DumpJson(value));
      if (exact != differences.end()) value = Json::parse(exact->second);
    }
  }
}

}  // namespace agents
