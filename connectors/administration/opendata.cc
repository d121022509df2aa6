#include "connectors/administration/opendata.h"

#include <pugixml.hpp>

#include "connectors/administration/office_connector.h"
#include "model_core/base/strings.h"

namespace connectors::administration {
namespace {

using base::Json;
using base::StrCat;
using base::StringOr;
using tools::MakeToolError;
using tools::ToolOutcome;

constexpr char kSystem[] = "administration.opendata";
constexpr char kForecast[] = "/1360000/VilageFcstInfoService_2.0/getVilageFcst";
constexpr char kAir[] = "/B552584/ArpltnInforInqireSvc/getMsrstnAcctoRltmMesureDnsty";
constexpr char kHolidays[] = "/B090041/openapi/service/SpcdeInfoService/getRestDeInfo";
constexpr int kMonthsMax = 24;

// Codes of the portal (공공데이터포털 OpenAPI 오류코드): 20, 30–33 the key; 21, 22 the quota; 03 no data.
tools::ToolError PortalError(const std::string& code, const std::string& words) {
  const auto error = [&](std::string kind) {
    return MakeToolError(std::move(kind), StrCat(kSystem, " answered ", code, " ", words), StrCat("공공데이터포털 오류 ", code, " ", words));
  };
  if (code == "21" || code == "22" || code == "23") return error("quota");
  if (code == "20" || (code.size() == 2 && code[0] == '3' && code <= "33")) return error("auth");
  return error("error_in_200");
}

tools::ToolError Malformed(std::string_view what) {
  return MakeToolError("malformed_upstream", StrCat(kSystem, ": ", what), "공공데이터포털의 응답을 알아볼 수 없습니다");
}

// <OpenAPI_ServiceResponse><cmmMsgHeader><returnAuthMsg/><returnReasonCode/>: also when JSON was asked for.
tools::ToolError XmlError(const std::string& body) {
  pugi::xml_document xml;
  if (!xml.load_string(body.c_str())) return Malformed("neither JSON nor XML");
  const pugi::xml_node header = xml.first_child().child("cmmMsgHeader");
  const std::string code = header.child_value("returnReasonCode");
  if (!code.empty()) return PortalError(code, header.child_value("returnAuthMsg"));
  const pugi::xml_node plain = xml.child("response").child("header");
  const std::string result = plain.child_value("resultCode");
  return result.empty() ? Malformed("XML of another kind") : PortalError(result, plain.child_value("resultMsg"));
}

std::string Scalar(const Json& value) {
  if (value.is_string()) return value.get<std::string>();
  return value.is_number() ? base::DumpJson(value) : "";
}
std::string Field(const Json& item, const char* name) { return item.is_object() && item.contains(name) ? Scalar(item[name]) : ""; }

// `items` is {"item": [..]}, {"item": {..}} for one, "" for none, or the list itself.
std::vector<Json> Items(const Json& body) {
  Json items = body.value("items", Json());
  if (items.is_object()) items = items.value("item", Json());
  if (items.is_object()) return {items};
  return items.is_array() ? std::vector<Json>(items.begin(), items.end()) : std::vector<Json>();
}

struct Bounds {
  absl::Time from, to;
};
Bounds BoundsOf(const tools::ToolCall& call) {
  const absl::CivilDay today = absl::ToCivilDay(call.now, base::Seoul());
  Bounds bounds{absl::FromCivil(today, base::Seoul()), absl::FromCivil(today + 1, base::Seoul())};
  const Json period = call.arguments().value("period", Json::object());
  absl::CivilDay day;
  const std::string from = StringOr(period, "from", ""), to = StringOr(period, "to", "");
  if (absl::ParseCivilTime(from, &day)) bounds.from = absl::FromCivil(day, base::Seoul());
  else if (const auto time = base::ParseTimeText(from); time.ok()) bounds.from = *time;
  if (absl::ParseCivilTime(to, &day)) bounds.to = absl::FromCivil(day + 1, base::Seoul());
  else if (const auto time = base::ParseTimeText(to); time.ok()) bounds.to = *time + absl::Seconds(1);
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
constexpr Element kForecastElements[] = {{"TMP", "기온", "℃"}, {"POP", "강수확률", "%"}, {"PTY", "강수형태", ""}, {"SKY", "하늘상태", ""},
                                         {"REH", "습도", "%"}, {"WSD", "풍속", "m/s"}, {"PCP", "강수량", ""}};
constexpr Element kAirElements[] = {{"pm10Value", "미세먼지(PM10)", "㎍/㎥"}, {"pm25Value", "초미세먼지(PM2.5)", "㎍/㎥"},
                                    {"o3Value", "오존", "ppm"}, {"khaiValue", "통합대기환경지수", ""}};

std::string ForecastValue(const std::string& code, const std::string& value) {
  static const std::map<std::string, std::string> sky{{"1", "맑음"}, {"3", "구름많음"}, {"4", "흐림"}};
  static const std::map<std::string, std::string> rain{{"0", "없음"}, {"1", "비"}, {"2", "비/눈"}, {"3", "눈"}, {"4", "소나기"}};
  const auto* words = code == "SKY" ? &sky : code == "PTY" ? &rain : nullptr;
  return words != nullptr && words->contains(value) ? words->at(value) : value;
}

Json Item(absl::Time at, std::string name, std::string value, std::string unit) {
  return {{"at", base::TimeText(at)}, {"name", std::move(name)}, {"value", std::move(value)}, {"unit", std::move(unit)}};
}

tools::ToolResult Result(Json items, std::vector<policies::Origin> origins) {
  return {{{"items", std::move(items)}}, policies::WithIntegrity(policies::UserLabel(), policies::Integrity::kTrusted), std::move(origins)};
}

}  // namespace

absl::StatusOr<PlaceMap> PlaceMap::Load(const std::string& path) {
  ASSIGN_OR_RETURN(const Json json, ReadJsonFile(path, "place map"));
  if (!json.is_object()) return absl::InvalidArgumentError(StrCat("place map ", path, " is no object"));
  PlaceMap map;
  map.default_place = StringOr(json, "default", "");
  for (const auto& [name, place] : json.value("places", Json::object()).items()) {
    map.places[name] = {static_cast<int>(base::IntOr(place, "nx", 0)), static_cast<int>(base::IntOr(place, "ny", 0)), StringOr(place, "station", "")};
  }
  if (!map.places.contains(map.default_place)) {
    return absl::InvalidArgumentError(StrCat("place map ", path, ": 'default' is no place of it"));
  }
  return map;
}

Fallible<Place> OpenData::Find(const std::string& name) const {
  const auto found = places_.places.find(name.empty() ? places_.default_place : name);
  if (found != places_.places.end()) return found->second;
  return MakeToolError("not_found", StrCat("no grid or station is known for '", name, "'"), StrCat("'", name, "' 지역의 관측 지점을 모릅니다"));
}

Fallible<OpenData::Page> OpenData::Ask(const std::string& path, const Parameters& parameters, const tools::CallContext& context) const {
  std::string query, shown;
  for (const auto& [name, value] : parameters) shown += StrCat(shown.empty() ? "?" : "&", name, "=", UrlEncode(value));
  query = StrCat(shown, "&serviceKey=", UrlEncode(options_.service_key));
  const auto response = http_.Do({"GET", StrCat(options_.base_url, path, query), {}, ""}, context);
  if (!response.ok()) return FromHttpStatus(response.status(), kSystem, false);
  if (response->status == 429) return PortalError("22", "HTTP 429");
  if (response->status != 200) return FromHttpResponse(*response, kSystem, false);
  if (base::Trim(response->body).starts_with("<")) return XmlError(response->body);
  const auto json = base::ParseJson(response->body, kSystem);
  if (!json.ok() || !json->is_object() || !json->contains("response")) return Malformed("an answer without 'response'");
  const Json answer = (*json)["response"];
  const Json header = answer.is_object() ? answer.value("header", Json::object()) : Json::object();
  const std::string code = Field(header, "resultCode");
  const policies::Origin origin = MakeOrigin(kSystem, path + shown, "", absl::Now(), response->body);
  if (code == "03") return Page{{}, origin};  // no data: an answer, and an empty one
  if (code.empty()) return Malformed("an answer without 'resultCode'");
  if (code != "00" && code != "0000") return PortalError(code, Field(header, "resultMsg"));
  return Page{Items(answer.value("body", Json::object())), origin};
}

ToolOutcome OpenData::Weather(const tools::ToolCall& call, absl::Time from, absl::Time to, const tools::CallContext& context) const {
  ASSIGN_OR_FAIL(const Place place, Find(StringOr(call.arguments(), "place", "")));
  const absl::Time base = ForecastBase(call.now);
  ASSIGN_OR_FAIL(const Page page, Ask(kForecast, {{"dataType", "JSON"}, {"numOfRows", "1000"}, {"pageNo", "1"},
                                                  {"base_date", absl::FormatTime("%Y%m%d", base, base::Seoul())},
                                                  {"base_time", absl::FormatTime("%H00", base, base::Seoul())},
                                                  {"nx", StrCat(place.nx)}, {"ny", StrCat(place.ny)}}, context));
  Json items = Json::array();
  for (const Json& row : page.items) {
    absl::Time at;
    if (!absl::ParseTime("%Y%m%d %H%M", StrCat(Field(row, "fcstDate"), " ", Field(row, "fcstTime")), base::Seoul(), &at, nullptr)) {
      return Malformed("a forecast without its time");
    }
    if (at < from || at >= to) continue;
    for (const Element& element : kForecastElements) {
      if (Field(row, "category") == element.code) items.push_back(Item(at, element.name, ForecastValue(element.code, Field(row, "fcstValue")), element.unit));
    }
  }
  return Result(std::move(items), {page.origin});
}

ToolOutcome OpenData::Air(const tools::ToolCall& call, absl::Time from, absl::Time to, const tools::CallContext& context) const {
  ASSIGN_OR_FAIL(const Place place, Find(StringOr(call.arguments(), "place", "")));
  const char* const term = from < call.now - absl::Hours(24) ? "MONTH" : "DAILY";
  ASSIGN_OR_FAIL(const Page page, Ask(kAir, {{"returnType", "json"}, {"numOfRows", "1000"}, {"pageNo", "1"}, {"stationName", place.station},
                                             {"dataTerm", term}, {"ver", "1.3"}}, context));
  Json items = Json::array();
  for (const Json& row : page.items) {
    absl::Time at;
    std::string time = Field(row, "dataTime");
    const bool midnight = time.ends_with(" 24:00");  // the network calls midnight 24 o'clock
    if (midnight) time.replace(time.size() - 5, 5, "00:00");
    if (!absl::ParseTime("%Y-%m-%d %H:%M", time, base::Seoul(), &at, nullptr)) return Malformed("a measurement without its time");
    if (midnight) at += absl::Hours(24);
    if (at < from || at >= to) continue;
    for (const Element& element : kAirElements) {
      const std::string value = Field(row, element.code);
      if (!value.empty() && value != "-") items.push_back(Item(at, element.name, value, element.unit));
    }
  }
  return Result(std::move(items), {page.origin});
}

ToolOutcome OpenData::Holidays(absl::Time from, absl::Time to, const tools::CallContext& context) const {
  Json items = Json::array();
  std::vector<policies::Origin> origins;
  const absl::CivilMonth last = absl::ToCivilMonth(to - absl::Seconds(1), base::Seoul());
  for (absl::CivilMonth month = absl::ToCivilMonth(from, base::Seoul()); month <= last; ++month) {
    if (origins.size() == kMonthsMax) {
      return MakeToolError("invalid_argument", StrCat("a period of more than ", kMonthsMax, " months"), StrCat("기간이 ", kMonthsMax, "개월을 넘습니다"));
    }
    const std::string number = StrCat(month.month() < 10 ? "0" : "", month.month());
    ASSIGN_OR_FAIL(const Page page, Ask(kHolidays, {{"_type", "json"}, {"numOfRows", "100"}, {"solYear", StrCat(month.year())}, {"solMonth", number}}, context));
    origins.push_back(page.origin);
    for (const Json& row : page.items) {
      absl::Time at;
      if (!absl::ParseTime("%Y%m%d", Field(row, "locdate"), base::Seoul(), &at, nullptr)) return Malformed("a holiday without its day");
      if (at >= from && at < to) items.push_back(Item(at, Field(row, "dateName"), Field(row, "isHoliday") == "Y" ? "공휴일" : "기념일", ""));
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
  return MakeToolError("invalid_argument", StrCat("no open data is called '", dataset, "'"), StrCat("'", dataset, "' 공공데이터는 없습니다"));
}

std::optional<tools::ToolError> OpenData::Look(absl::Time deadline) const {
  const auto page = Ask(kHolidays, {{"_type", "json"}, {"numOfRows", "1"}, {"solYear", "2026"}, {"solMonth", "01"}}, {deadline, {}});
  if (page.ok()) return std::nullopt;
  return page.error();
}

}  // namespace connectors::administration
