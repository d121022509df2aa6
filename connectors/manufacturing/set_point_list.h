// SetPointList: which set points of a plant may be written, and within what. Data, not code: a JSON
// file of the site, apart from the tag map, since other people answer for it.
//
//   {"setpoints":[{"tag":"TIC-205","node":"nsu=urn:plant;s=TIC-205.SP","unit":"℃",
//                  "low":68,"high":78,"step":5,"interlock":{"tag":"XS-205","permits":0}}]}
//   tag        of the tag map, as people name it     low, high  what may be written, ends included
//   node       that is written and read back         step       largest change at once
//   interlock  may be absent; else writing is permitted while that tag of the map has that value
// A key that is none of these is refused: a misspelt interlock must not be no interlock.
// Immutable after loading; thread-safe.
#pragma once

#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "connectors/manufacturing/tag_map.h"

namespace connectors::manufacturing {

struct Interlock {
  std::string tag;
  double permits = 0;
};

struct SetPoint {
  std::string tag, node, unit;
  double low = 0, high = 0, step = 0;
  std::optional<Interlock> interlock;
  // Held from reading the value before to reading it back.
  std::unique_ptr<std::timed_mutex> turn = std::make_unique<std::timed_mutex>();
};

class SetPointList {
 public:
  SetPointList() = default;
  // As base::ReadFile; InvalidArgument, with file and tag.
  static absl::StatusOr<SetPointList> Load(const std::string& path, const TagMap& tags);

  // Null: not on the list.
  const SetPoint* Find(std::string_view tag) const;

 private:
  std::vector<SetPoint> points_;
};

}  // namespace connectors::manufacturing
