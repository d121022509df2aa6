#include "agents/relabel.h"

#include "agents/running/facts.h"
#include "model_core/base/strings.h"
#include "tools/tool_executor.h"

namespace agents {
namespace {

using base::Json;
using base::Language;
using base::Member;
using base::StrCat;
using base::StringOr;
using policies::Label;

absl::Status Differs(const std::string& english, const std::string& korean) {
  return base::Error(absl::StatusCode::kDataLoss, english, korean);
}

// `label` keeps at least what `least` says.
absl::Status AtLeast(const std::string& step, const Label& label, const Label& least,
                     std::string_view english, std::string_view korean) {
  if (policies::Join(label, least) == label) return absl::OkStatus();
  const auto named = [](const Label& said, Language language) {
    return StrCat(policies::Describe(said, language), "/", policies::Name(said.integrity));
  };
  return Differs(
      StrCat("step ", step, ": ", english, " is labelled ", named(label, Language::kEnglish),
             ", at least due is ", named(least, Language::kEnglish)),
      StrCat(step, " 단계: ", korean, " 등급은 ", named(label, Language::kKorean), "인데, 적어도 ",
             named(least, Language::kKorean), "이어야 합니다"));
}

absl::StatusOr<Labelled> CheckCall(const Run& run, const tools::Catalogue* catalogue,
                                   const Step& step, const Json& body) {
  ASSIGN_OR_RETURN(const Label label, policies::ParseLabel(Member(body, "label")));
  for (const Reference& reference : References(step.arguments)) {
    const auto input = run.steps.find(reference.step);
    if (input != run.steps.end() && input->second.state == StepState::kSucceeded) continue;
    return Differs(StrCat("step ", step.id, " rests on ", reference.step, ", which has no result"),
                   StrCat(step.id, " 단계가 결과 없는 ", reference.step, " 단계를 씁니다"));
  }
  Label least = InputLabel(step.arguments, *run.plan,
                           catalogue != nullptr ? *catalogue : tools::Catalogue::BuiltIn(),
                           [&](const std::string& id) { return run.steps.at(id).label; });
  if (catalogue == nullptr) least.integrity = label.integrity;
  RETURN_IF_ERROR(AtLeast(step.id, label, least, "the call", "호출의"));
  return catalogue != nullptr ? Labelled::kByCatalogue : Labelled::kBySealed;
}

// A value that was kept from its reader, or that nobody saw, is empty and tells nothing.
bool TellsNothing(const Json& body) {
  const Json value = Member(body, "value");
  return !base::BoolOr(body, "ok", false) || !value.is_object() || value.empty();
}

absl::StatusOr<Labelled> CheckResult(const Run& run, const tools::Catalogue* catalogue,
                                     const Step& step, const Json& body) {
  if (TellsNothing(body)) return Labelled::kNothing;
  ASSIGN_OR_RETURN(const Label label, policies::ParseLabel(Member(body, "label")));
  const auto record = run.steps.find(step.id);
  const Json call = record == run.steps.end() ? Json() : record->second.decided;
  Labelled how = Labelled::kUnknown;
  const Json sealed = Member(Member(Member(call, "facts"), "step"), "output");
  if (const auto floor = policies::ParseLabel(sealed); floor.ok()) {
    RETURN_IF_ERROR(AtLeast(step.id, label, *floor, "the result", "결과의"));
    how = Labelled::kBySealed;
  }
  const tools::ToolSpec* spec = catalogue == nullptr ? nullptr : catalogue->Find(step.tool);
  const auto input = policies::ParseLabel(Member(call, "label"));
  if (spec == nullptr || !input.ok()) return how;
  const Label floor = tools::FloorLabel(*catalogue, *spec, Member(call, "arguments"), *input);
  RETURN_IF_ERROR(AtLeast(step.id, label, floor, "the result", "결과의"));
  return Labelled::kByCatalogue;
}

}  // namespace

absl::StatusOr<Labelled> CheckLabel(const Run& run, const tools::Catalogue* catalogue,
                                    std::string_view type, const Json& body) {
  const bool call = type == "effect.intent" || type == "effect.resumed";
  if (!call && type != "effect.outcome") return Labelled::kNothing;
  const std::string id = StringOr(body, "step", "");
  const Step* step = run.plan ? run.plan->Find(id) : nullptr;
  if (step == nullptr)
    return Differs(StrCat("step ", id, " is not of the plan"),
                   StrCat(id, " 단계가 계획에 없습니다"));
  return call ? CheckCall(run, catalogue, *step, body) : CheckResult(run, catalogue, *step, body);
}

}  // namespace agents
