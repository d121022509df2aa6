// opendata.get: weather (기상청 단기예보), air (에어코리아 측정소별 실시간) and holidays (천문연
// 특일정보) over the REST interface of the public data portal. Thread-safe; reads
// only.
#pragma once

#include <map>
#include <optional>
#include <string>
#include <vector>

#include "connectors/administration/data_portal.h"
#include "connectors/tool_kit.h"

namespace connectors::administration {

struct Place {
  int nx = 0, ny = 0;   // of the forecast grid (5 km, Lambert)
  std::string station;  // of the air quality network
};
// File: {"default": "가람시", "places": {"가람시": {"nx": 60, "ny": 127, "station": "중앙동"}}}.
struct PlaceMap {
  std::string default_place;
  std::map<std::string, Place> places;

  static absl::StatusOr<PlaceMap> Load(const std::string& path);
};

class OpenData {
 public:
  OpenData(OpenDataOptions options, PlaceMap places, HttpClient& http)
      : portal_(std::move(options), http), places_(std::move(places)) {}

  tools::ToolOutcome Get(const tools::ToolCall& call, const tools::CallContext& context) const;
  std::optional<tools::ToolError> Look(absl::Time deadline) const;

 private:
  Fallible<Place> Find(const std::string& name) const;
  tools::ToolOutcome Weather(const tools::ToolCall& call, const tools::CallContext& context) const;
  tools::ToolOutcome Air(const tools::ToolCall& call, const tools::CallContext& context) const;
  tools::ToolOutcome Holidays(const tools::ToolCall& call, const tools::CallContext& context) const;

  const DataPortal portal_;
  const PlaceMap places_;
};

}  // namespace connectors::administration
