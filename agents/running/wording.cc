#include "agents/running/wording.h"

#include <map>

#include "model_core/base/strings.h"
#include "model_core/base/text.h"

namespace agents {
namespace {

using base::Language;
using base::StrCat;

const std::map<std::string_view, std::string_view>& KoreanCaptions() {
  static const auto* const captions = new std::map<std::string_view, std::string_view>{
      {"query", "찾을 내용"},   {"law", "법령 이름"},    {"kind", "종류"},        {"as_of", "기준일"},
      {"jo", "조문 번호"},      {"hang", "항"},          {"ho", "호"},            {"period", "기간"},
      {"target", "확인할 대상"}, {"corpus", "문서 종류"}, {"patient", "환자 번호"}, {"section", "항목"},
      {"at", "기준일"},         {"drugs", "약 이름"},    {"tests", "검사 이름"},  {"modality", "영상 종류"},
      {"body_part", "부위"},    {"drug", "약 이름"},     {"dose", "용량"},        {"frequency", "복용 횟수"},
      {"check", "점검 번호"},   {"order", "처방 번호"},  {"override", "사유"},    {"condition", "대상 조건"},
      {"columns", "항목"},      {"recipient", "받는 곳"}, {"tags", "태그"},       {"aggregate", "집계 방법"},
      {"area", "구역"},         {"priority", "우선순위"}, {"alarm", "알람 번호"}, {"comment", "의견"},
      {"tag", "태그"},          {"chart", "관리도"},     {"rules", "판정 규칙"},  {"line", "라인"},
      {"shift", "근무조"},      {"asset", "설비"},       {"fault", "고장 내용"},  {"due", "기한"},
      {"value", "값"},          {"unit", "부대 또는 단위"}, {"reason", "사유"},   {"equipment", "장비"},
      {"status", "상태"},       {"item", "품목"},        {"site", "창고"},        {"days", "일수"},
      {"class", "보급 종류"},   {"items", "품목"},       {"quantities", "수량"},  {"requisition", "청구서 번호"},
      {"since", "시작 시각"},   {"document", "문서 번호"}, {"grade", "등급"},     {"dataset", "자료"},
      {"measure", "집계"},      {"filter", "조건"},      {"group_by", "구분"},    {"part", "부분"},
      {"subject", "제목"},      {"sources", "근거 자료"}, {"body", "본문"},       {"kinds", "가릴 항목"},
      {"sender", "보낸 사람"},  {"to", "받는 사람"},     {"attachment", "첨부 문서"}, {"title", "제목"},
      {"queue", "담당 부서"},   {"place", "장소"}};
  return *captions;
}

std::string Roles(const std::vector<std::string>& roles) { return base::StrJoin(roles, ", "); }

std::string_view RefusalEnglish(RefuseReason reason) {
  switch (reason) {
    case RefuseReason::kHarmful:
      return "the request asks for something harmful or for a way around approval, audit or labels";
    case RefuseReason::kNotPermitted:
      return "you may not use a tool that this needs, or it needs two purposes at once: ask for each part "
             "in a request of its own, or ask someone who may";
    case RefuseReason::kOutOfScope: break;
  }
  return "no tool of this organisation does this";
}

std::string_view RefusalKorean(RefuseReason reason) {
  switch (reason) {
    case RefuseReason::kHarmful:
      return "해로운 일이거나 승인·감사·등급을 피하려는 요청이라 처리하지 않습니다";
    case RefuseReason::kNotPermitted:
      return "이 일에 필요한 도구를 쓸 권한이 없거나 한 요청에 두 가지 목적이 섞여 있습니다. "
             "목적별로 나누어 요청하거나 권한이 있는 분께 부탁하세요";
    case RefuseReason::kOutOfScope: break;
  }
  return "이 기관의 도구로는 할 수 없는 일입니다";
}

}  // namespace

std::string Caption(std::string_view argument, Language language) {
  auto it = KoreanCaptions().find(argument);
  if (language == Language::kKorean && it != KoreanCaptions().end()) return std::string(it->second);
  return base::ReplaceAll(argument, "_", " ");
}

std::string AskText(const Plan& plan, const tools::Catalogue& catalogue, Language language) {
  std::string text;
  for (const std::string& slot : plan.missing) {
    const size_t dot = slot.rfind('.');
    const std::string tool = slot.substr(0, dot);
    const std::string caption = Caption(slot.substr(dot + 1), language);
    const tools::ToolSpec* spec = catalogue.Find(tool);
    if (!text.empty()) text += " ";
    if (language == Language::kKorean) {
      text += StrCat(spec == nullptr ? tool : spec->title, "에 필요한 ", base::WithParticle(caption, "을"),
                     " 알려 주세요.");
    } else {
      text += StrCat("Please give the ", caption, " for ", tool, ".");
    }
  }
  return text;
}

Wording RefusalText(const Plan& plan, std::string_view unavailable_tool) {
  if (!unavailable_tool.empty()) {
    return {StrCat("the connector of tool '", unavailable_tool, "' is not available now"),
            StrCat("도구 '", unavailable_tool, "'에 연결된 시스템을 지금 쓸 수 없습니다")};
  }
  return {std::string(RefusalEnglish(plan.reason)), std::string(RefusalKorean(plan.reason))};
}

Wording DenialText(const policies::PlanDecision& decision) {
  Wording wording;
  for (const policies::StepDecision& step : decision.steps) {
    if (step.permitted) continue;
    for (const policies::Rule& rule : step.rules) {
      wording.english += StrCat(wording.english.empty() ? "" : "; ", step.tool, ": ", rule.reason_en, " [", rule.id,
                                "]", rule.lift_en.empty() ? "" : StrCat(" (", rule.lift_en, ")"));
      wording.korean += StrCat(wording.korean.empty() ? "" : "; ", step.tool, ": ", rule.reason_ko, " [", rule.id,
                               "]", rule.lift_ko.empty() ? "" : StrCat(" (", rule.lift_ko, ")"));
    }
  }
  if (wording.english.empty()) return {"policy does not permit this", "정책이 허용하지 않습니다"};
  return wording;
}

Wording RejectionText(const Approval& approval) {
  for (const Approval::Answer& answer : approval.answers) {
    if (answer.approved) continue;
    return {StrCat(approval.tool, " was rejected by ", answer.approver, ": ", answer.reason),
            StrCat(approval.tool, ": ", base::WithParticle(answer.approver, "이"), " 반려했습니다. 사유: ",
                   answer.reason)};
  }
  return {StrCat(approval.tool, " was rejected"), StrCat(approval.tool, ": 반려되었습니다")};
}

Wording WaitingText(const Run& run) {
  Wording wording;
  for (const auto& [id, approval] : run.approvals) {
    if (approval.state != "pending") continue;
    const bool confirm = approval.obligation.kind == policies::Obligation::Kind::kConfirm;
    const std::string who = confirm ? run.request.principal : Roles(approval.obligation.roles);
    const bool question = approval.obligation.rule == kInDoubtRule;
    wording.english += StrCat(wording.english.empty() ? "" : "; ", approval.step_id, " ", approval.tool,
                              question ? ": did it happen? asked of " : ": waits for ", who);
    wording.korean += StrCat(wording.korean.empty() ? "" : "; ", approval.step_id, " ", approval.tool,
                             question ? ": 처리 여부를 확인해 주세요 — " : ": 승인 대기 — ", who);
  }
  return wording;
}

Wording FailureText(const Run& run) {
  for (const auto& [id, step] : run.steps) {
    if (step.state != StepState::kFailed) continue;
    const Step* planned = run.plan->Find(id);
    const std::string tool = planned == nullptr ? id : planned->tool;
    return {StrCat(id, " ", tool, ": ", base::StringOr(step.error, "message_en", "failed")),
            StrCat(id, " ", tool, ": ", base::StringOr(step.error, "message_ko", "실패했습니다"))};
  }
  return {};
}

Wording LabelTooHigh(const policies::Label& label, const policies::Clearance& clearance) {
  policies::Label held = policies::UserLabel();
  held.n2sf = clearance.n2sf;
  held.mil = clearance.mil;
  return {StrCat("the result is labelled ", policies::Describe(label, Language::kEnglish), ", you hold ",
                 policies::Describe(held, Language::kEnglish)),
          StrCat("결과의 등급은 ", policies::Describe(label, Language::kKorean), "인데 보유하신 등급은 ",
                 policies::Describe(held, Language::kKorean), "입니다")};
}

}  // namespace agents
