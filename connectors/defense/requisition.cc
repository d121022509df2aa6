// supply.requisition.draft and .submit: a draft is marked with its call's key, a submission is a
// change of state.
#include <set>

#include "connectors/defense/depot.h"
#include "connectors/defense/grades.h"
#include "connectors/defense/requisition_record.h"
#include "model_core/base/strings.h"
#include "model_core/base/text.h"

namespace connectors::defense {
namespace {

using base::Json;
using base::StrCat;
using base::StringOr;
using tools::MakeToolError;
using tools::ToolOutcome;

constexpr size_t kLinesMax = 500;

std::string Field(const Depot& depot, const std::string& name) {
  return RequisitionField(depot, name);
}

tools::ToolError LengthMismatch(size_t items, size_t quantities) {
  return MakeToolError("length_mismatch", StrCat(items, " items and ", quantities, " quantities"),
                       StrCat("품목은 ", items, "건, 수량은 ", quantities, "건입니다"));
}

// Tryton sends nothing without a day of need; these are given when the requester named none.
int DaysUntilNeeded(const std::string& priority) {
  return priority == "urgent" ? 3 : priority == "low" ? 30 : 14;
}

std::string_view KoreanPriority(const std::string& priority) {
  return priority == "urgent" ? "긴급" : priority == "low" ? "낮음" : "보통";
}

struct DraftLines {
  Json values = Json::array();
  policies::Label label = SourceFloor();
};

Fallible<DraftLines> Lines(Depot& depot, const tools::ToolCall& call,
                           const tools::CallContext& context) {
  const Json &items = call.arguments().at("items"), &quantities = call.arguments().at("quantities");
  if (items.size() != quantities.size()) return LengthMismatch(items.size(), quantities.size());
  if (items.empty() || items.size() > kLinesMax) {
    return MakeToolError(
        "invalid_argument", StrCat(items.size(), " lines; 1 to ", kLinesMax),
        StrCat("청구 품목이 ", items.size(), "건입니다. 1건에서 ", kLinesMax, "건까지 됩니다"));
  }
  ASSIGN_OR_FAIL(const Marks marks, ReadMarks(depot, context));
  DraftLines lines;
  for (size_t i = 0; i < items.size(); ++i) {
    ASSIGN_OR_FAIL(const TrytonItem item, FindItem(*depot.tryton, items[i].get<std::string>(),
                                                   "not_found", "ambiguous_item", context));
    const int64_t quantity = quantities[i].get<int64_t>();
    if (quantity <= 0) {
      return MakeToolError("invalid_argument",
                           StrCat("item '", item.code, "': quantity ", quantity),
                           StrCat("품목 '", item.code, "'의 수량이 ", quantity, "입니다"));
    }
    lines.values.push_back({{Field(depot, "line_item"), item.id},
                            {Field(depot, "line_quantity"), quantity},
                            {Field(depot, "line_unit"), item.unit},
                            {Field(depot, "line_note"),
                             KoreanPriority(StringOr(call.arguments(), "priority", "normal"))}});
    lines.label = policies::Join(lines.label, marks.LabelOf(item));
  }
  return lines;
}

ToolOutcome Outcome(Depot& depot, const Json& record, policies::Label label, bool with_lines) {
  Json value{{"req_id", StringOr(record, Field(depot, "number"), "")}};
  if (with_lines) value["lines"] = record.value(Field(depot, "lines"), Json::array()).size();
  const auto origin = MakeOrigin(kDepotSystem, value["req_id"].get<std::string>(),
                                 StringOr(record, Field(depot, "state"), ""), depot.clock.Now(),
                                 base::DumpJson(record));
  return tools::ToolResult{std::move(value), label, {origin}};
}

std::string NumberIn(const tools::ToolCall& call) {
  return StringOr(call.arguments(), "requisition", "");
}

Fallible<std::vector<TrytonItem>> ItemsOf(Depot& depot, const Json& requisition,
                                          const tools::CallContext& context) {
  const std::string item = Field(depot, "line_item");
  const Json asked = requisition.value(Field(depot, "lines"), Json::array());
  if (asked.empty()) return std::vector<TrytonItem>();
  ASSIGN_OR_FAIL(const Json lines, depot.tryton->Call(Field(depot, "line_model"), "read",
                                                      Json::array({asked, Json::array({item})}),
                                                      Json::object(), false, context));
  if (lines.size() != asked.size()) {
    return MakeToolError("malformed_upstream",
                         "tryton: some lines of the requisition were not given",
                         "Tryton이 청구서의 품목 일부를 알려 주지 않았습니다");
  }
  std::set<int64_t> ids;
  for (const Json& line : lines) ids.insert(base::IntOr(line, item, 0));
  ids.erase(0);  // a line of words alone bears no mark
  return ReadItems(*depot.tryton, {ids.begin(), ids.end()}, context);
}

policies::Label SubmittedLabel(const tools::ToolCall& call) {
  return policies::Join(SourceFloor(),
                        policies::WithIntegrity(call.binding.label, policies::Integrity::kTrusted));
}

// Another requisition of the same draft that was sent already; its other drafts are gone after
// this.
std::optional<tools::ToolError> TwinOf(Depot& depot, const Json& record,
                                       const tools::CallContext& context) {
  const int64_t id = base::IntOr(record, "id", 0);
  const auto us = depot.tryton->UserId(context);
  if (!us.ok()) return us.error();
  const auto one = OneOfKey(depot, KeyOf(depot, record, *us), id, context);
  if (!one.ok()) return one.error();
  if (one->is_null() || base::IntOr(*one, "id", 0) == id) return std::nullopt;
  const std::string number = StringOr(*one, Field(depot, "number"), "");
  return MakeToolError(
      "not_draft", StrCat("the same draft was sent already as ", number),
      StrCat("같은 초안이 이미 ", number, base::Particle(number, "으로"), " 상신되었습니다"));
}

}  // namespace

ToolOutcome DraftRequisition(Depot& depot, const tools::ToolCall& call,
                             const tools::CallContext& context) {
  const policies::Label input =
      policies::WithIntegrity(call.binding.label, policies::Integrity::kTrusted);
  ASSIGN_OR_FAIL(const DraftLines lines, Lines(depot, call, context));
  const policies::Label label = policies::Join(lines.label, input);
  const std::string key = RequisitionKey(call);
  ASSIGN_OR_FAIL(const Json earlier, OneOfKey(depot, key, 0, context));
  if (!earlier.is_null()) return Outcome(depot, earlier, label, true);
  ASSIGN_OR_FAIL(const TrytonSite unit,
                 FindSite(*depot.tryton, call.arguments().at("unit").get<std::string>(),
                          "not_found", context));
  ASSIGN_OR_FAIL(const std::string mark, RequisitionMark(depot, key, context));
  const std::string priority = StringOr(call.arguments(), "priority", "normal");
  const std::string due =
      StringOr(call.arguments(), "due", DayAfter(Today(call), DaysUntilNeeded(priority)));
  const Json values{{Field(depot, "key"), mark},
                    {Field(depot, "unit"), unit.id},
                    {Field(depot, "due"), TrytonDate(due)},
                    {Field(depot, "lines"), Json::array({Json::array({"create", lines.values})})}};
  ASSIGN_OR_FAIL(const Json made, depot.tryton->Call(Field(depot, "model"), "create",
                                                     Json::array({Json::array({values})}),
                                                     Json::object(), true, context));
  const auto record = OneOfKey(depot, key, 0, context);
  if (!record.ok()) return Unconfirmed(record.error());
  if (!record->is_null()) return Outcome(depot, *record, label, true);
  return MakeToolError(
      "in_doubt", StrCat("tryton made ", base::DumpJson(made), " but does not show it"),
      StrCat("Tryton이 청구서 ", base::DumpJson(made), "의 생성을 알렸으나 찾을 수 없습니다"));
}

ToolOutcome SubmitRequisition(Depot& depot, const tools::ToolCall& call,
                              const tools::CallContext& context) {
  ASSIGN_OR_FAIL(const Json record, FindRequisition(depot, NumberIn(call), context));
  if (!RequisitionIs(depot, record, "draft")) {
    const std::string state = StringOr(record, Field(depot, "state"), "");
    return MakeToolError("not_draft", StrCat("the requisition is in state '", state, "'"),
                         StrCat("청구서가 초안이 아닙니다 (", state, ")"));
  }
  if (auto twin = TwinOf(depot, record, context)) return *std::move(twin);
  ASSIGN_OR_FAIL(const Json done, depot.tryton->Call(Field(depot, "model"), Field(depot, "submit"),
                                                     Json::array({Json::array({record["id"]})}),
                                                     Json::object(), true, context));
  auto settled = SettleSubmission(depot, call, context);
  if (settled && !settled->ok()) return Unconfirmed(settled->error());
  if (settled) return *std::move(settled);
  return MakeToolError("in_doubt",
                       "tryton took the submission and the requisition is a draft still",
                       "상신이 처리되었는지 확인할 수 없습니다");
}

tools::RecordsFound NamedRequisition(Depot& depot, const Json& arguments,
                                     const tools::CallContext& context) {
  const std::string number = StringOr(arguments, "requisition", "");
  if (number.empty()) return policies::NamedRecords{};
  ASSIGN_OR_FAIL(const Json requisition, FindRequisition(depot, number, context));
  ASSIGN_OR_FAIL(const std::vector<TrytonItem> items, ItemsOf(depot, requisition, context));
  ASSIGN_OR_FAIL(const Marks marks, ReadMarks(depot, context));
  policies::NamedRecord record{std::string(kDepotSystem), number, "", SourceFloor()};
  std::vector<std::string> names;
  for (const TrytonItem& item : items) {
    record.label = policies::Join(record.label, marks.LabelOf(item));
    names.push_back(item.name);
  }
  record.title = base::StrJoin(names, ", ");
  return policies::NamedRecords{std::move(record)};
}

std::optional<ToolOutcome> SettleSubmission(Depot& depot, const tools::ToolCall& call,
                                            const tools::CallContext& context) {
  const auto record = FindRequisition(depot, NumberIn(call), context);
  if (!record.ok()) return record.error();
  if (!RequisitionIs(depot, *record, "sent")) return std::nullopt;
  return Outcome(depot, *record, SubmittedLabel(call), false);
}

}  // namespace connectors::defense
