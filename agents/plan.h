// Plan: what a run intends, as data: a DAG of tool calls whose arguments are values or references
// to results. The form is the catalogue's contract; JSON in and out.
#pragma once

#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "absl/time/time.h"
#include "model_core/base/json.h"
#include "tools/catalogue.h"

namespace agents {

enum class Verdict { kPlan, kAsk, kRefuse };
enum class RefuseReason { kHarmful, kOutOfScope, kNotPermitted };

struct Step {
  std::string id;                               // "s1"
  std::string tool;                             // catalogue name
  base::Json arguments = base::Json::object();  // values, or {"$ref": path}
  std::vector<std::string> after;  // derived: earlier steps an effect waits for besides references
  bool confirm = false;            // derived: waits for the requester's own confirmation
};

struct Plan {
  Verdict verdict = Verdict::kRefuse;
  std::vector<Step> steps;           // kPlan: 1–6, topological
  std::vector<std::string> missing;  // kAsk: "tool.argument"
  RefuseReason reason = RefuseReason::kOutOfScope;

  const Step* Find(std::string_view id) const;
};

inline constexpr size_t kStepsMax = 6;

// {"$ref":"s1.items[0].law_id"}: step "s1", path "items[0].law_id". A bare "s1" is the whole
// result.
struct Reference {
  std::string step;
  std::string path;  // empty: the whole result
};
std::optional<Reference> ParseReference(const base::Json& value);
std::vector<Reference> References(const base::Json& arguments);  // in order, lists included

// JSON of the plan form; `derived` adds after and confirm where they are set.
base::Json ToJson(const Plan& plan, bool derived);
absl::StatusOr<Plan> ParsePlan(const base::Json& json);

// InvalidArgument naming step and argument unless the plan obeys the contract: tools and arguments
// exist, required ones are there, kinds and enumerations fit, references point back to fields of a
// fitting type and never to untrusted text, at most kStepsMax steps.
absl::Status Validate(const Plan& plan, const tools::Catalogue& catalogue);

// Leaves out each step that says the same as an earlier one, which then stands for it, and each
// name that stands in its list already: the same call, made twice, tells nothing new, and an effect
// nobody asked for twice must not happen twice; an act that says a part of what an earlier one says
// is that one, too.
void DropRepeats(Plan& plan, const tools::Catalogue& catalogue);

// Turns the plan into a question where an act (a write or release step) would take words for a
// required argument that the request says once, for something else: whom a letter goes to is not
// what it is about, and a date outside quotation marks is neither. An effect is asked about before
// it happens on a guess.
void AskForBorrowed(Plan& plan, const tools::Catalogue& catalogue, std::string_view request,
                    absl::Time now);

// Fills `after` (write and release steps wait for every earlier step) and `confirm` (a condition in
// the request that no guard covers makes an effect wait for the requester).
void Derive(Plan& plan, const tools::Catalogue& catalogue, std::string_view request);

// The form in which plans are compared and hashed: defaults equal to their bound value dropped,
// keys sorted, steps renamed in a canonical order, `after` and `confirm` left out.
base::Json Normalise(const Plan& plan, const tools::Catalogue& catalogue, absl::Time now);
bool Equal(const Plan& a, const Plan& b, const tools::Catalogue& catalogue, absl::Time now);

// The value of an optional argument that was not written ("today", "12 months" …), bound at `now`.
base::Json BindDefault(const tools::ArgumentSpec& argument, absl::Time now);

// Resolves every reference against results by step id (each shaped as the catalogue says). nullopt:
// an index or [*] into an empty list, so the step is to be skipped. A whole-result reference
// becomes `wrap(step)`.
std::optional<base::Json> ResolveArguments(
    const base::Json& arguments,
    const std::function<const base::Json*(std::string_view step)>& result,
    const std::function<base::Json(std::string_view step)>& wrap);

std::string_view Name(Verdict verdict);
std::string_view Name(RefuseReason reason);

}  // namespace agents
