#include "policies/cedar_engine.h"

#include <algorithm>

#include "model_core/base/strings.h"
#include "model_core/base/text.h"
#include "model_core/bridge/buffer.h"
#include "policies/cedar_faults.h"

namespace policies {
namespace {

using base::Json;
using base::StrCat;
using base::StringOr;
using model_core::BridgeBuffer;
using model_core::Data;

// Of `arguments` in the schema, and no argument of any tool: policies that do not know it see
// nothing of it.
constexpr std::string_view kLowering = "lowering";

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

// `korean` follows the rule's place and id.
absl::Status BadRule(const LoadedRule& rule, int64_t line, std::string_view english,
                     std::string_view korean) {
  return base::Error(absl::StatusCode::kInvalidArgument,
                     StrCat(rule.file, ":", line, ": rule ", rule.rule.id, " ", english),
                     StrCat(rule.file, " ", line, "행: ",
                            base::WithParticle(StrCat(rule.rule.id, " 규칙"), "이"), " ", korean));
}

// "approve_one", or "redact:rrn".
absl::Status ParseCure(const std::string& text, int64_t line, LoadedRule& rule) {
  if (text.empty()) return absl::OkStatus();
  const size_t colon = text.find(':');
  rule.cure = ParseObligationKind(text.substr(0, colon));
  if (colon != std::string::npos) rule.parameter = text.substr(colon + 1);
  if (!rule.cure) {
    return BadRule(
        rule, line, StrCat("names obligation '", text, "', which is unknown"),
        StrCat("알 수 없는 의무 '", base::WithParticle(StrCat(text, "'"), "을"), " 적고 있습니다"));
  }
  if (!rule.permits) return absl::OkStatus();
  return BadRule(rule, line, StrCat("names obligation '", text, "', which stands at a permit"),
                 StrCat("허용 규칙인데 의무 '", base::WithParticle(StrCat(text, "'"), "을"),
                        " 적고 있습니다"));
}

// A typo would take the text from whom it is for, or a demand from the rule.
absl::Status CheckNames(const Json& notes, const Json& lines, int64_t line,
                        const LoadedRule& rule) {
  constexpr std::string_view kKnown[] = {"id",      "reason_ko",  "reason_en", "lift_ko",
                                         "lift_en", "obligation", "roles"};
  for (const auto& [name, text] : notes.items()) {
    if (std::ranges::count(kKnown, name) > 0) continue;
    return BadRule(rule, base::IntOr(lines, name, line),
                   StrCat("has an unknown annotation @", name),
                   StrCat("알 수 없는 주석 @", name, " 항목을 가지고 있습니다"));
  }
  return absl::OkStatus();
}

// A forbid says what lifts it, a permit has nothing to be lifted.
absl::Status CheckTexts(const Json& notes, int64_t line, const LoadedRule& rule) {
  for (const std::string_view name : {"reason_ko", "reason_en", "lift_ko", "lift_en"}) {
    if (!StringOr(notes, name, "").empty() || (rule.permits && name.starts_with("lift"))) continue;
    const bool lift = name.starts_with("lift");
    return BadRule(
        rule, line, StrCat("lacks @", name, lift ? ": what lifts it" : ": why it decides"),
        StrCat("@", name, lift ? "(무엇이 해소하는지)" : "(이유)", " 항목을 갖추지 못했습니다"));
  }
  return absl::OkStatus();
}

absl::StatusOr<LoadedRule> ParseLoadedRule(const Json& json, RuleTexts texts) {
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
  const Json& lines = json.at("lines");
  const int64_t line = base::IntOr(json, "line", 1);
  RETURN_IF_ERROR(CheckNames(notes, lines, line, rule));
  if (texts == RuleTexts::kDemanded) RETURN_IF_ERROR(CheckTexts(notes, line, rule));
  RETURN_IF_ERROR(
      ParseCure(StringOr(notes, "obligation", ""), base::IntOr(lines, "obligation", line), rule));
  return rule;
}

}  // namespace

absl::StatusOr<std::unique_ptr<CedarEngine>> CedarEngine::Load(const PolicyFiles& files,
                                                               RuleTexts texts) {
  const std::string list = base::DumpJson(files.ToJson());
  maru_cedar* handle = nullptr;
  BridgeBuffer out;
  const int32_t code = maru_cedar_new(Data(files.schema), files.schema.size(), Data(list),
                                      list.size(), &handle, out.out());
  if (code == 1) return PoliciesRefused(out.text());
  RETURN_IF_ERROR(out.Check(code, "policies", "정책을 읽을 수 없습니다"));
  std::unique_ptr<maru_cedar, void (*)(maru_cedar*)> owned(handle, &maru_cedar_free);
  ASSIGN_OR_RETURN(const Json json, base::ParseJson(out.text(), "policies", "정책"));
  std::vector<LoadedRule> rules;
  for (const Json& item : json) {
    ASSIGN_OR_RETURN(LoadedRule rule, ParseLoadedRule(item, texts));
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
  if (Lowers(step.records)) {
    names.push_back(Text(kLowering));
    values.push_back(Text("yes"));
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
  RETURN_IF_ERROR(error.Check(maru_cedar_decide(handle_, &call, whole, &answer, error.out()),
                              "policy", "정책으로 판단할 수 없습니다"));
  if (answer.errored) {
    return base::Error(absl::StatusCode::kInternal,
                       StrCat("policy: a rule could not be evaluated for tool '", step.tool, "'"),
                       StrCat("정책: 도구 '", step.tool, "'의 규칙을 판단하지 못했습니다"));
  }
  CedarAnswer made{answer.permitted, {}};
  for (size_t i = 0; i < answer.count; ++i) made.deciding.push_back(&rules_[deciding[i]]);
  return made;
}

}  // namespace policies
