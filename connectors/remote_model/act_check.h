// ActCheck: whether a request asks for what its plan would change. A model may read an order in
// words that are only mentioned or passed on, and a server tells no probabilities to doubt it by;
// so it is asked again, about the acts alone.
#pragma once

#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "agents/plan.h"
#include "connectors/remote_model/model_server.h"
#include "tools/catalogue.h"

namespace connectors {

using Acts = std::vector<const tools::ToolSpec*>;

// The tools of `plan` that write or release, each once. They are the catalogue's.
Acts ActsOf(const agents::Plan& plan, const tools::Catalogue& catalogue);

// Which of `acts` the request asks for: "asked" or "not_asked" for each. All that comes from the
// request stands in one JSON value; what it quotes is left out, since that gives no orders.
ChatQuestion ActQuestion(std::string_view request, const Acts& acts);

// The names of those that the answer says nobody asked for. InvalidArgument, naming the act, unless
// it says one or the other of each, and nothing else.
absl::StatusOr<std::set<std::string>> UnaskedActs(const std::string& answer, const Acts& acts);

// `catalogue` without the tools of these names: a plan over it cannot even name them.
tools::Catalogue Without(const std::set<std::string>& names, const tools::Catalogue& catalogue);

}  // namespace connectors
