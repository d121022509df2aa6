// What every planner, embedded or remote, gives its model and demands of its answer.
#pragma once

#include <memory>
#include <set>
#include <string>
#include <string_view>

#include "agents/planner.h"

namespace agents {

// Different values of one kind that a request may name. A plan has six steps and a list 24 items,
// and no request of 5,758 named more than 8; one that names 48 articles is planned in two seconds.
inline constexpr size_t kValuesMax = 48;

struct Recognition;  // planning/recogniser.h
// What the request holds, as a model reads it. The functions below recognise it themselves, or take
// it from who needs it several times.
std::shared_ptr<const Recognition> RecogniseForModel(const PlanRequest& request);

// InvalidArgument, naming the kind, the count and the limit in both languages, if `request` names
// more. What it quotes does not count: that is passed on and not asked for.
absl::Status CheckValueCount(const PlanRequest& request);
absl::Status CheckValueCount(const Recognition& recognition);

// Tools that may stand in the plan of `request`: offered and allowed.
std::set<std::string> UsableTools(const PlanRequest& request);

// What the recogniser found, as the model reads it: "지난달=2026-10-01..2026-10-31;제38조의2=38-2".
std::string ShownValues(const PlanRequest& request);
std::string ShownValues(const PlanRequest& request, const Recognition& recognition);

// JSON Schema of every plan, question or refusal over the usable tools, with the request's own
// values as enumerations, or as examples where any text may stand; naming another tool is possible
// and ends the matter. A schema cannot say which part of the request a text is, nor what an earlier
// step has: CheckValues and Validate do.
base::Json PlanSchema(const PlanRequest& request, const tools::Catalogue& catalogue);
base::Json PlanSchema(const PlanRequest& request, const Recognition& recognition,
                      const tools::Catalogue& catalogue);

// InvalidArgument, naming step and argument, if a value of `plan` is not the request's own.
absl::Status CheckValues(const Plan& plan, const PlanRequest& request,
                         const tools::Catalogue& catalogue);

// Refuses as harmful a request that asks to act behind somebody's back (planning/evasion.h),
// whatever a model made of it. True if it did.
bool RefuseEvasion(const PlanRequest& request, PlanResult& result);

// Turns the plan into a refusal where it, or a question, names a tool that is not usable, and sets
// `unusable_tool`: one that the caller may not use before one whose connector is down. True if it
// did.
bool RefuseUnusable(const PlanRequest& request, PlanResult& result);

// The model's text as a plan that holds: parsed, its tools usable, its values the request's own,
// validated; or the refusal of an evasion. InvalidArgument otherwise.
absl::Status ReadPlan(const PlanRequest& request, const tools::Catalogue& catalogue,
                      PlanResult& result);
absl::Status ReadPlan(const PlanRequest& request, const Recognition& recognition,
                      const tools::Catalogue& catalogue, PlanResult& result);

}  // namespace agents
