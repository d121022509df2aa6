// law.diff: what changed in a law over a period, article by article.
#include <algorithm>

#include "connectors/legal/amendments.h"
#include "connectors/legal/tools.h"

namespace connectors::legal {
namespace {

base::Json Item(const Change& change) {
  const auto text = [](const std::optional<std::string>& value) {
    return value ? base::Json(*value) : base::Json();
  };
  const bool whole = change.number.main == 0;  // a rule that is not written in articles
  return {{"jo", whole ? base::Json() : base::Json(change.number.text())},
          {"change", change.kind},
          {"before", text(change.before)},
          {"after", text(change.after)},
          {"effective_from", IsoDay(change.effective)}};
}

}  // namespace

// Each source once, in the order of items: as many as items only if each item has its own.
tools::ToolOutcome GetDiff(const Drf& drf, const tools::ToolCall& call,
                           const tools::CallContext& context) {
  ASSIGN_OR_FAIL(const Amendments amendments, ReadAmendments(drf, call.arguments(), context));
  base::Json items = base::Json::array();
  std::vector<policies::Origin> origins;
  for (const Change& change : amendments.changes) {
    if (!amendments.Asked(change)) continue;
    policies::Origin origin = amendments.OriginOf(change);
    if (std::find(origins.begin(), origins.end(), origin) == origins.end())
      origins.push_back(std::move(origin));
    items.push_back(Item(change));
  }
  if (origins.empty()) origins.push_back(amendments.OriginOfAll());
  return tools::ToolResult{{{"law_id", amendments.law_id()}, {"items", std::move(items)}},
                           PublicLabel(),
                           std::move(origins)};
}

}  // namespace connectors::legal
