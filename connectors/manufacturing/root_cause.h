// Root cause of an alarm, computed: which known fault fits what the tags did before it.
//
// For each symptom of a fault (a tag, a direction): the tag's mean in the last 15 minutes before
// the alarm against its mean and deviation in a quiet window, 4 to 2 hours before. A shift of at
// least 3 deviations in the direction (or, for `steady`, of less than 3) is a match; a symptom
// without usable history counts as unmatched. A fault's score is the weight of its matches over its
// whole weight. The best score wins; among equals the fault with the earlier first movement, then
// the smaller code. Pure: the samples are given.
#pragma once

#include <functional>
#include <string>
#include <vector>

#include "connectors/manufacturing/opcua_client.h"

namespace connectors::manufacturing {

struct Symptom {
  std::string tag;
  std::string direction;  // up, down, steady
  double weight = 1;
};

struct Fault {
  std::string code, asset, title;
  std::vector<Symptom> symptoms;
  base::Json parts;  // [{"item","quantity"}]
};

// What a tag did before the alarm. `usable` false: too few good samples in a window.
struct Movement {
  bool usable = false;
  double before = 0, after = 0, deviations = 0;  // deviations: signed shift in standard deviations
  absl::Time began;  // when it left the band; the alarm's time if it never did
};

struct Verdict {
  const Fault* fault = nullptr;
  double score = 0;  // 0..1
  int matched = 0;
  absl::Time began;  // the earliest movement that matches
};

inline constexpr absl::Duration kQuietFrom = absl::Hours(4);
inline constexpr absl::Duration kQuietTo = absl::Hours(2);
inline constexpr absl::Duration kJustBefore = absl::Minutes(15);
inline constexpr double kShiftDeviations = 3;

// `samples` cover [alarm − kQuietFrom, alarm], oldest first.
Movement Measure(const std::vector<Sample>& samples, absl::Time alarm);
bool Matches(const Symptom& symptom, const Movement& movement);
// Best first. `movement` gives what a tag did; each tag is asked once a symptom.
std::vector<Verdict> Rank(const std::vector<Fault>& faults,
                          const std::function<const Movement&(const std::string&)>& movement);

}  // namespace connectors::manufacturing
