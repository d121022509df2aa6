#include "agents/running/wording.h"

#include <algorithm>

#include "agents/captions.h"
#include "agents/refusal.h"
#include "model_core/base/strings.h"
#include "model_core/base/text.h"

namespace agents {
namespace {

using base::Language;
using base::StrCat;

std::string Title(const tools::Catalogue& catalogue, std::string_view tool) {
  const tools::ToolSpec* spec = catalogue.Find(tool);
  return spec == nullptr ? std::string(tool) : spec->title;
}

void Add(Wording& wording, const Wording& more) {
  wording.english += StrCat(wording.english.empty() ? "" : "; ", more.english);
  wording.korean += StrCat(wording.korean.empty() ? "" : "; ", more.korean);
}

}  // namespace

base::Json ToJson(const Wording& why, const std::vector<policies::Rule>& rules) {
  base::Json json = {{"message_en", why.english}, {"message_ko", why.korean}};
  for (const policies::Rule& rule : rules) json["rules"].push_back(policies::ToJson(rule));
  return json;
}

base::Json Denied(const Wording& why, const std::vector<policies::Rule>& rules) {
  base::Json denied = ToJson(why, rules);
  denied["reason"] = "denied";
  return denied;
}

std::string AskText(const Plan& plan, const tools::Catalogue& catalogue, Language language) {
  std::string text;
  for (const std::string& slot : plan.missing) {
    const size_t dot = slot.rfind('.');
    const std::string tool = slot.substr(0, dot);
    const std::string caption = ArgumentCaption(tool, slot.substr(dot + 1), language);
    const tools::ToolSpec* spec = catalogue.Find(tool);
    if (!text.empty()) text += " ";
    if (language == Language::kKorean) {
      text += StrCat(spec == nullptr ? tool : spec->title, "에 필요한 ",
                     base::WithParticle(caption, "을"), " 알려 주십시오.");
    } else {
      text += StrCat("Please give the ", caption, " for ", tool, ".");
    }
  }
  return text;
}

Wording RefusalText(const Plan& plan, std::string_view unusable_tool,
                    const tools::Catalogue& catalogue) {
  if (!unusable_tool.empty() && plan.reason == RefuseReason::kNotPermitted) {
    return {
        StrCat("this needs tool '", unusable_tool,
               "', which you may not use [access.tool] (ask someone who may, or have it added "
               "to your roles)"),
        StrCat("이 일에는 '", Title(catalogue, unusable_tool), "'(", unusable_tool,
               ") 도구가 필요한데 쓸 권한이 없습니다 [access.tool] (권한이 있는 분께 부탁하거나 "
               "관리자에게 역할에 넣어 달라고 하십시오)")};
  }
  if (!unusable_tool.empty()) {
    return {StrCat("the system behind tool '", unusable_tool,
                   "' is not available now; ask again later"),
            StrCat("'", Title(catalogue, unusable_tool),
                   "'에 연결된 시스템을 지금 쓸 수 없습니다. 잠시 뒤에 다시 요청하십시오")};
  }
  Wording wording;
  for (const policies::Rule& rule : RefusalRules(plan.reason)) Add(wording, RuleText(rule));
  return wording;
}

Wording DenialText(const policies::PlanDecision& decision, const tools::Catalogue& catalogue) {
  Wording wording;
  for (const policies::StepDecision& step : decision.steps) {
    if (!step.permitted) Add(wording, DenialText(step, catalogue));
  }
  if (wording.english.empty()) return {"policy does not permit this", "정책이 허용하지 않습니다"};
  return wording;
}

Wording DenialText(const policies::StepDecision& decision, const tools::Catalogue& catalogue) {
  Wording wording;
  for (const policies::Rule& rule : decision.rules) {
    const Wording said = RuleText(rule);
    Add(wording, {StrCat(decision.tool, ": ", said.english),
                  StrCat(Title(catalogue, decision.tool), ": ", said.korean)});
  }
  if (wording.english.empty()) return {"policy does not permit this", "정책이 허용하지 않습니다"};
  return wording;
}

Wording UndecidedText(const absl::Status& status) {
  return {
      StrCat(
          "policy could not decide, so it is refused: ", base::Message(status, Language::kEnglish),
          " [policy.undecided] (ask again; if it stays so, tell the administrator)"),
      StrCat("정책 판단을 내릴 수 없어 거부했습니다: ", base::Message(status, Language::kKorean),
             " [policy.undecided] (다시 요청하고, 계속되면 관리자에게 알려 주십시오)")};
}

Wording RejectionText(const Approval& approval, const tools::Catalogue& catalogue) {
  const std::string title = Title(catalogue, approval.tool);
  for (const Approval::Answer& answer : approval.answers) {
    if (answer.approved) continue;
    return {StrCat(approval.tool, " was rejected by ", answer.approver, ": ", answer.reason),
            StrCat(title, ": ", base::WithParticle(answer.approver, "이"),
                   " 반려했습니다. 사유: ", answer.reason)};
  }
  return {StrCat(approval.tool, " was rejected"), StrCat(title, ": 반려되었습니다")};
}

Wording CanceledText() { return {"canceled by the requester", "신청자가 취소했습니다"}; }

Wording InactiveText(const std::string& principal) {
  return {StrCat("principal '", principal, "' is no longer active"),
          StrCat("사용자 '", principal, "'의 계정이 정지되어 더 진행하지 않습니다")};
}

Wording DraftInDoubtText(const Wording& why, std::string_view key) {
  return {StrCat(why.english, "; a draft may exist: look for key '", key,
                 "' in that system before asking again"),
          StrCat(why.korean,
                 ". 초안이 이미 만들어졌을 수 있습니다. 다시 요청하기 전에 그 시스템에서 키 '", key,
                 "'로 저장된 초안이 있는지 확인하십시오")};
}

Wording LookedUpText(int times, absl::Duration since, const tools::ToolError* failure) {
  const int64_t seconds = absl::ToInt64Seconds(since);
  const std::string english = StrCat(times, times == 1 ? " time" : " times", ", last ", seconds,
                                     " s after it was sent"),
                    korean = StrCat("보낸 지 ", seconds, "초가 될 때까지 ", times, "번");
  if (failure == nullptr) {
    return {StrCat("its answer was lost; it was looked up ", english, ", and not found"),
            StrCat("응답을 받지 못해 ", korean, " 조회했으나 찾지 못했습니다")};
  }
  return {StrCat("its answer was lost; it was looked up ", english,
                 ", and that could not be told: ", failure->message_en),
          StrCat("응답을 받지 못해 ", korean, " 조회했으나 확인할 수 없었습니다. ",
                 failure->message_ko)};
}

Wording ApprovalsVoidText() {
  return {
      "the approvals given no longer suffice: an approver lost the role or the account; ask again",
      "받은 승인이 더 이상 유효하지 않습니다. 승인자의 역할이나 계정이 바뀌었습니다. 다시 "
      "요청하십시오"};
}

Wording PlannerAwayText(absl::Duration patience) {
  const int64_t minutes = absl::ToInt64Minutes(patience);
  return {
      StrCat("the planning model does not answer: the run waits, goes on by itself once it does, "
             "and fails if it has not after ",
             minutes, " minutes"),
      StrCat("계획 모델이 응답하지 않습니다. 실행은 기다렸다가 응답하면 스스로 이어지고, ", minutes,
             "분이 지나도 응답하지 않으면 실패로 끝납니다")};
}

Wording NoWorkerText() {
  return {"every worker is busy with other runs: the run waits for its turn",
          "모든 작업자가 다른 실행을 처리하고 있습니다. 실행은 차례를 기다립니다"};
}

Wording CallUnderWayText(const std::string& step, const std::string& tool, bool lost,
                         const tools::Catalogue& catalogue) {
  const std::string title = StrCat(step, " ", Title(catalogue, tool));
  if (lost) {
    return {StrCat(step, " ", tool,
                   ": the answer is overdue; whether it was done is being looked up, "
                   "or it is asked again where that is safe"),
            StrCat(title,
                   ": 응답이 제때 오지 않았습니다. 처리되었는지 조회하고 있거나, 다시 해도 "
                   "안전한 것이면 다시 요청하고 있습니다")};
  }
  return {StrCat(step, " ", tool, ": the system behind it has not answered yet"),
          StrCat(title, ": 연결된 시스템의 응답을 기다립니다")};
}

Waiting WaitingText(const Run& run, const tools::Catalogue& catalogue) {
  Waiting waiting;
  for (const auto& [id, approval] : run.approvals) {
    if (approval.state != "pending") continue;
    const bool confirm = approval.obligation.kind == policies::Obligation::Kind::kConfirm;
    const bool question = approval.obligation.rule == kInDoubtRule;
    const std::string who =
        confirm ? run.request.principal : base::StrJoin(approval.obligation.roles, ", ");
    const std::string title = Title(catalogue, approval.tool);
    const std::string why_en = base::StringOr(approval.shown, "why_en", ""),
                      why_ko = base::StringOr(approval.shown, "why_ko", "");
    Add(waiting.why, {StrCat(approval.step_id, " ", approval.tool,
                             question ? StrCat(": was it done?", why_en.empty() ? "" : " ", why_en,
                                               "; asked of ")
                                      : ": waits for ",
                             who),
                      StrCat(approval.step_id, " ", title,
                             question ? StrCat(": 처리되었는지 확인이 필요합니다. ", why_ko,
                                               why_ko.empty() ? "" : ". ", "확인할 사람: ")
                             : confirm ? ": 진행할지 확인해 주십시오. 확인할 사람: "
                                       : ": 승인을 기다립니다. 승인할 역할: ",
                             who)});
    const RunState state = question  ? RunState::kInDoubt
                           : confirm ? RunState::kInputRequired
                                     : RunState::kApprovalRequired;
    waiting.state = std::max(waiting.state.value_or(state), state);
  }
  return waiting;
}

Ending EndingOf(const Run& run, const tools::Catalogue& catalogue) {
  if (run.cancel_requested) return {RunState::kCanceled, CanceledText()};
  Ending ending{RunState::kCompleted, {}};
  for (const auto& [id, step] : run.steps) {
    const std::string reason = base::StringOr(step.error, "reason", "");
    const bool refused =
        step.state == StepState::kSkipped && (reason == "denied" || reason == "rejected");
    const bool unseen = step.state == StepState::kSkipped && reason == "look_up_failed";
    if (step.state == StepState::kFailed || unseen) {
      const Step* planned = run.plan->Find(id);
      const std::string tool = planned == nullptr ? id : planned->tool;
      const std::string code = base::StringOr(step.error, "code", "");
      const bool refused_late = code == "label_too_high" || code == "forbidden";
      return {refused_late ? RunState::kRejected : RunState::kFailed,
              FailureText(id, tool, base::StringOr(step.error, "message_en", "failed"),
                          base::StringOr(step.error, "message_ko", "실패했습니다"), catalogue)};
    }
    if (refused) {
      ending.state = RunState::kRejected;
      Add(ending.why, {base::StringOr(step.error, "message_en", ""),
                       base::StringOr(step.error, "message_ko", "")});
    }
  }
  return ending;
}

policies::Rule RecordChanged(const policies::NamedRecords& then,
                             const policies::NamedRecords& now) {
  policies::Rule rule{kRecordChangedRule, "처리할 기록이 승인할 때와 다릅니다",
                      "the records that it acts on are not what they were when people answered",
                      "바뀐 기록으로 다시 요청하고 승인을 받으십시오",
                      "ask again, and have what is there now approved"};
  for (size_t i = 0; i < std::min(then.size(), now.size()); ++i) {
    const std::string& id = now[i].id;
    const auto grade = [i](const policies::NamedRecords& records, Language language) {
      return policies::DescribeGrade(records[i], language);
    };
    if (grade(then, Language::kEnglish) != grade(now, Language::kEnglish)) {
      rule.reason_en =
          StrCat(id, " has changed since people answered: then ", grade(then, Language::kEnglish),
                 ", now ", grade(now, Language::kEnglish));
      rule.reason_ko =
          StrCat(base::WithParticle(id, "이"), " 승인할 때와 달라졌습니다: 그때 ",
                 grade(then, Language::kKorean), ", 지금 ", grade(now, Language::kKorean));
    } else if (then[i].title != now[i].title) {
      rule.reason_en = StrCat(id, " has another title than when people answered");
      rule.reason_ko = StrCat(id, "의 제목이 승인할 때와 다릅니다");
    }
  }
  return rule;
}

Wording FailureText(const std::string& step, const std::string& tool, const std::string& english,
                    const std::string& korean, const tools::Catalogue& catalogue) {
  return {StrCat(step, " ", tool, ": ", english),
          StrCat(step, " ", Title(catalogue, tool), ": ", korean)};
}

Wording RuleText(const policies::Rule& rule) {
  return {StrCat(rule.reason_en, " [", rule.id, "]",
                 rule.lift_en.empty() ? "" : StrCat(" (", rule.lift_en, ")")),
          StrCat(rule.reason_ko, " [", rule.id, "]",
                 rule.lift_ko.empty() ? "" : StrCat(" (", rule.lift_ko, ")"))};
}

// The plan was judged by floors; what was read is graded higher. The same rule in both cases.
policies::Rule LabelTooHigh(const policies::Label& label, const policies::Clearance& clearance) {
  policies::Label held = policies::UserLabel();
  held.n2sf = clearance.n2sf;
  held.mil = clearance.mil;
  return {"access.clearance",
          StrCat("결과의 등급은 ", policies::Describe(label, Language::kKorean),
                 "인데 보유하신 등급은 ", policies::Describe(held, Language::kKorean), "입니다"),
          StrCat("the result is labelled ", policies::Describe(label, Language::kEnglish),
                 ", you hold ", policies::Describe(held, Language::kEnglish)),
          "해당 등급의 취급 인가를 가진 분이 요청해야 합니다",
          "someone cleared for that grade has to ask"};
}

}  // namespace agents
