// sa.tracks: the tracks of an area.

#include <algorithm>

#include "connectors/defense/grades.h"
#include "connectors/defense/tak_feed.h"
#include "model_core/base/files.h"
#include "model_core/base/strings.h"
#include "model_core/base/text.h"
#include "tools/part.h"

namespace connectors::defense {
namespace {

using base::Json;
using base::StrCat;
using base::StringOr;

constexpr size_t kShownMax = 500;

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

// The newest kShownMax, if there are more.
void KeepNewest(std::vector<Track>& tracks) {
  if (tracks.size() <= kShownMax) return;
  std::stable_sort(tracks.begin(), tracks.end(),
                   [](const Track& a, const Track& b) { return a.at > b.at; });
  tracks.resize(kShownMax);
}

Area ParseArea(const Json& json) {
  return {base::NumberOr(json, "south", 1), base::NumberOr(json, "west", 1),
          base::NumberOr(json, "north", 0), base::NumberOr(json, "east", 0)};
}

}  // namespace

absl::StatusOr<std::map<std::string, Area>> LoadAreas(const std::string& path) {
  ASSIGN_OR_RETURN(const Json json, base::ReadJsonFile(path, {"areas", "구역 목록"}));
  if (!json.is_object() || !json.contains("areas") || !json["areas"].is_array()) {
    return base::Error(absl::StatusCode::kInvalidArgument,
                       StrCat("areas ", path, ": no list 'areas'"),
                       StrCat("구역 목록 ", path, "에 'areas' 목록이 없습니다"));
  }
  std::map<std::string, Area> areas;
  for (const Json& entry : json["areas"]) {
    const Area area = ParseArea(entry);
    const std::string name = base::ReplaceAll(StringOr(entry, "name", ""), " ", "");
    if (name.empty() || area.south > area.north || area.west > area.east) {
      return base::Error(absl::StatusCode::kInvalidArgument,
                         StrCat("areas ", path, ": ", base::DumpJson(entry), " is no named box"),
                         StrCat("구역 목록 ", path, ": ", base::DumpJson(entry),
                                "에 이름이나 바른 범위가 없습니다"));
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
    return tools::MakeToolError(
        "not_found", StrCat("there is no area '", name, "'"),
        StrCat("구역 '", name, "'", base::Particle(name, "이"), " 등록되어 있지 않습니다"));
  }
  const auto since =
      base::ParseTimeText(StringOr(call.arguments(), "since", "1970-01-01T00:00:00Z"));
  if (!since.ok())
    return tools::MakeToolError("invalid_argument", "since is no time",
                                "기준 시각이 올바르지 않습니다");
  ASSIGN_OR_FAIL(TakFeed::Picture picture, feed.Tracks(context));
  std::vector<Track>& tracks = picture.tracks;
  std::erase_if(tracks, [&](const Track& track) {
    return !Inside(area->second, track) || track.at < *since ||
           (!kind.empty() && track.kind != kind);
  });
  const auto total = static_cast<int64_t>(tracks.size());
  KeepNewest(tracks);
  const absl::Time now = clock.Now();
  tools::ToolResult result{{{"items", Json::array()}}, SourceFloor(), {}};
  for (const Track& track : tracks) {
    result.value["items"].push_back(Row(track, now));
    result.origins.push_back(
        MakeOrigin(kTakSystem, track.uid, base::TimeText(track.at), now, track.xml));
  }
  tools::MarkPart(result.value, picture.whole ? std::optional(total) : std::nullopt);
  if (result.origins.empty()) result.origins.push_back(MakeOrigin(kTakSystem, name, "", now, "[]"));
  return result;
}

}  // namespace connectors::defense
