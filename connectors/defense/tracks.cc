// sa.tracks: the tracks of an area.

#include "connectors/defense/grades.h"
#include "connectors/defense/tak_feed.h"
#include "model_core/base/files.h"
#include "model_core/base/strings.h"

namespace connectors::defense {
namespace {

using base::Json;
using base::StrCat;
using base::StringOr;

bool Inside(const Area& area, const Track& track) {
  return track.lat >= area.south && track.lat <= area.north && track.lon >= area.west &&
         track.lon <= area.east;
}

Json Row(const Track& track, absl::Time now) {
  return {{"uid", track.uid},           {"callsign", track.callsign},
          {"kind", track.kind},         {"lat", track.lat},
          {"lon", track.lon},           {"at", base::TimeText(track.at)},
          {"stale", track.stale < now}, {"remarks", track.remarks}};
}

Area ParseArea(const Json& json) {
  return {base::NumberOr(json, "south", 1), base::NumberOr(json, "west", 1),
          base::NumberOr(json, "north", 0), base::NumberOr(json, "east", 0)};
}

}  // namespace

absl::StatusOr<std::map<std::string, Area>> LoadAreas(const std::string& path) {
  ASSIGN_OR_RETURN(const Json json, base::ReadJsonFile(path, {"areas", "구역 목록"}));
  std::map<std::string, Area> areas;
  for (const Json& entry : json.is_object() ? json.value("areas", Json::array()) : Json::array()) {
    const Area area = ParseArea(entry);
    const std::string name = base::ReplaceAll(StringOr(entry, "name", ""), " ", "");
    if (name.empty() || area.south > area.north || area.west > area.east) {
      return absl::InvalidArgumentError(
          StrCat("areas ", path, ": ", base::DumpJson(entry), " is no named box"));
    }
    areas[name] = area;
  }
  return areas;
}

tools::ToolOutcome FindTracks(TakFeed& feed, const std::map<std::string, Area>& areas,
                              base::Clock& clock, const tools::ToolCall& call,
                              const tools::CallContext& context) {
  const std::string name = call.arguments().at("area").get<std::string>(),
                    kind = StringOr(call.arguments(), "kind", "");
  const auto area = areas.find(base::ReplaceAll(name, " ", ""));
  if (area == areas.end()) {
    return tools::MakeToolError("not_found", StrCat("there is no area '", name, "'"),
                                StrCat("구역 '", name, "'이(가) 등록되어 있지 않습니다"));
  }
  const auto since =
      base::ParseTimeText(StringOr(call.arguments(), "since", "1970-01-01T00:00:00Z"));
  if (!since.ok())
    return tools::MakeToolError("invalid_argument", "since is no time",
                                "기준 시각이 올바르지 않습니다");
  ASSIGN_OR_FAIL(const std::vector<Track> tracks, feed.Tracks(context));
  const absl::Time now = clock.Now();
  tools::ToolResult result{{{"items", Json::array()}}, SourceFloor(), {}};
  for (const Track& track : tracks) {
    if (!Inside(area->second, track) || track.at < *since || (!kind.empty() && track.kind != kind))
      continue;
    result.value["items"].push_back(Row(track, now));
    result.origins.push_back(
        MakeOrigin(kTakSystem, track.uid, base::TimeText(track.at), now, track.xml));
  }
  if (result.origins.empty()) result.origins.push_back(MakeOrigin(kTakSystem, name, "", now, "[]"));
  return result;
}

}  // namespace connectors::defense
