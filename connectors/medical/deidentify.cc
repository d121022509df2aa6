// deid.export: pseudonymised data of a cohort, for a recipient whose review is on file, put in the
// outbox once for its key.
#include <algorithm>

#include "connectors/medical/cohort.h"
#include "connectors/medical/export_register.h"
#include "connectors/medical/record.h"
#include "connectors/medical/reviews.h"
#include "connectors/medical/tools.h"
#include "model_core/base/strings.h"

namespace connectors::medical {
namespace {

using base::Json;
using base::StrCat;
using tools::MakeToolError;
using tools::ToolOutcome;

// Each column once, in the order of mention; without a period, everything up to the run's today.
CohortQuery ReadQuery(const tools::ToolCall& call) {
  const Json& arguments = call.arguments();
  CohortQuery query{base::StringOr(arguments, "condition", ""), {}, "", Today(call)};
  for (const Json& column : Member(arguments, "columns")) {
    const std::string name = column.is_string() ? column.get<std::string>() : "";
    if (std::find(query.columns.begin(), query.columns.end(), name) == query.columns.end())
      query.columns.push_back(name);
  }
  if (const Json& period = Member(arguments, "period"); period.is_object()) {
    query.from = DayOf(base::StringOr(period, "from", ""));
    query.to = DayOf(base::StringOr(period, "to", ""));
  }
  return query;
}

// How few they are is not said: it would tell something of them.
tools::ToolError TooSmall(const CohortQuery& query, int k_min) {
  return MakeToolError(
      "k_too_small",
      StrCat(
          "'", query.condition, "': fewer than ", k_min,
          " people are alike in the columns asked for; ask for fewer columns or a longer period"),
      StrCat("'", query.condition, "': 요청한 항목이 같은 사람이 ", k_min,
             "명 미만인 경우가 있습니다. 항목을 줄이거나 기간을 늘려 주십시오"));
}

Json Entry(const tools::ToolCall& call, const CohortQuery& query, const Review& review,
           const std::string& data, int64_t rows, int k, const std::string& time) {
  return {{"export_id", ExportRegister::Number(call.idempotency_key)},
          {"key", call.idempotency_key},
          {"requester", call.requester},
          {"recipient", review.recipient},
          {"review", review.number},
          {"condition", query.condition},
          {"columns", query.columns},
          {"from", query.from},
          {"to", query.to},
          {"rows", rows},
          {"k", k},
          {"sha256", base::Sha256Hex(data)},
          {"time", time}};
}

ToolOutcome Exported(const Json& entry) {
  const policies::Label label{policies::N2sf::kS, policies::Mil::kNone,
                              policies::Privacy::kPersonal, policies::Integrity::kTrusted};
  return tools::ToolResult{
      {{"export_id", entry["export_id"]}, {"rows", entry["rows"]}, {"k", entry["k"]}},
      label,
      {{"medical.export", base::StringOr(entry, "export_id", ""),
        base::StringOr(entry, "review", ""), base::StringOr(entry, "time", ""),
        base::StringOr(entry, "sha256", "")}}};
}

tools::ToolError NoRegister() {
  return MakeToolError(
      "unreachable", "export outbox: there is no register, so nobody can tell what was given",
      "반출 자료함: 반출 대장이 없어 이미 반출했는지 알 수 없습니다. 자료함이 연결되어 있는지 "
      "확인하십시오");
}

// Reads the cohort, and registers what may leave.
Fallible<Json> Prepare(const Systems& systems, const tools::ToolCall& call,
                       const ExportRegister& exports, const tools::CallContext& context) {
  const CohortQuery query = ReadQuery(call);
  const absl::Time now = systems.clock.Now();
  const std::string day = DayOf(now);
  ASSIGN_OR_FAIL(Review review,
                 FindReview(systems.exports, base::StringOr(call.arguments(), "recipient", ""),
                            query.columns, day));
  ASSIGN_OR_FAIL(std::vector<Row> rows, ReadCohort(systems.fhir, query, context));
  const int k = SmallestClass(query.columns, rows);
  if (k < std::max(systems.exports.k_min, 1)) return TooSmall(query, systems.exports.k_min);
  const std::string data = Csv(query.columns, rows);
  Json entry =
      Entry(call, query, review, data, static_cast<int64_t>(rows.size()), k, base::TimeText(now));
  ASSIGN_OR_FAIL([[maybe_unused]] bool kept,
                 exports.Register(ExportRegister::Number(call.idempotency_key), data, entry));
  return entry;
}

}  // namespace

ToolOutcome ExportCohort(const Systems& systems, const tools::ToolCall& call,
                         const tools::CallContext& context) {
  const ExportRegister exports(systems.exports);
  const std::string number = ExportRegister::Number(call.idempotency_key);
  ASSIGN_OR_FAIL([[maybe_unused]] const bool mounted, exports.Mounted());
  ASSIGN_OR_FAIL(std::optional<Json> entry, exports.Find(number));
  if (!entry) {
    ASSIGN_OR_FAIL(entry, Prepare(systems, call, exports, context));
  }
  ASSIGN_OR_FAIL([[maybe_unused]] bool delivered, exports.Deliver(number));
  return Exported(*entry);
}

std::optional<ToolOutcome> FindExport(const Systems& systems, const tools::ToolCall& call,
                                      const tools::CallContext&) {
  const ExportRegister exports(systems.exports);
  const std::string number = ExportRegister::Number(call.idempotency_key);
  if (const Fallible<bool> mounted = exports.Mounted(); !mounted.ok())
    return ToolOutcome(mounted.error());
  const Fallible<std::optional<Json>> entry = exports.Find(number);
  if (!entry.ok()) return ToolOutcome(entry.error());
  const Fallible<bool> told = *entry ? exports.IsStaged(number) : exports.Stands();
  if (!told.ok()) return ToolOutcome(told.error());
  if (*entry && !*told) return Exported(**entry);
  if (!*entry && !*told) return ToolOutcome(NoRegister());
  return std::nullopt;  // staged, or not in the register that stands
}

}  // namespace connectors::medical
