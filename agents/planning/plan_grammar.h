// The grammar of one request: every plan, question or refusal the model may write for it, and
// nothing else. It is given in stages, since what a step may refer to depends on the tools of the
// steps before: a stage ends where the next tool (or slot of a question) has just been chosen.
#pragma once

#include <optional>
#include <set>
#include <string>
#include <string_view>

#include "agents/planning/recogniser.h"
#include "tools/catalogue.h"

namespace agents {

// What follows the last argument of a plan's last step.
inline constexpr std::string_view kPlanEnd = "}}]}";

class PlanGrammar {
 public:
  // `usable`: tools that may stand in the plan. The others can be named only, and naming one ends
  // the text: the caller learns what was wanted, and no argument is ever decoded for it. `barred`
  // ones cannot even be named nor asked about; if all are, there is nothing but refusing. The
  // references outlive the grammar.
  PlanGrammar(const tools::Catalogue& catalogue, std::string_view text,
              const Recognition& recognition, std::set<std::string> usable,
              std::set<std::string> barred = {});

  // What may follow `written`, which ends where a stage ends (or is empty); nullopt if it does not.
  // Lark in llguidance's dialect.
  std::optional<std::string> Stage(std::string_view written) const;

 private:
  std::string Opening() const;
  std::string AfterTool(std::string_view written) const;
  std::string AfterSlot(std::string_view written) const;
  std::string NextTool(const std::vector<const tools::ToolSpec*>& sources) const;

  const tools::Catalogue& catalogue_;
  const std::string_view text_;
  const Recognition& recognition_;
  const std::set<std::string> usable_, barred_;
};

// The unusable tool on which a text of the grammar ends; empty if it is a plan.
std::string UnusableTool(std::string_view written, const tools::Catalogue& catalogue);

}  // namespace agents
