// alarm.history and oee.compute: what the plant's database has recorded.
#include <cmath>
#include <set>

#include "connectors/manufacturing/period.h"
#include "connectors/manufacturing/plant.h"
#include "connectors/manufacturing/plant_names.h"
#include "model_core/base/strings.h"
#include "model_core/base/text.h"

namespace connectors::manufacturing {
namespace {

using base::Json;
using base::StrCat;
using base::StringOr;
using tools::MakeToolError;

constexpr std::string_view kDatabase = "manufacturing.plantdb";
constexpr size_t kAlarmsMax = 1'000;

// $4: the assets looked for, one a line; empty: all.
constexpr std::string_view kAlarms = R"(
SELECT l.alarm_id, l.tag, l.asset, l.since, l.cleared, l.message
FROM plant.alarm_log l
WHERE l.since BETWEEN $1::timestamptz AND $2::timestamptz
  AND ($3 = '' OR l.priority = $3)
  AND ($4 = '' OR l.asset = ANY (string_to_array($4, E'\n')))
ORDER BY l.since, l.alarm_id LIMIT 1001)";

// Every column, for names may stand in as many languages as there are.
constexpr std::string_view kAssets = "SELECT * FROM plant.asset ORDER BY asset";
constexpr std::string_view kLines = R"(
SELECT c.line AS planned_line, a.*
FROM (SELECT DISTINCT line FROM plant.calendar) c LEFT JOIN plant.asset a ON a.line = c.line
ORDER BY c.line, a.asset)";

// Planned time, stops within it and output of a line, over the shifts that lie in the period.
constexpr std::string_view kProduction = R"(
WITH c AS (SELECT * FROM plant.calendar WHERE line = $1 AND day BETWEEN $2::date AND $3::date
           AND ($4 = '' OR shift = $4)),
s AS (SELECT s.loss, sum(extract(epoch FROM least(s.ends, c.ends) - greatest(s.begins, c.begins)))
        / 60 AS minutes
      FROM plant.stop s JOIN c ON s.line = c.line AND s.begins < c.ends AND s.ends > c.begins
      GROUP BY s.loss)
SELECT (SELECT sum(extract(epoch FROM ends - begins)) / 60 FROM c) AS planned,
  (SELECT coalesce(json_agg(json_build_object('loss', loss, 'minutes', minutes)
                            ORDER BY minutes DESC, loss), '[]') FROM s) AS losses,
  (SELECT coalesce(sum(minutes), 0) FROM s) AS stopped,
  (SELECT sum(o.total) FROM plant.output o JOIN c USING (line, shift, day)) AS total,
  (SELECT sum(o.good) FROM plant.output o JOIN c USING (line, shift, day)) AS good,
  (SELECT sum(o.total * o.ideal_seconds) / 60
     FROM plant.output o JOIN c USING (line, shift, day)) AS ideal)";

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

std::vector<std::string> Joined(std::vector<std::string> names,
                                const std::vector<std::string>& more) {
  names.insert(names.end(), more.begin(), more.end());
  return names;
}

// By the names of its area and its own.
std::vector<std::string> AreaNames(const Json& asset) {
  return Joined(NamesOf(asset, "area"), Joined(NamesOf(asset, "name"), NamesOf(asset, "asset")));
}

// By the names of the line; those of the asset count where it is the line itself.
std::vector<std::string> LineNames(const Json& row) {
  const std::string line = StringOr(row, "planned_line", "");
  std::vector<std::string> names = Joined({line}, NamesOf(row, "line"));
  if (StringOr(row, "name", "") == line)
    names = Joined(std::move(names), Joined(NamesOf(row, "name"), NamesOf(row, "asset")));
  return names;
}

// The assets of an area, one a line; all of them, said by nothing, where no area is named.
Fallible<std::string> AssetsWithin(Plant& plant, const std::string& area,
                                   const tools::CallContext& context) {
  if (area.empty()) return std::string();
  ASSIGN_OR_FAIL(const Json assets, plant.database->Rows(kAssets, {}, context));
  std::vector<std::string> ids;
  for (const Json* asset : Meant(area, assets, AreaNames))
    ids.push_back(StringOr(*asset, "asset", ""));
  if (!ids.empty()) return base::StrJoin(ids, "\n");
  return MakeToolError("not_found", StrCat("there is no area '", area, "' in the plant"),
                       StrCat("구역 '", area, "'", base::Particle(area, "이"), " 없습니다"));
}

// The line as the calendar writes it; one that it does not have stays as it was said.
Fallible<std::string> PlannedLine(Plant& plant, const std::string& said,
                                  const tools::CallContext& context) {
  ASSIGN_OR_FAIL(const Json rows, plant.database->Rows(kLines, {}, context));
  std::set<std::string> lines;
  for (const Json* row : Meant(said, rows, LineNames))
    lines.insert(StringOr(*row, "planned_line", ""));
  if (lines.size() <= 1) return lines.empty() ? said : *lines.begin();
  const std::string list = base::StrJoin(lines, ", ");
  return MakeToolError("invalid_argument", StrCat("line '", said, "' may be any of ", list),
                       StrCat("라인 '", said, "'에 해당하는 라인이 여럿입니다: ", list));
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
  ASSIGN_OR_FAIL(const std::string assets,
                 AssetsWithin(plant, StringOr(call.arguments(), "area", ""), context));
  ASSIGN_OR_FAIL(const Json rows,
                 plant.database->Rows(kAlarms,
                                      {base::TimeText(period.from), base::TimeText(period.to),
                                       StringOr(call.arguments(), "priority", ""), assets},
                                      context));
  if (rows.size() > kAlarmsMax) {
    return MakeToolError(
        "invalid_argument", StrCat("more than ", kAlarmsMax, " alarms in the period; ask for less"),
        StrCat("기간의 알람이 ", kAlarmsMax, "건을 넘습니다. 기간을 줄여 주십시오"));
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
  ASSIGN_OR_FAIL(const Period period, ParsePeriod(call.arguments().at("period")));
  ASSIGN_OR_FAIL(const std::string line,
                 PlannedLine(plant, call.arguments().at("line").get<std::string>(), context));
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
