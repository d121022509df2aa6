// The grammar of one request: every plan, question or refusal the model may write for it, and
// nothing else. Lark in llguidance's dialect.
#pragma once

#include <map>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "tools/catalogue.h"

namespace agents {

// What a request holds, as the recogniser found it.
struct RequestValues {
  // JSON literals by argument kind ("date", "period", "id:patient", "int", …); `due` dates under
  // "due", day counts under "days".
  std::map<std::string, std::vector<std::string>> literals;
  // Byte offsets at which a free span may begin or end.
  std::vector<size_t> bounds;
};

struct GrammarRequest {
  std::string_view text;
  const RequestValues* values = nullptr;
  // Tools that may stand in the plan. The others can be named only, and naming one ends the text:
  // the caller learns what was wanted, and no argument is ever decoded for it.
  std::set<std::string> offered;
};

std::string BuildPlanGrammar(const tools::Catalogue& catalogue, const GrammarRequest& request);

}  // namespace agents
