#include "connectors/administration/opendata.h"

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

struct Bounds {
  absl::Time from, to;
};
Bounds BoundsOf(const tools::ToolCall& call) {
  const absl::CivilDay today = absl::ToCivilDay(call.now, base::Seoul());
  Bounds bounds{absl::FromCivil(today, base::Seoul()), absl::FromCivil(today + 1, base::Seoul())};
  const Json period = call.arguments().value("period", Json::object());
  absl::CivilDay day;
  const std::string from = StringOr(period, "from", ""), to = StringOr(period, "to", "");
  if (absl::ParseCivilTime(from, &day))
    bounds.from = absl::FromCivil(day, base::Seoul());
  else if (const auto time = base::ParseTimeText(from); time.ok())
    bounds.from = *time;
  if (absl::ParseCivilTime(to, &day))
    bounds.to = absl::FromCivil(day + 1, base::Seoul());
  else if (const auto time = base::ParseTimeText(to); time.ok())
    bounds.to = *time + absl::Seconds(1);
  return bounds;
}

// The newest forecast that is out by `now`: 02, 05, 08 … 23 o'clock, ten minutes later.
absl::Time ForecastBase(absl::Time now) {
  const absl::Time at = now - absl::Minutes(10);
  const absl::CivilHour hour = absl::ToCivilHour(at, base::Seoul());
  return absl::FromCivil(hour - (hour.hour() + 1) % 3, base::Seoul());
}

struct Element {
  const char *code, *name, *unit;
};
constexpr Element kForecastElements[] = {{"TMP", "기온", "℃"},    {"POP", "강수확률", "%"},
                                         {"PTY", "강수형태", ""}, {"SKY", "하늘상태", ""},
                                         {"REH", "습도", "%"},    {"WSD", "풍속", "m/s"},
                                         {"PCP", "강수량", ""}};
constexpr Element kAirElements[] = {{"pm10Value", "미세먼지(PM10)", "㎍/㎥"},
                                    {"pm25Value", "초미세먼지(PM2.5)", "㎍/㎥"},
                                    {"o3Value", "오존", "ppm"},
                                    {"khaiValue", "통합대기환경지수", ""}};

std::string ForecastValue(const std::string& code, const std::string& value) {
  static const std::map<std::string, std::string> sky{
      {"1", "맑음"}, {"3", "구름많음"}, {"4", "흐림"}};
  static const std::map<std::string, std::string> rain{
      {"0", "없음"}, {"1", "비"}, {"2", "비/눈"}, {"3", "눈"}, {"4", "소나기"}};
  const auto* words = code == "SKY" ? &sky : code == "PTY" ? &rain : nullptr;
  return words != nullptr && words->contains(value) ? words->at(value) : value;
}

Json Item(absl::Time at, std::string name, std::string value, std::string unit) {
  return {{"at", base::TimeText(at)},
          {"name", std::move(name)},
          {"value", std::move(value)},
          {"unit", std::move(unit)}};
}

tools::ToolResult Result(Json items, std::vector<policies::Origin> origins) {
  return {{{"items", std::move(items)}},
          policies::WithIntegrity(policies::UserLabel(), policies::Integrity::kTrusted),
          std::move(origins)};
}

}  // namespace

absl::StatusOr<PlaceMap> PlaceMap::Load(const std::string& path) {
  ASSIGN_OR_RETURN(const Json json, base::ReadJsonFile(path, {"place map", "지역 대응표"}));
  if (!json.is_object())
    return absl::InvalidArgumentError(StrCat("place map ", path, " is no object"));
  PlaceMap map;
  map.default_place = StringOr(json, "default", "");
  const Json places = json.value("places", Json::object());
  for (const auto& [name, place] : places.items()) {
    map.places[name] = {static_cast<int>(base::IntOr(place, "nx", 0)),
                        static_cast<int>(base::IntOr(place, "ny", 0)),
                        StringOr(place, "station", "")};
  }
  if (!map.places.contains(map.default_place)) {
    return absl::InvalidArgumentError(StrCat("place map ", path, ": 'default' is no place of it"));
  }
  return map;
}

Fallible<Place> OpenData::Find(const std::string& name) const {
  const auto found = places_.places.find(name.empty() ? places_.default_place : name);
  if (found != places_.places.end()) return found->second;
  return MakeToolError("not_found", StrCat("no grid or station is known for '", name, "'"),
                       StrCat("'", name, "' 지역의 관측 지점을 모릅니다"));
}

ToolOutcome OpenData::Weather(const tools::ToolCall& call, absl::Time from, absl::Time to,
                              const tools::CallContext& context) const {
  ASSIGN_OR_FAIL(const Place place, Find(StringOr(call.arguments(), "place", "")));
  const absl::Time issued = ForecastBase(call.now);
  ASSIGN_OR_FAIL(const DataPortal::Page page,
                 portal_.Ask(kForecast,
                             {{"dataType", "JSON"},
                              {"numOfRows", "1000"},
                              {"pageNo", "1"},
                              {"base_date", absl::FormatTime("%Y%m%d", issued, base::Seoul())},
                              {"base_time", absl::FormatTime("%H00", issued, base::Seoul())},
                              {"nx", StrCat(place.nx)},
                              {"ny", StrCat(place.ny)}},
                             context));
  Json items = Json::array();
  for (const Json& row : page.items) {
    absl::Time at;
    if (!absl::ParseTime("%E4Y%m%d %H%M",
                         StrCat(DataField(row, "fcstDate"), " ", DataField(row, "fcstTime")),
                         base::Seoul(), &at, nullptr)) {
      return MalformedData("a forecast without its time");
    }
    if (at < from || at >= to) continue;
    for (const Element& element : kForecastElements) {
      if (DataField(row, "category") == element.code)
        items.push_back(Item(at, element.name,
                             ForecastValue(element.code, DataField(row, "fcstValue")),
                             element.unit));
    }
  }
  return Result(std::move(items), {page.origin});
}

ToolOutcome OpenData::Air(const tools::ToolCall& call, absl::Time from, absl::Time to,
                          const tools::CallContext& context) const {
  ASSIGN_OR_FAIL(const Place place, Find(StringOr(call.arguments(), "place", "")));
  const char* const term = from < call.now - absl::Hours(24) ? "MONTH" : "DAILY";
  ASSIGN_OR_FAIL(const DataPortal::Page page, portal_.Ask(kAir,
                                                          {{"returnType", "json"},
                                                           {"numOfRows", "1000"},
                                                           {"pageNo", "1"},
                                                           {"stationName", place.station},
                                                           {"dataTerm", term},
                                                           {"ver", "1.3"}},
                                                          context));
  Json items = Json::array();
  for (const Json& row : page.items) {
    absl::Time at;
    std::string time = DataField(row, "dataTime");
    const bool midnight = time.ends_with(" 24:00");  // the network calls midnight 24 o'clock
    if (midnight) time.replace(time.size() - 5, 5, "00:00");
    if (!absl::ParseTime("%Y-%m-%d %H:%M", time, base::Seoul(), &at, nullptr))
      return MalformedData("a measurement without its time");
    if (midnight) at += absl::Hours(24);
    if (at < from || at >= to) continue;
    for (const Element& element : kAirElements) {
      const std::string value = DataField(row, element.code);
      if (!value.empty() && value != "-")
        items.push_back(Item(at, element.name, value, element.unit));
    }
  }
  return Result(std::move(items), {page.origin});
}

ToolOutcome OpenData::Holidays(absl::Time from, absl::Time to,
                               const tools::CallContext& context) const {
  Json items = Json::array();
  std::vector<policies::Origin> origins;
  const absl::CivilMonth last = absl::ToCivilMonth(to - absl::Seconds(1), base::Seoul());
  for (absl::CivilMonth month = absl::ToCivilMonth(from, base::Seoul()); month <= last; ++month) {
    if (origins.size() == kMonthsMax) {
      return MakeToolError("invalid_argument",
                           StrCat("a period of more than ", kMonthsMax, " months"),
                           StrCat("기간이 ", kMonthsMax, "개월을 넘습니다"));
    }
    const std::string number = StrCat(month.month() < 10 ? "0" : "", month.month());
    ASSIGN_OR_FAIL(const DataPortal::Page page, portal_.Ask(kHolidays,
                                                            {{"_type", "json"},
                                                             {"numOfRows", "100"},
                                                             {"solYear", StrCat(month.year())},
                                                             {"solMonth", number}},
                                                            context));
    origins.push_back(page.origin);
    for (const Json& row : page.items) {
      absl::Time at;
      if (!absl::ParseTime("%E4Y%m%d", DataField(row, "locdate"), base::Seoul(), &at, nullptr))
        return MalformedData("a holiday without its day");
      if (at >= from && at < to)
        items.push_back(Item(at, DataField(row, "dateName"),
                             DataField(row, "isHoliday") == "Y" ? "공휴일" : "기념일", ""));
    }
  }
  return Result(std::move(items), std::move(origins));
}

ToolOutcome OpenData::Get(const tools::ToolCall& call, const tools::CallContext& context) const {
  const std::string dataset = StringOr(call.arguments(), "dataset", "");
  const Bounds bounds = BoundsOf(call);
  if (dataset == "weather") return Weather(call, bounds.from, bounds.to, context);
  if (dataset == "air") return Air(call, bounds.from, bounds.to, context);
  if (dataset == "holiday") return Holidays(bounds.from, bounds.to, context);
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
