// From the rules that decide a call to what its caller is told: permit, reasons, obligations.
#include <algorithm>

#include "model_core/base/strings.h"
#include "policies/approval_rules.h"
#include "policies/authorizer.h"
#include "policies/cedar_engine.h"
#include "policies/permit_office.h"

namespace policies {
namespace {

using base::Language;
using base::StrCat;
using Kind = Obligation::Kind;

// Met by what people say; the others by what the executor does to the value, and it does none yet:
// they forbid.
bool ByPeople(Kind kind) { return kind != Kind::kRedact && kind != Kind::kNoReleaseBelow; }
bool IsApproval(Kind kind) {
  return kind == Kind::kApproveOne || kind == Kind::kApproveTwo || kind == Kind::kApproveLicensed;
}

std::string DescribeClearance(const Clearance& clearance, Language language) {
  return Describe(Label{clearance.n2sf, clearance.mil, Privacy::kNone, Integrity::kUser}, language);
}

std::string Filled(std::string text, Language language, const Principal& principal,
                   const std::string& purpose, const StepFacts& step,
                   const std::vector<std::string>& roles) {
  text = base::ReplaceAll(text, "{tool}", step.tool);
  text = base::ReplaceAll(text, "{purpose}", purpose);
  text = base::ReplaceAll(text, "{roles}", base::StrJoin(roles, ", "));
  text = base::ReplaceAll(text, "{input}", Describe(step.input, language));
  text = base::ReplaceAll(text, "{output}", Describe(step.output, language));
  return base::ReplaceAll(text, "{clearance}", DescribeClearance(principal.clearance, language));
}

Rule NothingPermits() {
  return {"default.deny", "이 도구를 쓸 권한이 없습니다",
          "nothing permits the caller to use this tool",
          "권한이 있는 분께 부탁하거나 관리자에게 권한을 신청하십시오",
          "ask someone who may, or ask the administrator for the right"};
}

// What the catalogue declares is the least: rules add to it, and none takes it away.
Rule DeclaredByTool(const Obligation& declared) {
  const std::string roles = base::StrJoin(declared.roles, ", ");
  return {declared.rule, StrCat("이 도구에는 승인이 필요합니다: ", roles),
          StrCat("this tool needs approval: ", roles), "승인 역할을 가진 분의 승인을 받으십시오",
          "have those of the approving roles approve"};
}

class CedarAuthorizer : public Authorizer {
 public:
  // What is asked for at the least.
  enum class Least { kDeclared, kByRulesAlone };

  CedarAuthorizer(std::unique_ptr<CedarEngine> engine, Least least)
      : engine_(std::move(engine)), least_(least) {}

  const std::string& policy_version() const override { return engine_->version(); }

  absl::StatusOr<PlanDecision> CheckPlan(const PlanFacts& plan,
                                         const std::vector<Principal>& people) override {
    PlanDecision decision{true, {}, PurposeOf(plan), engine_->version()};
    for (const StepFacts& step : plan.steps) {
      ASSIGN_OR_RETURN(StepDecision made, Decide(plan.principal, decision.purpose, step));
      for (const Obligation& obligation : made.obligations) {
        if (!IsApproval(obligation.kind) ||
            AnyoneMayMeet(obligation, plan.principal, people, step.input))
          continue;
        made.permitted = false;
        made.rules = {NobodyEligible(obligation, step.input)};
      }
      decision.permitted = decision.permitted && made.permitted;
      decision.steps.push_back(std::move(made));
    }
    return decision;
  }

  absl::StatusOr<std::variant<Permit, StepDecision>> AuthorizeCall(
      const PlanFacts& plan, const StepFacts& step, const CallBinding& binding,
      const std::vector<ApprovalFact>& approvals, bool confirmed) override {
    if (binding.policy_version != engine_->version()) {
      return base::Error(absl::StatusCode::kFailedPrecondition,
                         "the call was bound to another policy version",
                         "이 호출은 다른 판의 정책에 묶여 있습니다");
    }
    ASSIGN_OR_RETURN(StepDecision made, Decide(plan.principal, PurposeOf(plan), step));
    if (!made.permitted) return made;
    DropMet(plan.principal, binding, approvals, confirmed, made.obligations);
    if (made.obligations.empty()) return PermitOffice::Issue(binding);
    return made;
  }

 private:
  // The purpose asked for, else the one purpose that fits every step and that the principal holds;
  // empty if none.
  static std::string PurposeOf(const PlanFacts& plan) {
    if (!plan.purpose.empty()) return plan.purpose;
    for (const std::string& purpose : plan.principal.purposes) {
      const bool fits =
          std::all_of(plan.steps.begin(), plan.steps.end(), [&](const StepFacts& step) {
            return std::find(step.purposes.begin(), step.purposes.end(), purpose) !=
                   step.purposes.end();
          });
      if (fits) return purpose;
    }
    return "";
  }

  absl::StatusOr<StepDecision> Decide(const Principal& principal, const std::string& purpose,
                                      const StepFacts& step) const {
    ASSIGN_OR_RETURN(const CedarAnswer answer, engine_->Decide(principal, purpose, step));
    StepDecision decision{step.step_id, step.tool,  answer.permitted, {},
                          {},           step.input, step.output};
    for (const LoadedRule* loaded : answer.deciding) {
      const std::vector<std::string>& roles =
          loaded->roles.empty() ? step.approval_roles : loaded->roles;
      Rule rule = loaded->rule;
      for (auto [text, language] : {std::pair(&rule.reason_ko, Language::kKorean),
                                    {&rule.lift_ko, Language::kKorean},
                                    {&rule.reason_en, Language::kEnglish},
                                    {&rule.lift_en, Language::kEnglish}}) {
        *text = Filled(*text, language, principal, purpose, step, roles);
      }
      decision.rules.push_back(std::move(rule));
      if (!loaded->cure) continue;
      decision.permitted = decision.permitted && ByPeople(*loaded->cure);
      decision.obligations.push_back(
          {*loaded->cure, IsApproval(*loaded->cure) ? roles : std::vector<std::string>{},
           loaded->parameter, loaded->rule.id});
    }
    if (!decision.permitted) KeepForbids(answer, decision);
    if (decision.permitted && least_ == Least::kDeclared) DemandDeclared(step, decision);
    return decision;
  }

  static void DemandDeclared(const StepFacts& step, StepDecision& decision) {
    const auto declared = DeclaredApproval(step.approval_line, step.approval_roles);
    if (!declared) return;
    const bool demanded =
        std::any_of(decision.obligations.begin(), decision.obligations.end(),
                    [&](const Obligation& demanded) { return Covers(demanded, *declared); });
    if (demanded) return;
    decision.rules.push_back(DeclaredByTool(*declared));
    decision.obligations.push_back(*declared);
  }

  // A denial names what forbids for good, not what an approval would have lifted.
  static void KeepForbids(const CedarAnswer& answer, StepDecision& decision) {
    std::vector<Rule> forbids;
    for (size_t i = 0; i < answer.deciding.size(); ++i) {
      const LoadedRule& loaded = *answer.deciding[i];
      if (!loaded.permits && !(loaded.cure && ByPeople(*loaded.cure)))
        forbids.push_back(decision.rules[i]);
    }
    decision.obligations.clear();
    decision.rules = forbids.empty() ? std::vector<Rule>{NothingPermits()} : std::move(forbids);
  }

  static void DropMet(const Principal& requester, const CallBinding& binding,
                      std::vector<ApprovalFact> approvals, bool confirmed,
                      std::vector<Obligation>& obligations) {
    if (obligations.empty()) return;
    const std::string call_hash = binding.Hash();
    const auto is_reason = [](const Obligation& o) { return o.kind == Kind::kReason; };
    if (std::any_of(obligations.begin(), obligations.end(), is_reason)) {
      std::erase_if(approvals, [](const ApprovalFact& fact) { return fact.reason.empty(); });
    }
    const bool approved = std::any_of(
        approvals.begin(), approvals.end(),
        [&](const ApprovalFact& fact) { return fact.approved && fact.call_hash == call_hash; });
    std::erase_if(obligations, [&](const Obligation& obligation) {
      if (obligation.kind == Kind::kReason) return approved;
      if (obligation.kind == Kind::kConfirm) return confirmed;
      return Met(obligation, requester, call_hash, binding.label, approvals);
    });
  }

  const std::unique_ptr<CedarEngine> engine_;
  const Least least_;
};

absl::StatusOr<std::unique_ptr<Authorizer>> Make(const PolicyFiles& files, RuleTexts texts,
                                                 CedarAuthorizer::Least least) {
  ASSIGN_OR_RETURN(std::unique_ptr<CedarEngine> engine, CedarEngine::Load(files, texts));
  return std::make_unique<CedarAuthorizer>(std::move(engine), least);
}

}  // namespace

absl::StatusOr<std::unique_ptr<Authorizer>> MakeCedarAuthorizer(const std::string& directory) {
  ASSIGN_OR_RETURN(const PolicyFiles files, ReadPolicyFiles(directory));
  return MakeCedarAuthorizer(files);
}

absl::StatusOr<std::unique_ptr<Authorizer>> MakeCedarAuthorizer(const PolicyFiles& files,
                                                                RuleTexts texts) {
  return Make(files, texts, CedarAuthorizer::Least::kDeclared);
}

absl::StatusOr<std::unique_ptr<Authorizer>> MakeRulesAloneAuthorizer(const PolicyFiles& files) {
  return Make(files, RuleTexts::kAsSealed, CedarAuthorizer::Least::kByRulesAlone);
}

}  // namespace policies
