#include "connectors/defense/cot.h"

#include <charconv>
#include <cmath>
#include <pugixml.hpp>

#include "model_core/base/clock.h"
#include "model_core/base/strings.h"

namespace connectors::defense {
namespace {

constexpr std::string_view kPingUid = "maru-ping";
constexpr absl::Duration kPingStale = absl::Seconds(20);

// a-{affiliation}-{dimension}…: friend, neutral, assumed friend and unknown only. Supply is combat
// service support.
std::string_view AtomKind(std::string_view type) {
  const auto parts = base::StrSplit(type, '-');
  if (parts.size() < 3 || std::string_view("fnau").find(parts[1]) == std::string_view::npos ||
      parts[1].size() != 1)
    return "";
  if (parts[2] == "S") return "vessel";
  if (parts[2] == "A") return "aircraft";
  if (parts[2] != "G") return "";
  const bool service = parts.size() > 4 && parts[3] == "U" && parts[4] == "S";
  return service ? "logistics" : "unit";
}

bool Finite(double lat, double lon) { return std::abs(lat) <= 90 && std::abs(lon) <= 180; }

std::string Attribute(pugi::xml_node node, const char* name) {
  return node.attribute(name).value();
}

// A number and nothing after it; else nowhere on Earth.
double Degrees(pugi::xml_node point, const char* name) {
  constexpr double kNowhere = 1e9;
  const std::string attribute = Attribute(point, name);
  const std::string_view text = base::Trim(attribute);
  double degrees = kNowhere;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), degrees);
  return error == std::errc() && end == text.data() + text.size() ? degrees : kNowhere;
}

}  // namespace

std::string_view KindOf(std::string_view type) {
  if (type.starts_with("a-")) return AtomKind(type);
  if (type.starts_with("b-r-f-h-c")) return "medevac";
  if (type.starts_with("b-a")) return "alert";
  return "";
}

std::optional<Track> ParseEvent(std::string_view xml) {
  pugi::xml_document document;
  if (xml.size() > kEventMax || !document.load_buffer(xml.data(), xml.size())) return std::nullopt;
  const pugi::xml_node event = document.child("event"), point = event.child("point"),
                       detail = event.child("detail");
  Track track;
  track.kind = KindOf(Attribute(event, "type"));
  track.uid = Attribute(event, "uid");
  const auto at = base::ParseTimeText(Attribute(event, "time")),
             stale = base::ParseTimeText(Attribute(event, "stale"));
  track.lat = Degrees(point, "lat");
  track.lon = Degrees(point, "lon");
  if (track.kind.empty() || track.uid.empty() || !at.ok() || !stale.ok() ||
      !Finite(track.lat, track.lon))
    return std::nullopt;
  track.at = *at;
  track.stale = *stale;
  track.callsign = Attribute(detail.child("contact"), "callsign");
  track.remarks = detail.child("remarks").text().get();
  track.xml = xml;
  return track;
}

std::string Ping(absl::Time now) {
  const auto text = [](absl::Time time) {
    return absl::FormatTime("%Y-%m-%dT%H:%M:%SZ", time, absl::UTCTimeZone());
  };
  return base::StrCat("<event version=\"2.0\" uid=\"", kPingUid, "\" type=\"t-x-c-t\" how=\"m-g\"",
                      " time=\"", text(now), "\" start=\"", text(now), "\" stale=\"",
                      text(now + kPingStale), "\"><point lat=\"0\" lon=\"0\" hae=\"0\"",
                      " ce=\"9999999\" le=\"9999999\"/><detail/></event>\n");
}

bool IsSpeech(std::string_view xml) {
  pugi::xml_document document;
  if (!document.load_buffer(xml.data(), xml.size())) return false;
  const pugi::xml_node event = document.child("event");
  const std::string uid = Attribute(event, "uid");
  return !uid.empty() && uid != kPingUid && !Attribute(event, "type").empty() &&
         base::ParseTimeText(Attribute(event, "time")).ok();
}

std::vector<std::string> TakeEvents(std::string& stream) {
  constexpr std::string_view kEnd = "</event>";
  std::vector<std::string> events;
  for (size_t end = stream.find(kEnd); end != std::string::npos; end = stream.find(kEnd)) {
    const size_t begin = stream.find("<event");
    if (begin < end) events.push_back(stream.substr(begin, end + kEnd.size() - begin));
    stream.erase(0, end + kEnd.size());
  }
  return events;
}

}  // namespace connectors::defense
