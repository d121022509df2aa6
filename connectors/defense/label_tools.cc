#include "connectors/defense/label_tools.h"

#include "agents/captions.h"
#include "connectors/defense/grades.h"
#include "model_core/base/strings.h"
#include "model_core/base/text.h"

namespace connectors::defense {
namespace {

using base::Json;
using base::StrCat;
using base::StringOr;
using policies::Label;
using tools::MakeToolError;
using tools::ToolError;

Fallible<LabelledDocument> Read(LabelDesk& desk, const std::string& id,
                                const tools::CallContext& context) {
  auto document = desk.documents.GetDocument(id, context.deadline);
  if (!document.ok()) return FromStatus(document.status(), kDocumentSystem);
  return *std::move(document);
}

std::string GradeWord(const std::string& grade, base::Language language) {
  return agents::EnumWord(tools::Catalogue::BuiltIn(), "grade", grade, language);
}

Label JoinAll(const std::vector<Label>& labels) {
  Label all = policies::WithIntegrity(policies::UserLabel(), policies::Integrity::kTrusted);
  for (const Label& label : labels) all = policies::Join(all, label);
  return all;
}

bool Covers(const Label& high, const Label& low) {
  return high.n2sf >= low.n2sf && high.mil >= low.mil;
}

ToolError BelowPortions(const LabelledDocument& document, const std::string& grade,
                        const Label& portions) {
  const std::string least = GradeOf(portions);
  return MakeToolError(
      "below_portions",
      StrCat("document '", document.id, "' holds parts of grade ", least, "; ", grade,
             " is below them"),
      StrCat("문서 '", document.id, "'에 ", GradeWord(least, base::Language::kKorean),
             " 등급 내용이 있어 ", GradeWord(grade, base::Language::kKorean),
             " 등급으로 낮출 수 없습니다"));
}

// The assigned grade, with the privacy and integrity that the document has: a grade changes
// neither.
Label Assigned(const LabelledDocument& document, const Label& portions, Label grade) {
  const Label held = policies::Join(portions, document.labelled ? document.label : portions);
  grade.privacy = held.privacy;
  grade.integrity =
      document.labelled ? policies::Join(held, document.label).integrity : held.integrity;
  return grade;
}

tools::ToolResult Answer(LabelDesk& desk, const LabelledDocument& document, Json value,
                         const Label& label) {
  const auto origin = MakeOrigin(kLabelSystem, document.id, "", desk.clock.Now(), document.bytes);
  return {std::move(value), label, {origin}};
}

// In the language of the request.
struct Reasons {
  base::Language language;
  Json list = Json::array();
  bool allowed = true;
  void Add(std::string_view rule, std::string_view korean, std::string_view english) {
    const bool is_korean = language == base::Language::kKorean;
    list.push_back({{"rule", rule}, {"text", is_korean ? korean : english}});
  }
  void Deny(std::string_view rule, std::string_view korean, std::string_view english) {
    allowed = false;
    Add(rule, korean, english);
  }
};

const Json* FindRecipient(const LabelPolicy& policy, const std::string& name) {
  const std::string wanted = base::ReplaceAll(name, " ", "");
  for (const Json& recipient : policy.recipients) {
    if (base::ReplaceAll(StringOr(recipient, "name", ""), " ", "") == wanted) return &recipient;
    for (const Json& alias : recipient.value("aliases", Json::array())) {
      if (alias == name) return &recipient;
    }
  }
  return nullptr;
}

Label MayHave(const Json& recipient) {
  Label most = *LabelOf(StringOr(recipient, "n2sf", "O"));
  if (const auto mil = LabelOf(StringOr(recipient, "mil", ""));
      mil && mil->mil != policies::Mil::kNone)
    most.mil = mil->mil;
  const std::string privacy = StringOr(recipient, "privacy", "none");
  for (const auto kind : {policies::Privacy::kPersonal, policies::Privacy::kSensitive,
                          policies::Privacy::kUniqueId}) {
    if (privacy == policies::Name(kind)) most.privacy = kind;
  }
  return most;
}

// Denies by default: an unknown recipient may have nothing.
Reasons Judge(const LabelPolicy& policy, const LabelledDocument& document, const std::string& grade,
              const std::string& name, base::Language language) {
  Reasons reasons{language};
  const Json* recipient = FindRecipient(policy, name);
  if (recipient == nullptr) {
    reasons.Deny("recipient.unknown",
                 StrCat("'", name, "'", base::Particle(name, "은"), " 제공 대상 목록에 없습니다"),
                 StrCat("'", name, "' is not on the list of recipients"));
    return reasons;
  }
  const Label bound = *LabelOf(grade), most = MayHave(*recipient);
  const std::string is = GradeWord(grade, language), may = GradeWord(GradeOf(most), language);
  if (!Covers(most, bound)) {
    reasons.Deny("grade.above_recipient",
                 StrCat("문서 등급 ", base::WithParticle(is, "이"), " '", name, "'에 허용된 등급 ",
                        may, "보다 높습니다"),
                 StrCat("the document is ", is, ", '", name, "' may have ", may));
  }
  if (!Covers(bound, JoinAll(document.portions))) {
    reasons.Deny("grade.below_portions", "문서 등급이 그 안의 내용보다 낮습니다",
                 "the document's grade is below that of its contents");
  }
  const policies::Privacy privacy =
      policies::Join(document.label, JoinAll(document.portions)).privacy;
  if (privacy > most.privacy) {
    reasons.Deny("privacy.above_recipient",
                 "문서에 이 수신자에게 제공할 수 없는 개인정보가 있습니다",
                 "the document holds personal data that this recipient may not have");
  }
  if (reasons.allowed) {
    reasons.Add("grade.within_recipient",
                StrCat("문서 등급 ", is, ", '", name, "' 허용 등급 ", may),
                StrCat("the document is ", is, ", '", name, "' may have ", may));
  }
  return reasons;
}

}  // namespace

tools::ToolOutcome AssignLabel(LabelDesk& desk, const tools::ToolCall& call,
                               const tools::CallContext& context) {
  const std::string grade = call.arguments().at("grade").get<std::string>();
  const auto wanted = LabelOf(grade);
  if (!wanted)
    return MakeToolError("invalid_argument", StrCat("there is no grade '", grade, "'"),
                         StrCat("등급 '", grade, "'", base::Particle(grade, "이"), " 없습니다"));
  ASSIGN_OR_FAIL(const LabelledDocument document,
                 Read(desk, call.arguments().at("document").get<std::string>(), context));
  const Label portions = JoinAll(document.portions);
  if (!Covers(*wanted, portions)) return BelowPortions(document, grade, portions);
  const auto binding = MakeBinding(desk.policy, desk.keys, document, grade, desk.clock.Now());
  if (!binding.ok()) return FromStatus(binding.status(), kLabelSystem);
  const Label label = Assigned(document, portions, *wanted);
  const auto put = desk.documents.PutLabel(
      document.id,
      {base::Sha256Hex(document.bytes), label, *binding, call.idempotency_key, call.requester,
       StringOr(call.arguments(), "reason", "")},
      context.deadline);
  if (!put.ok()) return FromEffectStatus(put, kDocumentSystem);
  return Answer(desk, document, {{"doc_id", document.id}, {"grade", grade}}, label);
}

tools::RecordsFound NamedDocument(LabelDesk& desk, const Json& arguments,
                                  const tools::CallContext& context) {
  const std::string id = StringOr(arguments, "document", "");
  if (id.empty()) return policies::NamedRecords{};
  const auto document = desk.documents.Describe(id, context.deadline);
  if (!document.ok()) return FromStatus(document.status(), kDocumentSystem);
  policies::NamedRecord record{kDocumentSystem, document->id, document->title, document->label};
  if (const auto grade = LabelOf(StringOr(arguments, "grade", "")))
    record.becomes = Assigned(*document, JoinAll(document->portions), *grade);
  return policies::NamedRecords{std::move(record)};
}

tools::ToolOutcome CheckRelease(LabelDesk& desk, const tools::ToolCall& call,
                                const tools::CallContext& context) {
  ASSIGN_OR_FAIL(const LabelledDocument document,
                 Read(desk, call.arguments().at("document").get<std::string>(), context));
  if (!document.labelled || document.binding.empty()) {
    return MakeToolError("unlabelled", StrCat("document '", document.id, "' bears no bound label"),
                         StrCat("문서 '", document.id, "'에 등급 표시가 없습니다"));
  }
  const auto grade = CheckBinding(desk.policy, desk.keys, document);
  if (absl::IsInvalidArgument(grade.status())) {
    return MakeToolError(
        "binding_invalid",
        StrCat("document '", document.id, "': ", std::string(grade.status().message())),
        StrCat("문서 '", document.id, "'의 등급 표시가 유효하지 않습니다: ",
               base::Message(grade.status(), base::Language::kKorean)));
  }
  if (!grade.ok()) return FromStatus(grade.status(), kLabelSystem);
  Reasons reasons = Judge(desk.policy, document, *grade,
                          call.arguments().at("recipient").get<std::string>(), call.language);
  return Answer(desk, document,
                {{"allowed", reasons.allowed},
                 {"grade", *grade},
                 {"binding", "valid"},
                 {"reasons", reasons.list}},
                document.label);
}

}  // namespace connectors::defense
