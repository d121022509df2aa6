#include "policies/cedar_engine.h"

#include "model_core/base/strings.h"
#include "model_core/bridge/buffer.h"

namespace policies {
namespace {

using base::Json;
using base::StrCat;
using base::StringOr;
using model_core::BridgeBuffer;
using model_core::Data;

maru_text Text(std::string_view text) { return {Data(text), text.size()}; }

// Borrowed views of a list, as the C ABI takes them.
class TextList {
 public:
  explicit TextList(const std::vector<std::string>& list) {
    items_.reserve(list.size());
    for (const std::string& item : list) items_.push_back(Text(item));
  }
  maru_texts get() const { return {items_.data(), items_.size()}; }

 private:
  std::vector<maru_text> items_;
};

maru_grades Grades(const Label& label) {
  return {static_cast<int64_t>(label.n2sf), static_cast<int64_t>(label.mil),
          static_cast<int64_t>(label.privacy), static_cast<int64_t>(label.integrity)};
}

// "approve_one", or "redact:rrn".
absl::Status ParseCure(const std::string& text, LoadedRule& rule) {
  if (text.empty()) return absl::OkStatus();
  const size_t colon = text.find(':');
  rule.cure = ParseObligationKind(text.substr(0, colon));
  if (colon != std::string::npos) rule.parameter = text.substr(colon + 1);
  if (rule.cure && !rule.permits) return absl::OkStatus();
  return absl::InvalidArgumentError(StrCat(rule.file, ": rule ", rule.rule.id, ": obligation '",
                                           text, "' ",
                                           rule.cure ? "stands at a permit" : "is unknown"));
}

absl::StatusOr<LoadedRule> ParseLoadedRule(const Json& json) {
  const Json& notes = json.at("annotations");
  LoadedRule rule;
  rule.file = StringOr(json, "file", "");
  rule.permits = base::BoolOr(json, "permit", false);
  rule.rule = {StringOr(json, "id", ""), StringOr(notes, "reason_ko", ""),
               StringOr(notes, "reason_en", ""), StringOr(notes, "lift_ko", ""),
               StringOr(notes, "lift_en", "")};
  const std::string roles = StringOr(notes, "roles", "");
  if (!roles.empty()) {
    for (std::string_view role : base::StrSplit(roles, ','))
      rule.roles.emplace_back(base::Trim(role));
  }
  RETURN_IF_ERROR(ParseCure(StringOr(notes, "obligation", ""), rule));
  if (rule.rule.reason_ko.empty() || rule.rule.reason_en.empty()) {
    return absl::InvalidArgumentError(
        StrCat(rule.file, ": rule ", rule.rule.id, " lacks @reason_ko or @reason_en"));
  }
  return rule;
}

}  // namespace

absl::StatusOr<std::unique_ptr<CedarEngine>> CedarEngine::Load(const PolicyFiles& files) {
  const std::string list = base::DumpJson(files.ToJson());
  maru_cedar* handle = nullptr;
  BridgeBuffer out;
  RETURN_IF_ERROR(out.Check(maru_cedar_new(Data(files.schema), files.schema.size(), Data(list),
                                           list.size(), &handle, out.out()),
                            "policies"));
  std::unique_ptr<maru_cedar, void (*)(maru_cedar*)> owned(handle, &maru_cedar_free);
  ASSIGN_OR_RETURN(const Json json, base::ParseJson(out.text(), "policies"));
  std::vector<LoadedRule> rules;
  for (const Json& item : json) {
    ASSIGN_OR_RETURN(LoadedRule rule, ParseLoadedRule(item));
    rules.push_back(std::move(rule));
  }
  return std::unique_ptr<CedarEngine>(
      new CedarEngine(owned.release(), std::move(rules), files.Version()));
}

CedarEngine::~CedarEngine() { maru_cedar_free(handle_); }

absl::StatusOr<CedarAnswer> CedarEngine::Decide(const Principal& principal,
                                                const std::string& purpose, const StepFacts& step,
                                                bool whole) const {
  const TextList roles(principal.roles), purposes(principal.purposes), tools(principal.tools),
      tool_purposes(step.purposes);
  std::vector<maru_text> names, values;
  for (const auto& [name, value] : step.attributes) {
    names.push_back(Text(name));
    values.push_back(Text(value));
  }
  maru_cedar_call call{};
  call.person = Text(principal.id);
  call.unit = Text(principal.unit);
  call.roles = roles.get();
  call.person_purposes = purposes.get();
  call.person_tools = tools.get();
  call.clearance_n2sf = static_cast<int64_t>(principal.clearance.n2sf);
  call.clearance_mil = static_cast<int64_t>(principal.clearance.mil);
  call.tool = Text(step.tool);
  call.domain = Text(step.domain);
  call.kind = Text(step.kind);
  call.approval = Text(step.approval_line);
  call.tool_purposes = tool_purposes.get();
  call.purpose = Text(purpose);
  call.input = Grades(step.input);
  call.output = Grades(step.output);
  call.sink_untrusted = step.sink_untrusted;
  call.confirm = step.confirm;
  call.related = step.related;
  call.argument_names = {names.data(), names.size()};
  call.argument_values = {values.data(), values.size()};

  std::vector<uint32_t> deciding(rules_.size());
  maru_cedar_answer answer{false, true, deciding.data(), 0};
  BridgeBuffer error;
  RETURN_IF_ERROR(
      error.Check(maru_cedar_decide(handle_, &call, whole, &answer, error.out()), "policy"));
  if (answer.errored) {
    return absl::InternalError(
        StrCat("policy: a rule could not be evaluated for tool '", step.tool, "'"));
  }
  CedarAnswer made{answer.permitted, {}};
  for (size_t i = 0; i < answer.count; ++i) made.deciding.push_back(&rules_[deciding[i]]);
  return made;
}

}  // namespace policies
