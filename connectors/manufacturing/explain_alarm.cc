// rootcause.explain: the faults that the topology knows for an alarm, judged by the history around
// it.
#include <cmath>
#include <map>

#include "connectors/manufacturing/plant.h"
#include "connectors/manufacturing/root_cause.h"
#include "model_core/base/strings.h"
#include "model_core/base/text.h"

namespace connectors::manufacturing {
namespace {

using base::Json;
using base::StrCat;
using base::StringOr;
using tools::MakeToolError;

constexpr double kScoreMin = 0.5;
constexpr size_t kHistoryMax = 20'000;

// Faults of the alarm's asset and of all that feeds it, which show at the alarm's tag.
constexpr std::string_view kFaults = R"(
WITH RECURSIVE reach(asset) AS (
  SELECT t.asset FROM plant.asset t WHERE t.asset = $1
  UNION SELECT f.upstream FROM plant.feeds f JOIN reach r ON f.asset = r.asset)
SELECT f.fault_code, f.asset, f.title,
  (SELECT json_agg(json_build_object('tag', s.tag, 'direction', s.direction, 'weight', s.weight)
                   ORDER BY s.tag)
     FROM plant.fault_symptom s WHERE s.fault_code = f.fault_code) AS symptoms,
  (SELECT coalesce(json_agg(json_build_object('item', p.item, 'quantity', p.quantity)
                            ORDER BY p.item), '[]')
     FROM plant.fault_part p WHERE p.fault_code = f.fault_code) AS parts
FROM plant.fault f JOIN reach USING (asset)
WHERE EXISTS (SELECT 1 FROM plant.fault_symptom s WHERE s.fault_code = f.fault_code AND s.tag = $2)
ORDER BY f.fault_code)";

constexpr std::string_view kLogged =
    "SELECT tag, asset, since, message FROM plant.alarm_log WHERE alarm_id = $1";

struct Alarm {
  std::string id, tag, asset, message;
  absl::Time since;
};

// Where the alarm stands: among the standing conditions, else in the journal.
Fallible<Alarm> FindAlarm(Plant& plant, const std::string& id, const tools::CallContext& context) {
  ASSIGN_OR_FAIL(const std::optional<Condition> standing, FindCondition(plant, id, context));
  if (standing) {
    const TagEntry* entry = plant.tags.ById(standing->source);
    return Alarm{id, standing->source, entry != nullptr ? entry->asset : "", standing->message,
                 standing->since};
  }
  ASSIGN_OR_FAIL(const Json rows, plant.database->Rows(kLogged, {id}, context));
  if (rows.empty()) {
    return MakeToolError("not_found", StrCat("there is no alarm '", id, "'"),
                         StrCat("알람 '", id, "'", base::Particle(id, "이"), " 없습니다"));
  }
  const auto since = base::ParseTimeText(StringOr(rows[0], "since", ""));
  if (!since.ok())
    return MakeToolError("malformed_upstream", "alarm journal: no time",
                         "알람 이력의 시각을 해석할 수 없습니다");
  return Alarm{id, StringOr(rows[0], "tag", ""), StringOr(rows[0], "asset", ""),
               StringOr(rows[0], "message", ""), *since};
}

std::vector<Fault> ParseFaults(const Json& rows) {
  std::vector<Fault> faults;
  for (const Json& row : rows) {
    Fault fault{StringOr(row, "fault_code", ""),
                StringOr(row, "asset", ""),
                StringOr(row, "title", ""),
                {},
                row.value("parts", Json::array())};
    for (const Json& symptom : row.value("symptoms", Json::array())) {
      fault.symptoms.push_back({StringOr(symptom, "tag", ""), StringOr(symptom, "direction", ""),
                                base::NumberOr(symptom, "weight", 1)});
    }
    faults.push_back(std::move(fault));
  }
  return faults;
}

Fallible<std::vector<Fault>> KnownFaults(Plant& plant, const Alarm& alarm,
                                         const tools::CallContext& context) {
  ASSIGN_OR_FAIL(const Json rows, plant.database->Rows(kFaults, {alarm.asset, alarm.tag}, context));
  if (!rows.empty()) return ParseFaults(rows);
  return MakeToolError(
      "topology_missing",
      StrCat("no fault is known that shows at tag '", alarm.tag, "' of asset '", alarm.asset, "'"),
      StrCat("설비 '", alarm.asset, "'의 태그 '", alarm.tag,
             "'에 나타나는 고장 유형이 등록되어 있지 않습니다"));
}

using Movements = std::map<std::string, Movement>;

// What every tag of the faults did. A tag without a history (another protocol, not in the map) is
// not usable.
Fallible<Movements> Observe(Plant& plant, const std::vector<Fault>& faults, absl::Time alarm,
                            const tools::CallContext& context) {
  Movements movements;
  for (const Fault& fault : faults) {
    for (const Symptom& symptom : fault.symptoms) {
      if (movements.contains(symptom.tag)) continue;
      Movement& movement = movements[symptom.tag];
      movement.began = alarm;
      const TagEntry* entry = plant.tags.ById(symptom.tag);
      if (entry == nullptr || !entry->opcua) continue;
      ASSIGN_OR_FAIL(
          const std::vector<Sample> samples,
          plant.opcua.History(entry->opcua->node, alarm - kQuietFrom, alarm, kHistoryMax, context));
      movement = Measure(samples, alarm);
    }
  }
  return movements;
}

std::string Rounded(double value) {
  const double scaled = std::round(value * 10) / 10;
  return StrCat(scaled == 0 ? 0.0 : scaled);
}

std::string Evidence(const Plant& plant, const Symptom& symptom, const Movement& movement) {
  const TagEntry* entry = plant.tags.ById(symptom.tag);
  const std::string name = entry != nullptr ? entry->name : symptom.tag;
  const std::string unit = entry != nullptr ? entry->unit : "";
  if (symptom.direction == "steady")
    return StrCat(name, " 변화 없음 (", Rounded(movement.after), " ", unit, ")");
  return StrCat(name, " ", Rounded(movement.before), " → ", Rounded(movement.after), " ", unit,
                ", 평소 편차의 ", Rounded(std::abs(movement.deviations)), "배 ",
                symptom.direction == "up" ? "상승" : "하락");
}

Json EvidenceItems(const Plant& plant, const Fault& fault, const Movements& movements) {
  std::vector<std::pair<absl::Time, Json>> items;
  for (const Symptom& symptom : fault.symptoms) {
    const Movement& movement = movements.at(symptom.tag);
    if (!Matches(symptom, movement)) continue;
    items.emplace_back(movement.began, Json{{"at", base::TimeText(movement.began)},
                                            {"tag", symptom.tag},
                                            {"evidence", Evidence(plant, symptom, movement)}});
  }
  std::stable_sort(items.begin(), items.end(),
                   [](const auto& a, const auto& b) { return a.first < b.first; });
  Json out = Json::array();
  for (auto& [at, item] : items) out.push_back(std::move(item));
  return out;
}

std::string Percent(double share) {
  return StrCat(static_cast<int>(std::lround(share * 100)), "%");
}

std::string Explanation(const Alarm& alarm, const std::vector<Verdict>& verdicts,
                        const Json& evidence) {
  const Verdict& best = verdicts.front();
  std::string text =
      StrCat("알람 ", alarm.id, "(", alarm.message, ")의 유력 원인은 설비 ", best.fault->asset,
             "의 ", base::WithParticle(best.fault->title, "이며"), " 코드는 ", best.fault->code,
             "입니다. 등록된 증상 ", best.fault->symptoms.size(), "건 중 ", best.matched,
             "건이 일치합니다(일치도 ", Percent(best.score), ").");
  if (!evidence.empty() && best.began < alarm.since) {
    text += StrCat(" 가장 먼저 움직인 태그는 ", evidence[0]["tag"].get<std::string>(), "이며 알람 ",
                   absl::ToInt64Minutes(alarm.since - best.began), "분 전입니다.");
  }
  for (size_t i = 1; i < verdicts.size() && i < 3; ++i) {
    text += StrCat(i == 1 ? " 다른 후보: " : ", ", verdicts[i].fault->title, " ",
                   Percent(verdicts[i].score));
  }
  return verdicts.size() > 1 ? text + "." : text;
}

tools::ToolError Undetermined(const Alarm& alarm, const Verdict& best) {
  return MakeToolError(
      "not_found",
      StrCat("alarm '", alarm.id, "': no known fault fits; the best, ", best.fault->code, ", by ",
             Percent(best.score)),
      StrCat("알람 '", alarm.id, "': 등록된 고장 유형 가운데 맞는 것이 없습니다 (가장 가까운 ",
             best.fault->code, " ", Percent(best.score), ")"));
}

}  // namespace

tools::ToolOutcome ExplainAlarm(Plant& plant, const tools::ToolCall& call,
                                const tools::CallContext& context) {
  ASSIGN_OR_FAIL(const Alarm alarm,
                 FindAlarm(plant, call.arguments().at("alarm").get<std::string>(), context));
  ASSIGN_OR_FAIL(const std::vector<Fault> faults, KnownFaults(plant, alarm, context));
  ASSIGN_OR_FAIL(const Movements movements, Observe(plant, faults, alarm.since, context));
  const auto verdicts =
      Rank(faults, [&](const std::string& tag) -> const Movement& { return movements.at(tag); });
  const Verdict& best = verdicts.front();
  if (best.score < kScoreMin) return Undetermined(alarm, best);
  const Json evidence = EvidenceItems(plant, *best.fault, movements);
  Json value{{"asset", best.fault->asset},
             {"fault_code", best.fault->code},
             {"explanation", Explanation(alarm, verdicts, evidence)},
             {"parts", best.fault->parts},
             {"items", evidence}};
  const absl::Time now = plant.clock.Now();
  std::vector<policies::Origin> origins{
      MakeOrigin(kOpcUaSystem, alarm.id, base::TimeText(alarm.since), now, alarm.message),
      MakeOrigin("manufacturing.plantdb", best.fault->code, "", now,
                 base::DumpJson(value["parts"]))};
  return tools::ToolResult{std::move(value), PlantLabel(), std::move(origins)};
}

}  // namespace connectors::manufacturing
