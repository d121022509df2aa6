#include "deploy/cli/run_view.h"

#include "agents/captions.h"
#include "deploy/cli/members.h"
#include "model_core/base/strings.h"
#include "policies/named_record.h"

namespace deploy::cli {
namespace {

using base::Json;
using base::StrCat;
using base::StringOr;

struct StateWord {
  std::string_view name, korean;
  Tone tone;
};
constexpr StateWord kStates[] = {{"submitted", "접수", Tone::kPlain},
                                 {"working", "진행 중", Tone::kPlain},
                                 {"input_required", "입력 대기", Tone::kWait},
                                 {"approval_required", "승인 대기", Tone::kWait},
                                 {"in_doubt", "처리 여부 확인", Tone::kWait},
                                 {"completed", "완료", Tone::kGood},
                                 {"failed", "실패", Tone::kBad},
                                 {"canceled", "취소", Tone::kQuiet},
                                 {"rejected", "거부", Tone::kBad},
                                 {"pending", "대기", Tone::kWait},
                                 {"approved", "승인", Tone::kGood},
                                 {"void", "무효", Tone::kQuiet}};

// The records that a call names: title and grade, old and new where the call changes it.
void ShowRecords(const Session& session, const Json& shown, Page& page) {
  if (Member(Member(shown, "records"), "withheld").is_object()) return;  // the arguments say it
  const auto records = policies::ParseNamedRecords(Member(shown, "records"));
  if (!records.ok()) return;
  for (const policies::NamedRecord& record : *records) {
    page.Line(
        StrCat(record.id, record.title.empty() ? "" : StrCat("  「", record.title, "」"), "  ",
               session.Say("grade ", "등급 "), policies::DescribeGrade(record, session.language)),
        4, policies::Lowers({record}) ? Tone::kWait : Tone::kPlain);
  }
}

// What is to be approved, or that it is above the reader's grade.
void ShowShown(const Session& session, const std::string& tool, const Json& shown, Page& page) {
  const auto above = policies::ParseLabel(Member(Member(shown, "arguments"), "withheld"));
  if (above.ok()) {
    const std::string grade = policies::Describe(*above, session.language);
    page.Line(
        session.Say(StrCat("what it acts on is graded ", grade, ", above your clearance"),
                    StrCat("처리할 자료의 등급은 ", grade, "로, 열람 등급을 넘어 보이지 않습니다")),
        4, Tone::kWait);
    return;
  }
  ShowArguments(session, tool, Member(shown, "arguments"), 4, page);
  ShowRecords(session, shown, page);
}

std::string Reason(const Session& session, const Json& json) {
  return StringOr(json, session.korean() ? "reason_ko" : "reason_en", "");
}

void ShowSteps(const Session& session, const Json& run, Page& page) {
  const Json plan = Member(run, "plan"), steps = Member(run, "steps");
  if (!plan.is_object() || !steps.is_object() || steps.empty()) return;
  page.Heading(session.Say("Steps", "진행"));
  for (const Json& planned : Items(plan, "steps")) {
    const std::string id = StringOr(planned, "id", "");
    Json step = Json::object();
    if (const Json& held = Member(steps, id); held.is_object()) step = held;
    step["step"] = id;
    step["tool"] = StringOr(planned, "tool", "");
    const std::string state = StringOr(step, "state", "");
    if (state == "pending" || state == "awaiting_approval" || state == "intended") {
      page.Row({{"·"},
                {id, Tone::kStrong},
                {ToolTitle(session, StringOr(planned, "tool", ""))},
                {StateCell(session, state).text, Tone::kWait}},
               {1, 3, 24, 0}, 2);
    } else {
      ShowStep(session, step, page);
    }
  }
}

}  // namespace

Cell StateCell(const Session& session, const std::string& state) {
  for (const StateWord& word : kStates) {
    if (word.name == state) return {session.Say(word.name, word.korean), word.tone};
  }
  return {state};
}

Cell ApprovalStateCell(const Session& session, const std::string& state) {
  Cell cell = StateCell(session, state);
  if (state == "rejected" && session.korean()) cell.text = "반려";
  return cell;
}

std::string ShortTime(const std::string& time) { return agents::TimeForPeople(time); }

void ShowRun(const Session& session, const Json& run, Page& page) {
  page.Fields({{session.Say("run", "실행"), StringOr(run, "id", "")},
               {session.Say("request", "요청"), StringOr(run, "text", "")},
               {session.Say("requester", "요청자"), StringOr(run, "principal", "")},
               {session.Say("state", "상태"), StateCell(session, StringOr(run, "state", "")).text},
               {session.Say("created", "접수"), ShortTime(StringOr(run, "created", ""))},
               {session.Say("updated", "갱신"), ShortTime(StringOr(run, "updated", ""))}},
              0);
  if (Member(run, "plan").is_object()) ShowPlan(session, run["plan"], page);
  if (Member(run, "decision").is_object()) ShowDecision(session, run["decision"], page);
  ShowSteps(session, run, page);
  for (const Json& approval : Items(run, "approvals")) ShowApproval(session, approval, page);
  if (const std::string answer = StringOr(run, "answer", ""); !answer.empty()) {
    page.Heading(session.Say("Answer", "답변"));
    page.Line(base::Trim(answer), 2);
  }
  if (const std::string reason = Reason(session, run); !reason.empty()) {
    page.Heading(session.Say("Why", "사유"));
    page.Line(reason, 2);
  }
}

void ShowApproval(const Session& session, const Json& approval, Page& page) {
  const std::string tool = StringOr(approval, "tool", "");
  const Json shown = Member(approval, "shown");
  page.Heading(StrCat(session.Say("Approval ", "승인 "), StringOr(approval, "id", "")));
  std::vector<std::pair<std::string, std::string>> fields = {
      {session.Say("state", "상태"),
       ApprovalStateCell(session, StringOr(approval, "state", "")).text},
      {session.Say("requester", "요청자"), StringOr(approval, "requester", "")},
      {session.Say("request", "요청"), StringOr(shown, "request", "")},
      {session.Say("step", "단계"),
       StrCat(StringOr(approval, "step_id", ""), "  ", ToolTitle(session, tool))},
      {session.Say("in doubt", "확인 사유"),
       StringOr(shown, session.korean() ? "why_ko" : "why_en", "")},
      {session.Say("needs", "필요"), ObligationText(session, Member(approval, "obligation"))},
      {session.Say("run", "실행"), StringOr(approval, "run_id", "")},
      {session.Say("hash", "해시"), StringOr(approval, "call_hash", "")}};
  std::erase_if(fields, [](const auto& field) { return field.second.empty(); });
  page.Fields(fields, 2);
  ShowShown(session, tool, shown, page);
  for (const Json& answer : Items(approval, "answers")) {
    page.Line(StrCat(base::BoolOr(answer, "approved", false)    ? "✓ "
                     : base::BoolOr(answer, "once_more", false) ? "↻ "
                                                                : "✗ ",
                     StringOr(answer, "approver", ""), "  ",
                     ShortTime(StringOr(answer, "time", "")), "  ", StringOr(answer, "reason", "")),
              2);
  }
}

}  // namespace deploy::cli
