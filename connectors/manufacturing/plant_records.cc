// alarm.history and oee.compute: what the plant's database has recorded.
#include <cmath>

#include "connectors/manufacturing/period.h"
#include "connectors/manufacturing/plant.h"
#include "model_core/base/strings.h"

namespace connectors::manufacturing {
namespace {

using base::Json;
using base::StrCat;
using base::StringOr;
using tools::MakeToolError;

constexpr std::string_view kDatabase = "manufacturing.plantdb";
constexpr size_t kAlarmsMax = 1'000;

constexpr std::string_view kAlarms = R"(
SELECT l.alarm_id, l.tag, l.asset, l.since, l.cleared, l.message FROM plant.alarm_log l LEFT JOIN plant.asset a USING (asset)
WHERE l.since BETWEEN $1::timestamptz AND $2::timestamptz AND ($3 = '' OR l.priority = $3)
  AND ($4 = '' OR replace(a.area, ' ', '') = replace($4, ' ', '') OR a.asset = $4)
ORDER BY l.since, l.alarm_id LIMIT 1001)";

constexpr std::string_view kAreas =
    "SELECT 1 AS one FROM plant.asset WHERE replace(area, ' ', '') = replace($1, ' ', '') OR asset "
    "= $1 LIMIT 1";

// Planned time, stops within it and output of a line, over the shifts that lie in the period.
constexpr std::string_view kProduction = R"(
WITH c AS (SELECT * FROM plant.calendar WHERE replace(line, ' ', '') = replace($1, ' ', '') AND day BETWEEN $2::date AND $3::date
           AND ($4 = '' OR shift = $4)),
s AS (SELECT s.loss, sum(extract(epoch FROM least(s.ends, c.ends) - greatest(s.begins, c.begins))) / 60 AS minutes
      FROM plant.stop s JOIN c ON s.line = c.line AND s.begins < c.ends AND s.ends > c.begins GROUP BY s.loss)
SELECT (SELECT sum(extract(epoch FROM ends - begins)) / 60 FROM c) AS planned,
  (SELECT coalesce(json_agg(json_build_object('loss', loss, 'minutes', minutes) ORDER BY minutes DESC, loss), '[]') FROM s) AS losses,
  (SELECT coalesce(sum(minutes), 0) FROM s) AS stopped,
  (SELECT sum(o.total) FROM plant.output o JOIN c USING (line, shift, day)) AS total,
  (SELECT sum(o.good) FROM plant.output o JOIN c USING (line, shift, day)) AS good,
  (SELECT sum(o.total * o.ideal_seconds) / 60 FROM plant.output o JOIN c USING (line, shift, day)) AS ideal)";

Json Rounded(double value, double digits) { return std::round(value * digits) / digits; }

Json TimeOrNull(const Json& row, const char* key) {
  const auto time = base::ParseTimeText(StringOr(row, key, ""));
  return time.ok() ? Json(base::TimeText(*time)) : Json();
}

Json AlarmItem(const Json& row) {
  return {{"alarm_id", row.value("alarm_id", Json())}, {"tag", row.value("tag", Json())},
          {"asset", row.value("asset", Json())},       {"since", TimeOrNull(row, "since")},
          {"cleared", TimeOrNull(row, "cleared")},     {"message", row.value("message", Json())}};
}

std::optional<tools::ToolError> CheckArea(Plant& plant, const std::string& area,
                                          const tools::CallContext& context) {
  if (area.empty()) return std::nullopt;
  const auto rows = plant.database->Rows(kAreas, {area}, context);
  if (!rows.ok()) return rows.error();
  if (!rows->empty()) return std::nullopt;
  return MakeToolError("not_found", StrCat("there is no area '", area, "' in the plant"),
                       StrCat("구역 '", area, "'이(가) 없습니다"));
}

// The three shares of ISO 22400: availability of planned time, output at ideal speed of running
// time, good of all.
Json Oee(const Json& row, const Json& losses) {
  const double planned = base::NumberOr(row, "planned", 0),
               running = planned - base::NumberOr(row, "stopped", 0);
  const double total = base::NumberOr(row, "total", 0);
  const double availability = running / planned;
  const double performance = running > 0 ? base::NumberOr(row, "ideal", 0) / running : 0;
  const double quality = total > 0 ? base::NumberOr(row, "good", 0) / total : 0;
  return {{"oee", Rounded(availability * performance * quality, 1e4)},
          {"availability", Rounded(availability, 1e4)},
          {"performance", Rounded(performance, 1e4)},
          {"quality", Rounded(quality, 1e4)},
          {"items", losses}};
}

}  // namespace

tools::ToolOutcome AlarmHistory(Plant& plant, const tools::ToolCall& call,
                                const tools::CallContext& context) {
  ASSIGN_OR_FAIL(const Period period, ParsePeriod(call.arguments().at("period")));
  const std::string area = StringOr(call.arguments(), "area", "");
  if (auto error = CheckArea(plant, area, context)) return *error;
  ASSIGN_OR_FAIL(const Json rows,
                 plant.database->Rows(kAlarms,
                                      {base::TimeText(period.from), base::TimeText(period.to),
                                       StringOr(call.arguments(), "priority", ""), area},
                                      context));
  if (rows.size() > kAlarmsMax) {
    return MakeToolError("invalid_argument",
                         StrCat("more than ", kAlarmsMax, " alarms in the period; ask for less"),
                         StrCat("기간의 알람이 ", kAlarmsMax, "건을 넘습니다. 기간을 줄여 주세요"));
  }
  tools::ToolResult result{{{"count", rows.size()}, {"items", Json::array()}}, PlantLabel(), {}};
  for (const Json& row : rows) {
    result.value["items"].push_back(AlarmItem(row));
    result.origins.push_back(MakeOrigin(kDatabase, StringOr(row, "alarm_id", ""), "",
                                        plant.clock.Now(), base::DumpJson(row)));
  }
  if (rows.empty())
    result.origins.push_back(MakeOrigin(kDatabase, "alarm_log", "", plant.clock.Now(), "[]"));
  return result;
}

tools::ToolOutcome ComputeOee(Plant& plant, const tools::ToolCall& call,
                              const tools::CallContext& context) {
  const std::string line = call.arguments().at("line").get<std::string>();
  ASSIGN_OR_FAIL(const Period period, ParsePeriod(call.arguments().at("period")));
  ASSIGN_OR_FAIL(const Json rows,
                 plant.database->Rows(kProduction,
                                      {line, DateText(period.from), DateText(period.to),
                                       StringOr(call.arguments(), "shift", "")},
                                      context));
  const double planned = rows.empty() ? 0 : base::NumberOr(rows[0], "planned", 0);
  if (planned <= 0) {
    return MakeToolError("calendar_missing",
                         StrCat("no planned production time of line '", line, "' in the period"),
                         StrCat("라인 '", line, "'의 기간 내 계획 생산 시간이 없습니다"));
  }
  Json losses = rows[0].value("losses", Json::array());
  for (Json& loss : losses) loss["minutes"] = Rounded(base::NumberOr(loss, "minutes", 0), 10);
  const auto origin =
      MakeOrigin(kDatabase, line, DateText(period.to), plant.clock.Now(), base::DumpJson(rows));
  return tools::ToolResult{Oee(rows[0], losses), PlantLabel(), {origin}};
}

}  // namespace connectors::manufacturing
