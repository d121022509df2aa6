// Depot: supply and maintenance records in Tryton, and the tools over them.
#pragma once

#include <map>
#include <memory>
#include <set>
#include <string>
#include <vector>

#include "connectors/days.h"
#include "connectors/tryton.h"
#include "model_core/base/clock.h"
#include "policies/label.h"

namespace connectors::defense {

inline constexpr std::string_view kDepotSystem = "defense.tryton";

struct Depot {
  std::unique_ptr<TrytonClient> tryton;
  base::Clock& clock;

  std::string Name(const std::string& pointer) const {
    return tryton->Mapping(pointer).get<std::string>();
  }
};

// What the categories of items say: their grade and their class of supply.
struct Marks {
  std::map<int64_t, policies::Label> grades;
  std::map<int64_t, std::string> classes;

  policies::Label LabelOf(const TrytonItem& item) const;  // at least S
  bool InClass(const TrytonItem& item, const std::string& supply_class) const;
};
Fallible<Marks> ReadMarks(Depot& depot, const tools::CallContext& context);

// Pieces in a site's store on a day, by product id. `free`: without what is assigned already.
Fallible<std::map<int64_t, int64_t>> ReadStock(Depot& depot, const TrytonSite& site,
                                               const std::vector<int64_t>& products,
                                               const std::string& day, bool free,
                                               const tools::CallContext& context);

// `day` moved by `days`: "2026-11-24" + 30.
std::string DayAfter(const std::string& day, int days);

tools::ToolOutcome Stock(Depot& depot, const tools::ToolCall& call,
                         const tools::CallContext& context);
tools::ToolOutcome Shortfall(Depot& depot, const tools::ToolCall& call,
                             const tools::CallContext& context);
tools::ToolOutcome DraftRequisition(Depot& depot, const tools::ToolCall& call,
                                    const tools::CallContext& context);
tools::ToolOutcome SubmitRequisition(Depot& depot, const tools::ToolCall& call,
                                     const tools::CallContext& context);
// The requisition that a submission would send, with what its items are marked as.
tools::RecordsFound NamedRequisition(Depot& depot, const base::Json& arguments,
                                     const tools::CallContext& context);
// Whether the requisition has been sent: its own state says so.
std::optional<tools::ToolOutcome> SettleSubmission(Depot& depot, const tools::ToolCall& call,
                                                   const tools::CallContext& context);
tools::ToolOutcome MaintenanceOrders(Depot& depot, const tools::ToolCall& call,
                                     const tools::CallContext& context);

}  // namespace connectors::defense
