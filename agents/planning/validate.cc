// The contract that every plan obeys, wherever it came from.
#include <re2/re2.h>

#include <algorithm>

#include "agents/plan.h"
#include "agents/planning/kinds.h"
#include "model_core/base/status.h"
#include "model_core/base/strings.h"
#include "model_core/base/text.h"

namespace agents {
namespace {

using base::Json;
using base::StrCat;
using tools::ArgumentSpec;
using tools::ToolSpec;

struct Fault {
  std::string english, korean;
};

absl::Status Invalid(const Fault& where, const Fault& fault) {
  return base::Error(absl::StatusCode::kInvalidArgument, StrCat(where.english, ": ", fault.english),
                     StrCat(where.korean, ": ", fault.korean));
}

// That something is none of what the argument takes.
Fault NoneOf(const ArgumentSpec& argument) {
  std::string english = base::StrJoin(argument.kinds, " or "),
              korean = StrCat("'", base::StrJoin(argument.kinds, "' 또는 '"), "'");
  if (!argument.values.empty()) {
    english += StrCat(" (", base::StrJoin(argument.values, ", "), ")");
    korean += StrCat(" ('", base::StrJoin(argument.values, "', '"), "')");
  }
  return {StrCat("is not ", argument.list ? "a list of " : "", english),
          StrCat(korean, argument.list ? " 목록" : "", "에 맞지 않습니다")};
}

class StepValidator {
 public:
  StepValidator(const Plan& plan, size_t index, const tools::Catalogue& catalogue)
      : plan_(plan), index_(index), step_(plan.steps[index]), catalogue_(catalogue) {}

  absl::Status Check() {
    tool_ = catalogue_.Find(step_.tool);
    if (tool_ == nullptr) {
      return Invalid({StrCat("step ", step_.id), StrCat(step_.id, " 단계")},
                     {StrCat("there is no tool '", step_.tool, "'"),
                      StrCat("'", step_.tool, "'이라는 도구가 없습니다")});
    }
    for (const auto& [name, value] : step_.arguments.items())
      RETURN_IF_ERROR(CheckArgument(name, value));
    for (const ArgumentSpec& argument : tool_->arguments) {
      if (argument.required && !step_.arguments.contains(argument.name)) {
        return Invalid(Where(argument.name),
                       {"it is required and missing", "꼭 있어야 하는데 없습니다"});
      }
    }
    return CheckNeedsOneOf();
  }

 private:
  Fault Where() const {
    return {StrCat("step ", step_.id, " (", step_.tool, ")"),
            StrCat(step_.id, " 단계(", step_.tool, ")")};
  }
  Fault Where(std::string_view argument) const {
    const Fault step = Where();
    return {StrCat(step.english, ": argument '", argument, "'"),
            StrCat(step.korean, ": 인자 '", argument, "'")};
  }

  absl::Status CheckNeedsOneOf() const {
    const auto written = [&](const std::string& name) { return step_.arguments.contains(name); };
    const std::vector<std::string>& needs = tool_->needs_one_of;
    if (needs.empty() || std::any_of(needs.begin(), needs.end(), written)) return absl::OkStatus();
    return Invalid(
        Where(), {StrCat("needs one of the arguments ", base::StrJoin(needs, ", ")),
                  StrCat("인자 '", base::StrJoin(needs, "', '"), "' 가운데 하나는 있어야 합니다")});
  }

  absl::Status CheckArgument(const std::string& name, const Json& value) const {
    const ArgumentSpec* argument = tool_->Argument(name);
    if (argument == nullptr) {
      return Invalid(Where(name), {"the tool has no such argument", "도구에 없는 인자입니다"});
    }
    if (!argument->list) return CheckValue(*argument, value, /*whole_list=*/false);
    if (!value.is_array()) return CheckValue(*argument, value, /*whole_list=*/true);
    if (value.empty()) return Misfit(*argument, value);
    for (const Json& item : value)
      RETURN_IF_ERROR(CheckValue(*argument, item, /*whole_list=*/false));
    return absl::OkStatus();
  }

  absl::Status Misfit(const ArgumentSpec& argument, const Json& value) const {
    const std::string shown = base::DumpJson(value);
    const Fault none = NoneOf(argument);
    return Invalid(Where(argument.name),
                   {StrCat(shown, " ", none.english),
                    StrCat(shown, base::Particle(shown, "은"), " ", none.korean)});
  }

  // One value or reference; `whole_list`: it stands for a whole list, so only a reference with [*]
  // will do.
  absl::Status CheckValue(const ArgumentSpec& argument, const Json& value, bool whole_list) const {
    if (const auto reference = ParseReference(value))
      return CheckReference(argument, *reference, whole_list);
    return !whole_list && FitsKind(value, argument) ? absl::OkStatus() : Misfit(argument, value);
  }

  absl::Status BadReference(const ArgumentSpec& argument, const Reference& reference,
                            const Fault& fault) const {
    const std::string path =
        StrCat(reference.step, reference.path.empty() ? "" : ".", reference.path);
    return Invalid(Where(argument.name), {StrCat("reference ", path, " ", fault.english),
                                          StrCat("참조 ", path, ": ", fault.korean)});
  }

  absl::Status CheckReference(const ArgumentSpec& argument, const Reference& reference,
                              bool whole_list) const {
    const Step* source = plan_.Find(reference.step);
    if (source == nullptr || source >= &plan_.steps[index_]) {
      return BadReference(argument, reference,
                          {"does not point to an earlier step", "앞선 단계를 가리키지 않습니다"});
    }
    const bool takes_result = argument.Takes("result");
    if (reference.path.empty() || takes_result) {
      if (reference.path.empty() && takes_result && !whole_list) return absl::OkStatus();
      return BadReference(argument, reference, NoneOf(argument));
    }
    return CheckField(argument, reference, *source, whole_list);
  }

  absl::Status CheckField(const ArgumentSpec& argument, const Reference& reference,
                          const Step& source, bool whole_list) const {
    static const re2::RE2* const shape = new re2::RE2(
        "[a-z0-9_]+(?:\\[(?:\\d{1,4}|\\*)\\])?(?:\\.[a-z0-9_]+(?:\\[(?:\\d{1,4}|\\*)\\])?)*");
    const ToolSpec* tool = catalogue_.Find(source.tool);
    const tools::ResultSpec* field = tool != nullptr && re2::RE2::FullMatch(reference.path, *shape)
                                         ? tool->Result(reference.path)
                                         : nullptr;
    if (field == nullptr) {
      return BadReference(argument, reference,
                          {StrCat("names no field of '", source.tool, "'"),
                           StrCat("'", source.tool, "'의 결과에 없는 항목입니다")});
    }
    if (field->untrusted) {
      return BadReference(argument, reference,
                          {"is text from outside and fills no argument",
                           "외부에서 온 글이라 인자로 쓸 수 없습니다"});
    }
    const bool every = reference.path.find("[*]") != std::string::npos;
    if (every != whole_list || !FieldFits(*field, argument)) {
      return BadReference(argument, reference, NoneOf(argument));
    }
    return absl::OkStatus();
  }

  const Plan& plan_;
  const size_t index_;
  const Step& step_;
  const tools::Catalogue& catalogue_;
  const ToolSpec* tool_ = nullptr;
};

absl::Status CheckMissing(const Plan& plan, const tools::Catalogue& catalogue) {
  for (const std::string& slot : plan.missing) {
    const size_t dot = slot.rfind('.');
    const ToolSpec* tool = catalogue.Find(std::string_view(slot).substr(0, dot));
    if (dot == std::string::npos || tool == nullptr ||
        tool->Argument(slot.substr(dot + 1)) == nullptr) {
      return Invalid({"missing", "'missing'"}, {StrCat("'", slot, "' is no argument of a tool"),
                                                StrCat("'", slot, "'", base::Particle(slot, "은"),
                                                       " 도구의 인자가 아닙니다")});
    }
  }
  return absl::OkStatus();
}

}  // namespace

absl::Status Validate(const Plan& plan, const tools::Catalogue& catalogue) {
  if (plan.verdict == Verdict::kAsk) return CheckMissing(plan, catalogue);
  if (plan.verdict == Verdict::kRefuse) return absl::OkStatus();
  if (plan.steps.empty() || plan.steps.size() > kStepsMax) {
    return Invalid({"plan", "계획"},
                   {StrCat(plan.steps.size(), " steps; there must be 1 to ", kStepsMax),
                    StrCat("단계가 ", plan.steps.size(), "개입니다 (1~", kStepsMax, "개)")});
  }
  for (size_t i = 0; i < plan.steps.size(); ++i) {
    RETURN_IF_ERROR(StepValidator(plan, i, catalogue).Check());
  }
  return absl::OkStatus();
}

}  // namespace agents
