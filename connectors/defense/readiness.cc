#include "connectors/defense/readiness.h"

#include <cmath>

#include "connectors/days.h"
#include "connectors/defense/grades.h"
#include "model_core/base/strings.h"

namespace connectors::defense {
namespace {

using base::Json;
using base::StrCat;
using base::StringOr;
using tools::MakeToolError;

constexpr std::string_view kReports = R"(
SELECT DISTINCT ON (equipment) equipment, day, total, operational, grade, note FROM readiness.report
WHERE replace(unit, ' ', '') = replace($1, ' ', '')
  AND strpos(lower(replace(equipment, ' ', '')), lower(replace($2, ' ', ''))) > 0
  AND day BETWEEN $3::date - 7 AND $3::date
ORDER BY equipment, day DESC)";

tools::ToolError NotReported(const std::string& unit, const std::string& equipment,
                             const std::string& day) {
  const std::string of = equipment.empty() ? "" : StrCat(" of '", equipment, "'");
  const std::string kind = equipment.empty() ? "" : StrCat(" '", equipment, "' 장비에 대한");
  return MakeToolError("not_reported",
                       StrCat("'", unit, "' reported nothing", of, " in the week before ", day),
                       StrCat("'", unit, "'의 ", day, " 기준 최근 1주", kind, " 보고가 없습니다"));
}

Json Row(const Json& report) {
  const double total = base::NumberOr(report, "total", 0),
               operational = base::NumberOr(report, "operational", 0);
  const Json rate = total > 0 ? Json(std::round(operational / total * 1e4) / 1e4) : Json();
  return {{"equipment", StringOr(report, "equipment", "")},
          {"total", report.value("total", Json())},
          {"operational", report.value("operational", Json())},
          {"rate", rate},
          {"note", report.value("note", Json())}};
}

// A report marked with a grade that is not known counts as C.
policies::Label Marked(const Json& report) {
  const auto label = LabelOf(StringOr(report, "grade", ""));
  return policies::Join(SourceFloor(), label.value_or(*LabelOf("C")));
}

}  // namespace

tools::ToolOutcome ReadinessStatus(SqlReader& database, base::Clock& clock,
                                   const tools::ToolCall& call, const tools::CallContext& context) {
  const std::string unit = call.arguments().at("unit").get<std::string>();
  const std::string equipment = StringOr(call.arguments(), "equipment", "");
  const std::string at = StringOr(call.arguments(), "at", Today(call));
  ASSIGN_OR_FAIL(const Json reports, database.Rows(kReports, {unit, equipment, at}, context));
  if (reports.empty()) return NotReported(unit, equipment, at);
  tools::ToolResult result{{{"items", Json::array()}}, SourceFloor(), {}};
  for (const Json& report : reports) {
    result.value["items"].push_back(Row(report));
    result.label = policies::Join(result.label, Marked(report));
    result.origins.push_back(
        MakeOrigin(kReadinessSystem, StrCat(unit, "/", StringOr(report, "equipment", "")),
                   StringOr(report, "day", ""), clock.Now(), base::DumpJson(report)));
  }
  return result;
}

}  // namespace connectors::defense
