#include "connectors/defense/track_store.h"

namespace connectors::defense {
namespace {

constexpr absl::Duration kForget = absl::Hours(24);  // tracks older than this are dropped

bool Old(const Track& track, absl::Time now) { return now - track.at > kForget; }

}  // namespace

bool TrackStore::Keep(Track track, absl::Time now) {
  const auto known = tracks_.find(track.uid);
  if (known != tracks_.end()) {
    if (track.at >= known->second.at) known->second = std::move(track);
    return true;
  }
  if (tracks_.size() == kTracksMax) {
    const size_t forgotten =
        std::erase_if(tracks_, [now](const auto& entry) { return Old(entry.second, now); });
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
    if (!Old(track, now)) out.push_back(track);
  }
  return out;
}

}  // namespace connectors::defense
