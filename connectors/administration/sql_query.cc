#include "connectors/administration/sql_query.h"

#include <algorithm>

#include "connectors/tool_kit.h"
#include "model_core/base/strings.h"

namespace connectors::administration {
namespace {

using base::Json;
using base::StrCat;
using base::StringOr;
using tools::MakeToolError;

constexpr char kSystem[] = "administration.sql";

std::string GroupExpression(const Dataset& dataset, const std::string& group) {
  if (group == "month") return StrCat("to_char(", dataset.date.sql, ", 'YYYY-MM')");
  if (group == "quarter") return StrCat("to_char(", dataset.date.sql, ", 'YYYY-\"Q\"Q')");
  const auto found = dataset.group_by.find(group);
  return found == dataset.group_by.end() ? "" : StrCat(found->second.sql, "::text");
}

// A word as a pattern that finds it anywhere, its own wildcards taken literally.
std::string Pattern(std::string_view word) {
  std::string out = "%";
  for (const char c : word) {
    if (c == '%' || c == '_' || c == '\\') out += '\\';
    out += c;
  }
  return out + "%";
}

// Every word of the filter has to stand in one of the mapped columns.
std::string FilterConditions(const Dataset& dataset, const std::string& filter, Query& query) {
  std::string out;
  for (const std::string& word : WordsOf(filter)) {
    const auto same = [&](const std::string& name) {
      return base::LowerAscii(name) == base::LowerAscii(word);
    };
    if (std::any_of(dataset.names.begin(), dataset.names.end(), same)) continue;
    query.parameters.push_back(Pattern(word));
    std::vector<std::string> columns;
    for (const Column& column : dataset.filter) {
      columns.push_back(StrCat(column.sql, "::text ILIKE $", query.parameters.size()));
    }
    out += columns.empty() ? " AND false" : StrCat(" AND (", base::StrJoin(columns, " OR "), ")");
  }
  return out;
}

std::string PeriodConditions(const Dataset& dataset, const Json& period, Query& query) {
  const std::string from = StringOr(period, "from", ""), to = StringOr(period, "to", "");
  std::string out;
  if (!from.empty()) {
    query.parameters.push_back(from);
    out +=
        StrCat(" AND ", dataset.date.sql, " >= $", query.parameters.size(), "::text::timestamptz");
  }
  if (!to.empty()) {
    query.parameters.push_back(to);
    const bool whole_day = to.size() == 10;  // "2026-10-31" ends with that day
    out +=
        StrCat(" AND ", dataset.date.sql, whole_day ? " < " : " <= ", "$", query.parameters.size(),
               "::text::timestamptz", whole_day ? " + interval '1 day'" : "");
  }
  return out;
}

std::string Conditions(const Dataset& dataset, const Json& arguments, Query& query) {
  return StrCat(" WHERE true", FilterConditions(dataset, StringOr(arguments, "filter", ""), query),
                PeriodConditions(dataset, arguments.value("period", Json::object()), query));
}

std::string_view MeasureExpression(const std::string& measure) {
  if (measure == "count") return "count(*)";
  return measure == "sum" ? "coalesce(sum(amount), 0)" : "round(avg(amount), 2)";
}

// One row for each group, and one over all of them.
std::string MeasureSelect(const Dataset& dataset, const std::string& measure,
                          const std::string& group, const std::string& conditions, int limit) {
  const std::string amount = dataset.amount ? dataset.amount->sql : "NULL";
  const std::string rows =
      StrCat("(SELECT ", group.empty() ? "NULL::text" : group, " AS key, ", amount,
             "::numeric AS amount FROM ", dataset.table, conditions, ") r");
  const std::string_view value = MeasureExpression(measure);
  if (group.empty()) {
    return StrCat("SELECT '-' AS key, 1 AS is_total, ", value, " AS value FROM ", rows);
  }
  return StrCat(
      "SELECT coalesce(key, '-') AS key, grouping(key) AS is_total, ", value, " AS value FROM ",
      rows, " GROUP BY GROUPING SETS ((key), ()) ORDER BY grouping(key) DESC, 1 LIMIT ", limit + 1);
}

std::string ListSelect(const Dataset& dataset, const std::string& group,
                       const std::string& conditions, int limit) {
  const std::string value = dataset.amount ? dataset.amount->sql : "NULL::numeric";
  return StrCat("SELECT ", dataset.record.sql, "::text AS key, ", value, " AS value, ",
                dataset.title.sql, "::text AS title, count(*) OVER () AS total FROM ",
                dataset.table, conditions, " ORDER BY ", group.empty() ? "" : group + ", ",
                dataset.date.sql, " DESC, 1 LIMIT ", limit);
}

tools::ToolError NoAmount(const std::string& dataset) {
  return MakeToolError("no_amount",
                       StrCat("data set '", dataset, "' has no amount to add up or average"),
                       StrCat("'", dataset, "' 자료에는 합계나 평균을 낼 금액 항목이 없습니다"));
}

tools::ToolError TooMany(int limit) {
  return MakeToolError(
      "too_many_rows",
      StrCat("the answer has more than ", limit, " rows; narrow the filter or the period"),
      StrCat("결과가 ", limit, "건을 넘습니다. 조건이나 기간을 좁혀 주십시오"));
}

tools::ToolResult Result(const Json& rows, const std::string& measure) {
  Json items = Json::array();
  Json total = 0;
  for (const Json& row : rows) {
    if (measure == "list") {
      total = row["total"];
      items.push_back({{"key", row["key"]}, {"value", row["value"]}, {"title", row["title"]}});
    } else if (row["is_total"] == 1) {
      total = row["value"];
    } else {
      items.push_back({{"key", row["key"]}, {"value", row["value"]}});
    }
  }
  return {{{"total", std::move(total)}, {"items", std::move(items)}}, {}, {}};
}

// The join of the columns that the query shows or measures; filters tell about theirs too.
policies::Label LabelOf(const Dataset& dataset, const Json& arguments) {
  policies::Label label = policies::WithIntegrity(dataset.label, policies::Integrity::kTrusted);
  const std::string measure = StringOr(arguments, "measure", "");
  if (measure != "count" && dataset.amount) label = policies::Join(label, dataset.amount->label);
  if (measure == "list")
    label = policies::Join(policies::Join(label, dataset.title.label), dataset.record.label);
  const auto group = dataset.group_by.find(StringOr(arguments, "group_by", ""));
  if (group != dataset.group_by.end()) label = policies::Join(label, group->second.label);
  if (arguments.contains("filter")) {
    for (const Column& column : dataset.filter) label = policies::Join(label, column.label);
  }
  return label;
}

}  // namespace

Fallible<Query> BuildQuery(const Dataset& dataset, const Json& arguments, int rows_max) {
  const std::string measure = StringOr(arguments, "measure", ""),
                    grouped = StringOr(arguments, "group_by", "");
  const std::string group = grouped.empty() ? "" : GroupExpression(dataset, grouped);
  if ((measure == "sum" || measure == "avg") && !dataset.amount)
    return NoAmount(StringOr(arguments, "dataset", ""));
  if (!grouped.empty() && group.empty()) {
    return MakeToolError("invalid_argument", StrCat("the data set is not grouped by ", grouped),
                         StrCat("이 자료는 ", grouped, " 기준으로 나눌 수 없습니다"));
  }
  Query query;
  const std::string conditions = Conditions(dataset, arguments, query);
  if (measure == "list") {
    query.select = ListSelect(dataset, group, conditions, rows_max + 1);
    return query;
  }
  query.select = MeasureSelect(dataset, measure, group, conditions, rows_max + 1);
  return query;
}

SqlQuery::SqlQuery(std::string dsn, DatasetMap map, int rows_max)
    : reader_(MakeSqlReader(std::move(dsn), kSystem)), map_(std::move(map)), rows_max_(rows_max) {}

tools::ToolOutcome SqlQuery::Call(const tools::ToolCall& call,
                                  const tools::CallContext& context) const {
  const std::string name = StringOr(call.arguments(), "dataset", "");
  const Dataset* dataset = map_.Find(name);
  if (dataset == nullptr) {
    return MakeToolError("not_found", StrCat("no table holds the data set '", name, "'"),
                         StrCat("'", name, "' 자료가 연결되어 있지 않습니다"));
  }
  ASSIGN_OR_FAIL(const Query query, BuildQuery(*dataset, call.arguments(), rows_max_));
  ASSIGN_OR_FAIL(const Json rows, reader_->Rows(query.select, query.parameters, context));
  tools::ToolResult result = Result(rows, StringOr(call.arguments(), "measure", ""));
  if (static_cast<int>(result.value["items"].size()) > rows_max_) return TooMany(rows_max_);
  result.label = LabelOf(*dataset, call.arguments());
  result.origins.push_back(MakeOrigin(kSystem, base::ReplaceAll(dataset->table, "\"", ""), "",
                                      absl::Now(), base::DumpJson(rows)));
  return result;
}

std::optional<tools::ToolError> SqlQuery::Look(absl::Time deadline) const {
  const auto rows = reader_->Rows("SELECT 1", {}, {deadline, {}});
  if (rows.ok()) return std::nullopt;
  return rows.error();
}

}  // namespace connectors::administration
