// TrackStore: the newest event of each track, for a day. Not thread-safe; no I/O.
#pragma once

#include <map>
#include <string>
#include <vector>

#include "absl/time/time.h"
#include "connectors/defense/cot.h"

namespace connectors::defense {

class TrackStore {
 public:
  static constexpr size_t kTracksMax = 20'000;

  // False, once until there is room again: a track was left out because there are too many. One of
  // more than a day ago, or of more than a day ahead, is none.
  bool Keep(Track track, absl::Time now);
  std::vector<Track> All(absl::Time now) const;  // by uid
  bool whole() const { return whole_; }          // false: tracks were left out

 private:
  std::map<std::string, Track> tracks_;  // by uid
  bool whole_ = true;
};

}  // namespace connectors::defense
