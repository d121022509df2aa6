// maint.orders: works orders of a unit or its equipment, with the state that a supply officer
// thinks in.
#include "connectors/defense/depot.h"
#include "connectors/defense/grades.h"
#include "model_core/base/strings.h"

namespace connectors::defense {
namespace {

using base::Json;
using base::StrCat;
using base::StringOr;

constexpr size_t kOrdersMax = 1'000;

std::string Field(const Depot& depot, const std::string& name) {
  return depot.Name("/work_order/" + name);
}

struct Order {
  int64_t id = 0, product = 0;
  std::string number, state, opened, due, fault;
  std::vector<int64_t> parts;  // ids of moves
  int64_t part_product = 0;    // of the first part; 0: none
  std::string status;
};

// Waiting for parts says more than late; late more than open.
std::string Status(const Json& states, const Order& order, const std::string& today) {
  const std::string status = StringOr(states, order.state, "open");
  return status == "open" && !order.due.empty() && order.due < today ? "overdue" : status;
}

Order ParseOrder(const Depot& depot, const Json& record, const std::string& today) {
  Order order;
  order.id = base::IntOr(record, "id", 0);
  order.product = base::IntOr(record, Field(depot, "asset"), 0);
  order.number = StringOr(record, Field(depot, "number"), "");
  order.state = StringOr(record, Field(depot, "state"), "");
  order.opened = DayOf(record.value(Field(depot, "opened"), Json()));
  order.due = DayOf(record.value(Field(depot, "due"), Json()));
  for (const Json& part : record.value(Field(depot, "parts"), Json::array())) {
    if (part.is_number_integer()) order.parts.push_back(part.get<int64_t>());
  }
  order.status = Status(depot.tryton->Mapping("/work_order/states"), order, today);
  return order;
}

Json Domain(const Depot& depot, const tools::ToolCall& call, int64_t site) {
  Json domain = Json::array({Json::array(
      {Field(depot, "state"), "not in", depot.tryton->Mapping("/work_order/ignored")})});
  if (site != 0) domain.push_back(Json::array({Field(depot, "site"), "=", site}));
  const std::string equipment = StringOr(call.arguments(), "equipment", "");
  if (!equipment.empty()) {
    const std::string asset = Field(depot, "asset");
    const std::string pattern =
        base::ReplaceAll(base::ReplaceAll(equipment, "%", "\\%"), "_", "\\_");
    domain.push_back(
        Json::array({"OR",
                     Json::array({StrCat(asset, ".", depot.Name("/item/name")), "ilike",
                                  StrCat("%", pattern, "%")}),
                     Json::array({StrCat(asset, ".", depot.Name("/item/code")), "=", equipment})}));
  }
  return domain;
}

Fallible<std::vector<Order>> Orders(Depot& depot, const tools::ToolCall& call,
                                    const tools::CallContext& context) {
  int64_t site = 0;
  if (const std::string unit = StringOr(call.arguments(), "unit", ""); !unit.empty()) {
    ASSIGN_OR_FAIL(const TrytonSite found, FindSite(*depot.tryton, unit, "not_found", context));
    site = found.id;
  }
  const Json fields =
      Json::array({Field(depot, "number"), Field(depot, "asset"), Field(depot, "state"),
                   Field(depot, "opened"), Field(depot, "due"), Field(depot, "parts")});
  ASSIGN_OR_FAIL(const Json records,
                 SearchReadAll(*depot.tryton, Field(depot, "model"), Domain(depot, call, site),
                               fields, kOrdersMax, context));
  const Json period = call.arguments().value("period", Json::object());
  const std::string from = StringOr(period, "from", "").substr(0, 10),
                    to = StringOr(period, "to", "9").substr(0, 10);
  const std::string status = StringOr(call.arguments(), "status", "");
  std::vector<Order> orders;
  for (const Json& record : records) {
    Order order = ParseOrder(depot, record, Today(call));
    const bool wanted =
        (status.empty() || order.status == status) && order.opened >= from && order.opened <= to;
    if (wanted) orders.push_back(std::move(order));
  }
  return orders;
}

// The product of each order's first part.
std::optional<tools::ToolError> AddParts(Depot& depot, std::vector<Order>& orders,
                                         const tools::CallContext& context) {
  const std::string item = Field(depot, "part_item");
  Json ids = Json::array();
  for (const Order& order : orders) {
    if (!order.parts.empty()) ids.push_back(order.parts.front());
  }
  if (ids.empty()) return std::nullopt;
  const auto moves =
      depot.tryton->Call(Field(depot, "part_model"), "read",
                         Json::array({ids, Json::array({item})}), Json::object(), false, context);
  if (!moves.ok()) return moves.error();
  for (Order& order : orders) {
    for (const Json& move : *moves) {
      if (!order.parts.empty() && base::IntOr(move, "id", 0) == order.parts.front())
        order.part_product = base::IntOr(move, item, 0);
    }
  }
  return std::nullopt;
}

// The first note on each order says what is wrong.
std::optional<tools::ToolError> AddFaults(Depot& depot, std::vector<Order>& orders,
                                          const tools::CallContext& context) {
  const std::string record = depot.Name("/note/record"), text = depot.Name("/note/text");
  Json names = Json::array();
  for (const Order& order : orders) names.push_back(StrCat(Field(depot, "model"), ",", order.id));
  const auto notes = SearchReadAll(*depot.tryton, depot.Name("/note/model"),
                                   Json::array({Json::array({record, "in", names})}),
                                   Json::array({record, text}), kOrdersMax * 4, context);
  if (!notes.ok()) return notes.error();
  for (Order& order : orders) {
    const std::string name = StrCat(Field(depot, "model"), ",", order.id);
    for (const Json& note : *notes) {
      if (StringOr(note, record, "") == name && order.fault.empty())
        order.fault = StringOr(note, text, "");
    }
  }
  return std::nullopt;
}

using Items = std::map<int64_t, TrytonItem>;

Fallible<Items> ItemsOf(Depot& depot, const std::vector<Order>& orders,
                        const tools::CallContext& context) {
  std::set<int64_t> ids;
  for (const Order& order : orders) ids.insert({order.product, order.part_product});
  ids.erase(0);
  ASSIGN_OR_FAIL(const std::vector<TrytonItem> items,
                 ReadItems(*depot.tryton, {ids.begin(), ids.end()}, context));
  Items by_id;
  for (const TrytonItem& item : items) by_id[item.id] = item;
  return by_id;
}

Json Row(const Order& order, const Items& items) {
  const auto equipment = items.find(order.product), part = items.find(order.part_product);
  return {{"mo_id", order.number},
          {"equipment", equipment != items.end() ? Json(equipment->second.name) : Json()},
          {"item", part != items.end() ? Json(part->second.code) : Json()},
          {"opened", order.opened},
          {"status", order.status},
          {"fault", order.fault}};
}

policies::Label LabelOfOrder(const Order& order, const Items& items, const Marks& marks) {
  policies::Label label = SourceFloor();
  for (const int64_t id : {order.product, order.part_product}) {
    const auto item = items.find(id);
    if (item != items.end()) label = policies::Join(label, marks.LabelOf(item->second));
  }
  return label;
}

}  // namespace

tools::ToolOutcome MaintenanceOrders(Depot& depot, const tools::ToolCall& call,
                                     const tools::CallContext& context) {
  ASSIGN_OR_FAIL(std::vector<Order> orders, Orders(depot, call, context));
  if (auto error = AddParts(depot, orders, context)) return *error;
  if (auto error = AddFaults(depot, orders, context)) return *error;
  ASSIGN_OR_FAIL(const Items items, ItemsOf(depot, orders, context));
  ASSIGN_OR_FAIL(const Marks marks, ReadMarks(depot, context));
  tools::ToolResult result{{{"count", orders.size()}, {"items", Json::array()}}, SourceFloor(), {}};
  for (const Order& order : orders) {
    const Json row = Row(order, items);
    result.label = policies::Join(result.label, LabelOfOrder(order, items, marks));
    result.origins.push_back(MakeOrigin(kDepotSystem, order.number, order.state, depot.clock.Now(),
                                        base::DumpJson(row)));
    result.value["items"].push_back(row);
  }
  if (orders.empty())
    result.origins.push_back(MakeOrigin(kDepotSystem, "maintenance", "", depot.clock.Now(), "[]"));
  return result;
}

}  // namespace connectors::defense
