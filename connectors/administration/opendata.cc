#include "connectors/administration/opendata.h"

#include "connectors/administration/open_data_items.h"
#include "connectors/tool_kit.h"
#include "model_core/base/files.h"
#include "model_core/base/strings.h"

namespace connectors::administration {
namespace {

using base::Json;
using base::StrCat;
using base::StringOr;
using tools::MakeToolError;
using tools::ToolOutcome;

constexpr char kForecast[] = "/1360000/VilageFcstInfoService_2.0/getVilageFcst";
constexpr char kAir[] = "/B552584/ArpltnInforInqireSvc/getMsrstnAcctoRltmMesureDnsty";
constexpr char kHolidays[] = "/B090041/openapi/service/SpcdeInfoService/getRestDeInfo";
constexpr int kMonthsMax = 24;
constexpr int kRows = 1000, kDayRows = 100;  // asked for in one page

// The newest forecast that is out by `now`: 02, 05, 08 … 23 o'clock, ten minutes later.
absl::Time ForecastBase(absl::Time now) {
  const absl::Time at = now - absl::Minutes(10);
  const absl::CivilHour hour = absl::ToCivilHour(at, base::Seoul());
  return absl::FromCivil(hour - (hour.hour() + 1) % 3, base::Seoul());
}

std::optional<tools::ToolError> AddAll(const DataPortal::List& list, decltype(&AddForecast) add,
                                       Gathered& out) {
  for (const DataPortal::Page& page : list.pages) {
    out.Read(page, !list.whole);
    for (const Json& row : page.items) {
      if (auto error = add(row, out)) return error;
    }
  }
  return std::nullopt;
}

}  // namespace

absl::StatusOr<PlaceMap> PlaceMap::Load(const std::string& path) {
  ASSIGN_OR_RETURN(const Json json, base::ReadJsonFile(path, {"place map", "지역 대응표"}));
  if (!json.is_object())
    return base::Error(absl::StatusCode::kInvalidArgument,
                       StrCat("place map ", path, " is no object"),
                       StrCat("지역 대응표 ", path, ": 객체가 아닙니다"));
  PlaceMap map;
  map.default_place = StringOr(json, "default", "");
  const Json places = json.value("places", Json::object());
  for (const auto& [name, place] : places.items()) {
    map.places[name] = {static_cast<int>(base::IntOr(place, "nx", 0)),
                        static_cast<int>(base::IntOr(place, "ny", 0)),
                        StringOr(place, "station", "")};
  }
  if (!map.places.contains(map.default_place)) {
    return base::Error(absl::StatusCode::kInvalidArgument,
                       StrCat("place map ", path, ": 'default' is no place of it"),
                       StrCat("지역 대응표 ", path, ": 'default'가 이 표에 없는 지역입니다"));
  }
  return map;
}

Fallible<Place> OpenData::Find(const std::string& name) const {
  const auto found = places_.places.find(name.empty() ? places_.default_place : name);
  if (found != places_.places.end()) return found->second;
  return MakeToolError("not_found", StrCat("no grid or station is known for '", name, "'"),
                       StrCat("'", name, "' 지역의 관측 지점을 모릅니다"));
}

ToolOutcome OpenData::Weather(const tools::ToolCall& call,
                              const tools::CallContext& context) const {
  ASSIGN_OR_FAIL(const Place place, Find(StringOr(call.arguments(), "place", "")));
  const absl::Time issued = ForecastBase(call.now);
  ASSIGN_OR_FAIL(const DataPortal::List list,
                 portal_.Pages(kForecast,
                               {{"dataType", "JSON"},
                                {"base_date", absl::FormatTime("%Y%m%d", issued, base::Seoul())},
                                {"base_time", absl::FormatTime("%H00", issued, base::Seoul())},
                                {"nx", StrCat(place.nx)},
                                {"ny", StrCat(place.ny)}},
                               kRows, context));
  Gathered gathered(call);
  if (auto error = AddAll(list, AddForecast, gathered)) return *error;
  return gathered.Take();
}

ToolOutcome OpenData::Air(const tools::ToolCall& call, const tools::CallContext& context) const {
  ASSIGN_OR_FAIL(const Place place, Find(StringOr(call.arguments(), "place", "")));
  Gathered gathered(call);
  const bool day = gathered.from() >= call.now - absl::Hours(24);
  ASSIGN_OR_FAIL(const DataPortal::List list, portal_.Pages(kAir,
                                                            {{"returnType", "json"},
                                                             {"stationName", place.station},
                                                             {"dataTerm", day ? "DAILY" : "MONTH"},
                                                             {"ver", "1.3"}},
                                                            kRows, context));
  if (auto error = AddAll(list, AddAir, gathered)) return *error;
  return gathered.Take();
}

ToolOutcome OpenData::Holidays(const tools::ToolCall& call,
                               const tools::CallContext& context) const {
  Gathered gathered(call);
  const absl::CivilMonth first = absl::ToCivilMonth(gathered.from(), base::Seoul()),
                         last = absl::ToCivilMonth(gathered.to() - absl::Seconds(1), base::Seoul());
  if (last - first >= kMonthsMax) {
    return MakeToolError("invalid_argument",
                         StrCat("a period of more than ", kMonthsMax, " months"),
                         StrCat("기간이 ", kMonthsMax, "개월을 넘습니다"));
  }
  for (absl::CivilMonth month = first; month <= last; ++month) {
    const std::string number = StrCat(month.month() < 10 ? "0" : "", month.month());
    ASSIGN_OR_FAIL(
        const DataPortal::List list,
        portal_.Pages(kHolidays,
                      {{"_type", "json"}, {"solYear", StrCat(month.year())}, {"solMonth", number}},
                      kDayRows, context));
    if (auto error = AddAll(list, AddDay, gathered)) return *error;
  }
  return gathered.Take();
}

ToolOutcome OpenData::Get(const tools::ToolCall& call, const tools::CallContext& context) const {
  const std::string dataset = StringOr(call.arguments(), "dataset", "");
  if (dataset == "weather") return Weather(call, context);
  if (dataset == "air") return Air(call, context);
  if (dataset == "holiday") return Holidays(call, context);
  return MakeToolError("invalid_argument", StrCat("no open data is called '", dataset, "'"),
                       StrCat("'", dataset, "' 공공데이터는 없습니다"));
}

std::optional<tools::ToolError> OpenData::Look(absl::Time deadline) const {
  const auto page = portal_.Ask(
      kHolidays, {{"_type", "json"}, {"numOfRows", "1"}, {"solYear", "2026"}, {"solMonth", "01"}},
      {deadline, {}});
  if (page.ok()) return std::nullopt;
  return page.error();
}

}  // namespace connectors::administration
