// supply.requisition.draft and .submit: a draft carries its call's key, a submission is a change of
// state.
#include "connectors/defense/depot.h"
#include "connectors/defense/grades.h"
#include "model_core/base/strings.h"

namespace connectors::defense {
namespace {

using base::Json;
using base::StrCat;
using base::StringOr;
using tools::MakeToolError;
using tools::ToolOutcome;

constexpr size_t kLinesMax = 500;

std::string Field(const Depot& depot, const std::string& name) {
  return depot.Name("/requisition/" + name);
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
    return MakeToolError("invalid_argument", StrCat(items.size(), " lines; 1 to ", kLinesMax),
                         StrCat("청구 품목은 1건에서 ", kLinesMax, "건까지입니다"));
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

Fallible<Json> Requisitions(Depot& depot, const std::string& field, const std::string& text,
                            const tools::CallContext& context) {
  return SearchRead(
      *depot.tryton, Field(depot, "model"),
      Json::array({Json::array({Field(depot, field), "=", text})}),
      Json::array({Field(depot, "number"), Field(depot, "state"), Field(depot, "lines")}), 1,
      context);
}

Fallible<Json> FindRequisition(Depot& depot, const tools::ToolCall& call,
                               const tools::CallContext& context) {
  const std::string number = call.arguments().at("requisition").get<std::string>();
  ASSIGN_OR_FAIL(const Json found, Requisitions(depot, "number", number, context));
  if (found.size() == 1) return found[0];
  return MakeToolError("not_found", StrCat("there is no requisition '", number, "'"),
                       StrCat("청구서 '", number, "'이(가) 없습니다"));
}

bool StateIn(const Depot& depot, const Json& record, const std::string& list) {
  const std::string state = StringOr(record, Field(depot, "state"), "");
  for (const Json& one : depot.tryton->Mapping("/requisition/" + list)) {
    if (one == state) return true;
  }
  return false;
}

policies::Label SubmittedLabel(const tools::ToolCall& call) {
  return policies::Join(SourceFloor(),
                        policies::WithIntegrity(call.binding.label, policies::Integrity::kTrusted));
}

}  // namespace

ToolOutcome DraftRequisition(Depot& depot, const tools::ToolCall& call,
                             const tools::CallContext& context) {
  const policies::Label input =
      policies::WithIntegrity(call.binding.label, policies::Integrity::kTrusted);
  ASSIGN_OR_FAIL(const DraftLines lines, Lines(depot, call, context));
  const policies::Label label = policies::Join(lines.label, input);
  ASSIGN_OR_FAIL(const Json earlier, Requisitions(depot, "key", call.idempotency_key, context));
  if (!earlier.empty()) return Outcome(depot, earlier[0], label, true);
  ASSIGN_OR_FAIL(const TrytonSite unit,
                 FindSite(*depot.tryton, call.arguments().at("unit").get<std::string>(),
                          "not_found", context));
  const std::string priority = StringOr(call.arguments(), "priority", "normal");
  const std::string due =
      StringOr(call.arguments(), "due", DayAfter(Today(call), DaysUntilNeeded(priority)));
  const Json values{{Field(depot, "key"), call.idempotency_key},
                    {Field(depot, "unit"), unit.id},
                    {Field(depot, "due"), TrytonDate(due)},
                    {Field(depot, "lines"), Json::array({Json::array({"create", lines.values})})}};
  ASSIGN_OR_FAIL(const Json made, depot.tryton->Call(Field(depot, "model"), "create",
                                                     Json::array({Json::array({values})}),
                                                     Json::object(), true, context));
  const auto records = Requisitions(depot, "key", call.idempotency_key, context);
  if (!records.ok()) return Unconfirmed(records.error());
  if (!records->empty()) return Outcome(depot, (*records)[0], label, true);
  return MakeToolError("in_doubt",
                       StrCat("tryton made ", base::DumpJson(made), " but does not show it"),
                       "청구서가 만들어졌는지 확인할 수 없습니다");
}

ToolOutcome SubmitRequisition(Depot& depot, const tools::ToolCall& call,
                              const tools::CallContext& context) {
  ASSIGN_OR_FAIL(const Json record, FindRequisition(depot, call, context));
  if (!StateIn(depot, record, "draft")) {
    const std::string state = StringOr(record, Field(depot, "state"), "");
    return MakeToolError("not_draft", StrCat("the requisition is in state '", state, "'"),
                         StrCat("청구서가 초안이 아닙니다 (", state, ")"));
  }
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

std::optional<ToolOutcome> SettleSubmission(Depot& depot, const tools::ToolCall& call,
                                            const tools::CallContext& context) {
  const auto record = FindRequisition(depot, call, context);
  if (!record.ok()) return record.error();
  if (!StateIn(depot, *record, "sent")) return std::nullopt;
  return Outcome(depot, *record, SubmittedLabel(call), false);
}

}  // namespace connectors::defense
