// supply.stock and supply.shortfall.
#include <algorithm>
#include <cmath>

#include "connectors/defense/depot.h"
#include "connectors/defense/grades.h"
#include "model_core/base/strings.h"

namespace connectors::defense {
namespace {

using base::Json;
using base::StrCat;
using base::StringOr;
using tools::MakeToolError;

constexpr int kDaysDefault = 30, kDaysMax = 730;
constexpr size_t kSitesMax = 500, kLinesMax = 5'000;

Fallible<std::vector<TrytonSite>> Sites(Depot& depot, const std::string& named,
                                        const tools::CallContext& context) {
  if (!named.empty()) {
    ASSIGN_OR_FAIL(TrytonSite site, FindSite(*depot.tryton, named, "not_found", context));
    return std::vector{std::move(site)};
  }
  const std::string name = depot.Name("/site/name"), storage = depot.Name("/site/storage");
  const Json warehouses =
      Json::array({Json::array({depot.Name("/site/type"), "=", depot.Name("/site/warehouse")})});
  ASSIGN_OR_FAIL(const Json records,
                 SearchReadAll(*depot.tryton, depot.Name("/site/model"), warehouses,
                               Json::array({name, storage}), kSitesMax, context));
  std::vector<TrytonSite> sites;
  for (const Json& record : records) {
    sites.push_back({base::IntOr(record, "id", 0), base::IntOr(record, storage, 0), 0,
                     StringOr(record, name, "")});
  }
  return sites;
}

struct Need {
  TrytonItem item;
  int64_t required = 0, on_hand = 0;
  std::optional<int64_t> lead_days;
  int64_t shortfall() const { return required - on_hand; }
};

tools::ToolError PlanMissing(const std::string& unit) {
  return MakeToolError("plan_missing",
                       StrCat("there is no demand plan of '", unit, "' for these days"),
                       StrCat("'", unit, "'의 해당 기간 소요 계획이 없습니다"));
}

int64_t DaysBetween(const std::string& from, const std::string& to) {
  absl::CivilDay a, b;
  return absl::ParseCivilTime(from, &a) && absl::ParseCivilTime(to, &b) ? b - a : 0;
}

// The share of each plan that falls into [first, last], by plan id.
Fallible<std::map<int64_t, double>> Plans(Depot& depot, const TrytonSite& unit,
                                          const std::string& first, const std::string& last,
                                          const tools::CallContext& context) {
  const std::string from = depot.Name("/plan/from"), to = depot.Name("/plan/to");
  const Json domain = Json::array(
      {Json::array({depot.Name("/plan/site"), "=", unit.id}),
       Json::array({depot.Name("/plan/state"), "in", depot.tryton->Mapping("/plan/valid")}),
       Json::array({from, "<=", TrytonDate(last)}), Json::array({to, ">=", TrytonDate(first)})});
  ASSIGN_OR_FAIL(const Json records, SearchReadAll(*depot.tryton, depot.Name("/plan/model"), domain,
                                                   Json::array({from, to}), 200, context));
  std::map<int64_t, double> shares;
  for (const Json& record : records) {
    const std::string begins = DayOf(record.value(from, Json())),
                      ends = DayOf(record.value(to, Json()));
    const double whole = static_cast<double>(DaysBetween(begins, ends) + 1);
    const double part =
        static_cast<double>(DaysBetween(std::max(begins, first), std::min(ends, last)) + 1);
    if (whole > 0) shares[base::IntOr(record, "id", 0)] = part / whole;
  }
  if (shares.empty()) return PlanMissing(unit.name);
  return shares;
}

// What the plans ask for of each product, whole pieces, rounded up.
Fallible<std::map<int64_t, int64_t>> Required(Depot& depot, const std::map<int64_t, double>& plans,
                                              const tools::CallContext& context) {
  const std::string plan = depot.Name("/plan/line_plan"), item = depot.Name("/plan/line_item"),
                    quantity = depot.Name("/plan/line_quantity");
  Json ids = Json::array();
  for (const auto& [id, share] : plans) ids.push_back(id);
  ASSIGN_OR_FAIL(const Json lines,
                 SearchReadAll(*depot.tryton, depot.Name("/plan/line_model"),
                               Json::array({Json::array({plan, "in", ids})}),
                               Json::array({plan, item, quantity}), kLinesMax, context));
  std::map<int64_t, double> exact;
  for (const Json& line : lines) {
    const auto share = plans.find(base::IntOr(line, plan, 0));
    if (share != plans.end())
      exact[base::IntOr(line, item, 0)] += share->second * base::NumberOr(line, quantity, 0);
  }
  std::map<int64_t, int64_t> required;
  for (const auto& [id, amount] : exact) required[id] = std::llround(std::ceil(amount - 1e-9));
  return required;
}

// The shortest lead time of each template's suppliers, in whole days.
Fallible<std::map<int64_t, int64_t>> LeadDays(Depot& depot, const std::vector<TrytonItem>& items,
                                              const tools::CallContext& context) {
  const std::string owner = depot.Name("/supplier/template"),
                    lead = depot.Name("/supplier/lead_time");
  Json ids = Json::array();
  for (const TrytonItem& item : items) ids.push_back(item.product_template);
  ASSIGN_OR_FAIL(const Json records, SearchReadAll(*depot.tryton, depot.Name("/supplier/model"),
                                                   Json::array({Json::array({owner, "in", ids})}),
                                                   Json::array({owner, lead}), kLinesMax, context));
  std::map<int64_t, int64_t> days;
  for (const Json& record : records) {
    if (!record.contains(lead) || !record[lead].is_object()) continue;
    const int64_t whole =
        std::llround(std::ceil(base::NumberOr(record[lead], "seconds", 0) / 86'400));
    const auto [entry, added] = days.emplace(base::IntOr(record, owner, 0), whole);
    if (!added) entry->second = std::min(entry->second, whole);
  }
  return days;
}

Fallible<std::vector<Need>> Needs(Depot& depot, const TrytonSite& unit,
                                  const std::map<int64_t, int64_t>& required,
                                  const std::string& today, const tools::CallContext& context) {
  std::vector<int64_t> ids;
  for (const auto& [id, amount] : required) ids.push_back(id);
  ASSIGN_OR_FAIL(const std::vector<TrytonItem> items, ReadItems(*depot.tryton, ids, context));
  ASSIGN_OR_FAIL(const auto stock, ReadStock(depot, unit, ids, today, false, context));
  ASSIGN_OR_FAIL(const auto lead, LeadDays(depot, items, context));
  std::vector<Need> needs;
  for (const TrytonItem& item : items) {
    Need need{item, required.at(item.id), 0, std::nullopt};
    if (const auto found = stock.find(item.id); found != stock.end()) need.on_hand = found->second;
    if (const auto found = lead.find(item.product_template); found != lead.end())
      need.lead_days = found->second;
    needs.push_back(std::move(need));
  }
  std::sort(needs.begin(), needs.end(),
            [](const Need& a, const Need& b) { return a.item.code < b.item.code; });
  return needs;
}

Json NeedItem(const Need& need) {
  return {{"item", need.item.code},
          {"name", need.item.name},
          {"required", need.required},
          {"on_hand", need.on_hand},
          {"shortfall", need.shortfall()},
          {"lead_days", need.lead_days ? Json(*need.lead_days) : Json()}};
}

}  // namespace

tools::ToolOutcome Stock(Depot& depot, const tools::ToolCall& call,
                         const tools::CallContext& context) {
  const Json& arguments = call.arguments();
  const std::string site_name = StringOr(arguments, "site", "");
  ASSIGN_OR_FAIL(const TrytonItem item,
                 FindItem(*depot.tryton, arguments.at("item").get<std::string>(), "not_found",
                          "ambiguous_item", context));
  ASSIGN_OR_FAIL(const std::vector<TrytonSite> sites, Sites(depot, site_name, context));
  ASSIGN_OR_FAIL(const Marks marks, ReadMarks(depot, context));
  tools::ToolResult result{{{"total", 0}, {"items", Json::array()}}, marks.LabelOf(item), {}};
  int64_t total = 0;
  for (const TrytonSite& site : sites) {
    ASSIGN_OR_FAIL(auto held, ReadStock(depot, site, {item.id}, Today(call), false, context));
    ASSIGN_OR_FAIL(auto free, ReadStock(depot, site, {item.id}, Today(call), true, context));
    if (site_name.empty() && held[item.id] == 0) continue;
    total += held[item.id];
    const Json row{{"item", item.code},
                   {"name", item.name},
                   {"site", site.name},
                   {"on_hand", held[item.id]},
                   {"free", free[item.id]}};
    result.origins.push_back(MakeOrigin(kDepotSystem, StrCat(item.code, "@", site.name), "",
                                        depot.clock.Now(), base::DumpJson(row)));
    result.value["items"].push_back(row);
  }
  result.value["total"] = total;
  if (result.origins.empty())
    result.origins.push_back(MakeOrigin(kDepotSystem, item.code, "", depot.clock.Now(), "[]"));
  return result;
}

tools::ToolOutcome Shortfall(Depot& depot, const tools::ToolCall& call,
                             const tools::CallContext& context) {
  const Json& arguments = call.arguments();
  const int64_t days = base::IntOr(arguments, "days", kDaysDefault);
  if (days < 1 || days > kDaysMax) {
    return MakeToolError("invalid_argument", StrCat("days is ", days, "; 1 to ", kDaysMax),
                         StrCat("기간이 ", days, "일입니다. 1일에서 ", kDaysMax, "일까지 됩니다"));
  }
  const std::string today = Today(call), wanted = StringOr(arguments, "class", "");
  ASSIGN_OR_FAIL(
      const TrytonSite unit,
      FindSite(*depot.tryton, arguments.at("unit").get<std::string>(), "not_found", context));
  ASSIGN_OR_FAIL(const auto plans,
                 Plans(depot, unit, today, DayAfter(today, static_cast<int>(days) - 1), context));
  ASSIGN_OR_FAIL(const auto required, Required(depot, plans, context));
  ASSIGN_OR_FAIL(const std::vector<Need> needs, Needs(depot, unit, required, today, context));
  ASSIGN_OR_FAIL(const Marks marks, ReadMarks(depot, context));
  tools::ToolResult result{{{"count", 0}, {"items", Json::array()}}, SourceFloor(), {}};
  for (const Need& need : needs) {
    if (need.shortfall() <= 0 || (!wanted.empty() && !marks.InClass(need.item, wanted))) continue;
    const Json row = NeedItem(need);
    result.label = policies::Join(result.label, marks.LabelOf(need.item));
    result.origins.push_back(
        MakeOrigin(kDepotSystem, need.item.code, "", depot.clock.Now(), base::DumpJson(row)));
    result.value["items"].push_back(row);
  }
  result.value["count"] = result.value["items"].size();
  if (result.origins.empty())
    result.origins.push_back(MakeOrigin(kDepotSystem, unit.name, "", depot.clock.Now(), "[]"));
  return result;
}

}  // namespace connectors::defense
