// order.sign: a draft becomes a valid order, once for its key, under the hand of the licence holder
// who approved the call. The check is made again, on the day of signing: what it finds needs a
// reason.
#include "connectors/medical/care.h"
#include "connectors/medical/dur_words.h"
#include "connectors/medical/record.h"
#include "connectors/medical/signed_order.h"
#include "connectors/medical/tools.h"
#include "model_core/base/strings.h"
#include "model_core/base/text.h"

namespace connectors::medical {
namespace {

using base::Json;
using base::StrCat;
using tools::MakeToolError;
using tools::ToolOutcome;

std::string OrderNumber(const tools::ToolCall& call) {
  return base::StringOr(call.arguments(), "order", "");
}

// The one Practitioner who signs: a signature of somebody the record does not know is none.
Fallible<std::string> SignerReference(const Fhir& fhir, const std::string& signer,
                                      const tools::CallContext& context) {
  if (signer.empty())
    return MakeToolError("auth", "nobody with a licence has signed this call",
                         "면허가 있는 사람의 서명 승인이 없습니다");
  ASSIGN_OR_FAIL(Records people, FindPractitioners(fhir, signer, context));
  if (people.size() == 1) return StrCat("Practitioner/", LogicalId(people.front()));
  return MakeToolError("auth", StrCat("FHIR server: ", signer, " is not one practitioner there"),
                       StrCat("FHIR 서버: ", signer, base::Particle(signer, "은"),
                              " 등록된 의료인 한 사람이 아닙니다"));
}

Fallible<bool> IsDraft(const Record& order, const std::string& number) {
  const std::string status = base::StringOr(order.resource, "status", "");
  if (status == "draft") return true;
  return MakeToolError("invalid_argument",
                       StrCat("order ", number, " is no draft: its status is ", status),
                       StrCat("처방 ", number, base::Particle(number, "은"),
                              " 초안이 아니어서 서명할 수 없습니다 (상태 ", status, ")"));
}

// Without rules nothing is checked, which is a finding and no all-clear.
Fallible<Checked> CheckOrUnchecked(const Systems& systems, const Record& patient,
                                   const Record& order, const std::string& day,
                                   const tools::CallContext& context) {
  Fallible<Checked> checked = CheckOrder(systems, patient, order, day, context);
  if (checked.ok() || checked.error().code != "rules_missing") return checked;
  Checked unchecked;
  unchecked.outcome = Outcome::kNotChecked;
  unchecked.findings.push_back(
      {Outcome::kNotChecked, "DUR 규칙 없음", "전체", "", checked.error().message_ko, ""});
  return unchecked;
}

tools::ToolError OverrideRequired(const std::string& number, const Checked& checked) {
  const Finding& gravest = checked.findings.front();
  const std::string drugs = StrCat(gravest.drug, gravest.with.empty() ? "" : " + ", gravest.with);
  return MakeToolError(
      "override_required",
      StrCat("order ", number, ": the check finds ", RuleText(gravest, base::Language::kEnglish),
             ": ", drugs, "; outcome ", Name(checked.outcome),
             "; a reason is needed: no_alternative, benefit, tolerated or monitored"),
      StrCat("처방 ", number, "의 점검 결과 ", gravest.rule, " (", drugs, ": ", gravest.reason, ")",
             base::Particle(gravest.reason, "이"),
             " 있습니다. 사유(대체약 없음, 유익성이 큼, 기존 복용, 관찰 중)를 적어 다시 "
             "요청하십시오"));
}

ToolOutcome InDoubt(const std::string& number) {
  return MakeToolError("in_doubt",
                       StrCat("FHIR server: order ", number, " does not stand as it was signed"),
                       StrCat("FHIR 서버: 처방 ", number, base::Particle(number, "이"),
                              " 서명한 내용대로 저장되지 않았습니다"));
}

// The outcome of an order that holds our key.
ToolOutcome Signed(const Fhir& fhir, const Record& order) {
  const std::string number = IdentifierValue(order.resource, fhir.options().order_system);
  const std::string at = SignedAt(order.resource);
  if (at.empty()) return InDoubt(number);
  Evidence evidence;
  evidence.Add(order);
  return evidence.Result({{"order_id", number}, {"signed_at", at}});
}

bool IsOurs(const Fhir& fhir, const Record& order, const tools::ToolCall& call) {
  return SignedUnder(fhir.options(), order.resource, call.idempotency_key);
}

// Writes the signature over the version that was checked. If somebody was faster, it may have been
// an earlier attempt of this very call.
ToolOutcome Write(const Fhir& fhir, const Record& draft, const Json& order,
                  const tools::ToolCall& call, const tools::CallContext& context) {
  const std::string number = OrderNumber(call);
  const Fallible<Record> written = fhir.Update(order, draft.origin.version, context);
  if (written.ok()) return IsOurs(fhir, *written, call) ? Signed(fhir, *written) : InDoubt(number);
  if (written.error().code != "version_conflict") return written.error();
  const Fallible<Record> now = FindOrder(fhir, number, context);
  if (now.ok() && IsOurs(fhir, *now, call)) return Signed(fhir, *now);
  return MakeToolError(
      "version_conflict",
      StrCat("order ", number, " was changed while it was signed: look at it again"),
      StrCat("처방 ", number, base::Particle(number, "이"),
             " 서명하는 사이에 바뀌었습니다. 다시 확인한 뒤 서명하십시오"));
}

}  // namespace

ToolOutcome SignOrder(const Systems& systems, const tools::ToolCall& call,
                      const tools::CallContext& context) {
  const Fhir& fhir = systems.fhir;
  ASSIGN_OR_FAIL(std::string signer, SignerReference(fhir, call.signer, context));
  ASSIGN_OR_FAIL(Record order, FindOrder(fhir, OrderNumber(call), context));
  if (IsOurs(fhir, order, call)) return Signed(fhir, order);
  ASSIGN_OR_FAIL([[maybe_unused]] bool draft, IsDraft(order, OrderNumber(call)));
  ASSIGN_OR_FAIL(Record patient, PatientOfOrder(fhir, order, context));
  const absl::Time now = systems.clock.Now();  // an approval may come days after the request
  const std::string day = DayOf(now);
  ASSIGN_OR_FAIL([[maybe_unused]] bool consents,
                 CheckConsent(fhir, patient, call.requester, day, context));
  ASSIGN_OR_FAIL(Checked checked, CheckOrUnchecked(systems, patient, order, day, context));
  const std::string reason = base::StringOr(call.arguments(), "override", "");
  if (checked.outcome >= Outcome::kNotChecked && reason.empty())
    return OverrideRequired(OrderNumber(call), checked);
  const Signature signature{call.idempotency_key, call.signer,         signer,
                            call.requester,       call.binding.Hash(), reason,
                            base::TimeText(now)};
  return Write(fhir, order,
               SignedOrder(fhir.options(), order.resource, signature, checked.findings), call,
               context);
}

std::optional<ToolOutcome> FindSignature(const Systems& systems, const tools::ToolCall& call,
                                         const tools::CallContext& context) {
  const Fallible<Record> found = FindOrder(systems.fhir, OrderNumber(call), context);
  if (!found.ok() && found.error().code == "not_found") return std::nullopt;
  if (!found.ok()) return found.error();
  // A search may lag behind what was written.
  const Fallible<Record> order = systems.fhir.Read(found->origin.record, context);
  if (!order.ok()) return order.error();
  if (!IsOurs(systems.fhir, *order, call)) return std::nullopt;
  return Signed(systems.fhir, *order);
}

}  // namespace connectors::medical
