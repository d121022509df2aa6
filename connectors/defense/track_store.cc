#include "connectors/defense/track_store.h"

namespace connectors::defense {
namespace {

constexpr absl::Duration kDay = absl::Hours(24);

// Too old to be told; or of a clock that is ahead, whose track would stand for ever and let no true
// event take its place.
bool OfAnotherDay(const Track& track, absl::Time now) {
  return absl::AbsDuration(now - track.at) > kDay;
}

}  // namespace

bool TrackStore::Keep(Track track, absl::Time now) {
  if (OfAnotherDay(track, now)) return true;
  const auto known = tracks_.find(track.uid);
  if (known != tracks_.end()) {
    // A track of the future is of a clock that is ahead: whatever comes after it is truer.
    const Track& kept = known->second;
    if (track.at >= kept.at || kept.at > now) known->second = std::move(track);
    return true;
  }
  if (tracks_.size() == kTracksMax) {
    const size_t forgotten = std::erase_if(
        tracks_, [now](const auto& entry) { return OfAnotherDay(entry.second, now); });
    const bool first = whole_ && forgotten == 0;
    whole_ = forgotten > 0;
    if (!whole_) return !first;
  }
  tracks_.emplace(track.uid, std::move(track));
  return true;
}

std::vector<Track> TrackStore::All(absl::Time now) const {
  std::vector<Track> out;
  for (const auto& [uid, track] : tracks_) {
    if (!OfAnotherDay(track, now)) out.push_back(track);
  }
  return out;
}

}  // namespace connectors::defense
