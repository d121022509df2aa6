// Cursor on Target (version 2.0 XML): events as positions, of the kinds that policy allows.
//
// Only types on a fixed list are taken: own and neutral units, supply, evacuation, vessels,
// aircraft, alerts. All else (hostile and suspect tracks, targets, fires, drawings) is dropped when
// it is read and never kept.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "absl/time/time.h"

namespace connectors::defense {

struct Track {
  std::string uid, callsign, kind, remarks, xml;
  double lat = 0, lon = 0;
  absl::Time at, stale;
};

inline constexpr size_t kEventMax = 16 << 10;  // bytes of an event that is kept

// The track of one <event>; nullopt if it is of no allowed type, has no position, is longer than
// kEventMax, or is not well formed.
std::optional<Track> ParseEvent(std::string_view xml);
// The catalogue's kind of a CoT type; empty: not allowed.
std::string_view KindOf(std::string_view type);
// The event that asks a server for an answer; nobody else is shown it.
std::string Ping(absl::Time now);
// Whether a server speaks: a whole event of any type, but not our ping come back.
bool IsSpeech(std::string_view xml);
// Takes whole events off the front of `stream`; what is before the first <event and not yet whole
// stays there.
std::vector<std::string> TakeEvents(std::string& stream);

}  // namespace connectors::defense
