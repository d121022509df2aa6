#include "connectors/manufacturing/work_order.h"

#include "connectors/tool_group.h"
#include "model_core/base/strings.h"

namespace connectors::manufacturing {
namespace {

using base::Json;
using base::StrCat;
using base::StringOr;
using tools::ToolOutcome;

constexpr std::string_view kSystem = "manufacturing.tryton";

class WorkOrders {
 public:
  WorkOrders(std::unique_ptr<TrytonClient> tryton, base::Clock& clock,
             std::shared_ptr<const Plant> plant)
      : tryton_(std::move(tryton)), clock_(clock), plant_(std::move(plant)) {}

  ToolOutcome Create(const tools::ToolCall& call, const tools::CallContext& context) {
    if (auto done = Settle(call, context)) return *done;
    ASSIGN_OR_FAIL(const TrytonItem asset,
                   FindItem(*tryton_, AssetOf(call), "unknown_asset", "unknown_asset", context));
    Json values = Values(call, asset);
    if (auto error = AddSite(values, context)) return *error;
    ASSIGN_OR_FAIL(const Json made,
                   tryton_->Call(Name("model"), "create", Json::array({Json::array({values})}),
                                 Json::object(), true, context));
    const auto done = Settle(call, context);
    if (done && !done->ok()) return Unconfirmed(done->error());
    if (done) return *done;
    return tools::MakeToolError(
        "in_doubt", StrCat("tryton made ", base::DumpJson(made), " but does not show it"),
        StrCat("Tryton이 작업지시 ", base::DumpJson(made), "의 생성을 알렸으나 찾을 수 없습니다"));
  }

  // The order that carries the call's key, finished if it was left half made; nullopt if there is
  // none.
  std::optional<ToolOutcome> Settle(const tools::ToolCall& call,
                                    const tools::CallContext& context) {
    const auto found = SearchRead(*tryton_, Name("model"), KeyDomain(call),
                                  Json::array({Name("number")}), 1, context);
    if (!found.ok()) return found.error();
    if (found->empty()) return std::nullopt;
    if (auto error = AddNote(call, base::IntOr((*found)[0], "id", 0), context)) return *error;
    return Outcome((*found)[0]);
  }

  std::optional<tools::ToolError> Probe(const tools::CallContext& context) {
    return ErrorOf(tryton_->Call(Name("model"), "search_count", Json::array({Json::array()}),
                                 Json::object(), false, context));
  }

 private:
  std::string Name(const std::string& field) const {
    return tryton_->Mapping("/work_order/" + field).get<std::string>();
  }
  std::string NoteName(const std::string& field) const {
    return tryton_->Mapping("/note/" + field).get<std::string>();
  }

  std::string AssetOf(const tools::ToolCall& call) const {
    return plant_->tags.AssetOf(call.arguments().at("asset").get<std::string>());
  }

  Json KeyDomain(const tools::ToolCall& call) const {
    return Json::array({Json::array({Name("key"), "=", call.idempotency_key})});
  }

  Json Values(const tools::ToolCall& call, const TrytonItem& asset) const {
    Json values{{Name("key"), call.idempotency_key},
                {Name("asset"), asset.id},
                {Name("unit"), asset.unit},
                {Name("quantity"), 1}};
    const Json due = TrytonDate(StringOr(call.arguments(), "due", ""));
    if (!due.is_null())
      values[Name("due")] = values[Name("start")] = due;  // Tryton wants the one with the other
    return values;
  }

  // The site that the mapping names; without one Tryton's own defaults, which need a single
  // warehouse.
  std::optional<tools::ToolError> AddSite(Json& values, const tools::CallContext& context) {
    if (Name("default_site").empty()) return std::nullopt;
    const auto site = FindSite(*tryton_, Name("default_site"), "invalid_argument", context);
    if (!site.ok()) return site.error();
    values[Name("site")] = site->id;
    values[Name("location")] = site->production;
    return std::nullopt;
  }

  // The fault stands in a note on the order: Tryton's orders have no text of their own.
  std::optional<tools::ToolError> AddNote(const tools::ToolCall& call, int64_t order,
                                          const tools::CallContext& context) {
    const std::string record = StrCat(Name("model"), ",", order);
    const auto notes = SearchRead(*tryton_, NoteName("model"),
                                  Json::array({Json::array({NoteName("record"), "=", record})}),
                                  Json::array({NoteName("text")}), 1, context);
    if (!notes.ok()) return notes.error();
    if (!notes->empty()) return std::nullopt;
    const Json note{{NoteName("record"), record}, {NoteName("text"), Text(call)}};
    const auto made = tryton_->Call(NoteName("model"), "create", Json::array({Json::array({note})}),
                                    Json::object(), true, context);
    return made.ok() ? std::nullopt : std::optional(InDoubt(made.error()));
  }

  static std::string Text(const tools::ToolCall& call) {
    const std::string priority = StringOr(call.arguments(), "priority", "normal");
    const std::string_view korean = priority == "urgent" ? "긴급"
                                    : priority == "low"  ? "낮음"
                                                         : "보통";
    return StrCat(call.arguments().at("fault").get<std::string>(), "\n우선순위: ", korean,
                  "\n요청: ", call.requester);
  }

  // The order is there and lacks its note: to be settled by the key, not made anew.
  static tools::ToolError InDoubt(const tools::ToolError& error) {
    return tools::MakeToolError(
        "in_doubt", StrCat("the works order is made without its fault text: ", error.message_en),
        StrCat("작업지시에 고장 내용을 적지 못했습니다: ", error.message_ko));
  }

  ToolOutcome Outcome(const Json& record) const {
    Json value{{"wo_id", StringOr(record, Name("number"), "")}};
    const auto origin = MakeOrigin(kSystem, value["wo_id"].get<std::string>(), "", clock_.Now(),
                                   base::DumpJson(record));
    return tools::ToolResult{std::move(value), PlantLabel(), {origin}};
  }

  const std::unique_ptr<TrytonClient> tryton_;
  base::Clock& clock_;
  const std::shared_ptr<const Plant> plant_;
};

}  // namespace

absl::StatusOr<std::unique_ptr<tools::Connector>> MakeWorkOrderConnector(
    TrytonOptions options, ManufacturingDeps deps, std::shared_ptr<const Plant> plant) {
  const bool configured = options.configured();
  ASSIGN_OR_RETURN(std::unique_ptr<TrytonClient> tryton,
                   MakeTrytonClient(deps.http, std::move(options)));
  auto orders = std::make_shared<WorkOrders>(std::move(tryton), deps.clock, std::move(plant));
  ToolGroup::Probe probe = [orders](const tools::CallContext& context) {
    return orders->Probe(context);
  };
  if (!configured) probe = nullptr;
  auto group = std::make_unique<ToolGroup>(std::string(kSystem), "manufacturing", std::move(probe));
  group->Add(
      "workorder.create",
      [orders](const tools::ToolCall& call, const tools::CallContext& context) {
        return orders->Create(call, context);
      },
      [orders](const tools::ToolCall& call, const tools::CallContext& context) {
        return orders->Settle(call, context);
      });
  return group;
}

}  // namespace connectors::manufacturing
