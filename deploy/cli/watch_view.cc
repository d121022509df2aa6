#include "deploy/cli/watch_view.h"

#include "deploy/cli/members.h"
#include "model_core/base/strings.h"

namespace deploy::cli {

using base::Json;
using base::StrCat;
using base::StringOr;

std::string WatchView::ToolOf(const std::string& step) const {
  if (!plan_.is_object()) return "";
  for (const Json& planned : Items(plan_, "steps")) {
    if (StringOr(planned, "id", "") == step) return StringOr(planned, "tool", "");
  }
  return "";
}

void WatchView::ShowOutcome(const Json& body, const std::string& state) {
  if (!std::exchange(steps_begun_, true)) page_.Heading(session_.Say("Steps", "진행"));
  Json step = body;
  step["state"] = state;
  step["tool"] = ToolOf(StringOr(body, "step", ""));
  ShowStep(session_, step, page_);
}

void WatchView::ShowQuestion(const Json& body) {
  steps_begun_ = false;
  Json approval = body;
  approval["id"] = StringOr(body, "approval_id", "");
  approval["step_id"] = StringOr(body, "step", "");
  approval["state"] = "pending";
  ShowApproval(session_, approval, page_);
}

void WatchView::ShowAnswer(const Json& body) {
  const bool approved = base::BoolOr(body, "approved", false),
             again = base::BoolOr(body, "once_more", false);
  const std::string who = StringOr(body, "approver", ""), reason = StringOr(body, "reason", "");
  page_.Line(StrCat(approved ? "✓ "
                    : again  ? "↻ "
                             : "✗ ",
                    who, "  ",
                    approved ? session_.Say("approved", "승인")
                    : again  ? session_.Say("once more", "다시 실행")
                             : session_.Say("rejected", "반려"),
                    reason.empty() ? "" : "  ", reason),
             2, approved ? Tone::kGood : Tone::kBad);
}

void WatchView::ShowState(const Json& body) {
  const Cell state = StateCell(session_, StringOr(body, "state", ""));
  page_.Heading(state.text);
  const std::string reason = StringOr(body, session_.korean() ? "reason_ko" : "reason_en", "");
  if (!reason.empty()) page_.Line(reason, 2, state.tone);
}

void WatchView::ShowBody(const std::string& type, const Json& event, const Json& body) {
  if (type == "run.created" || type == "run.replied") {
    page_.Heading(
        StrCat(StringOr(event, "actor", ""), "  ", ShortTime(StringOr(event, "time", ""))));
    page_.Line(StringOr(body, "text", ""), 2);
  } else if (type == "plan.made") {
    plan_ = Member(body, "plan");
    ShowPlan(session_, plan_, page_);
  } else if (type == "plan.checked") {
    ShowDecision(session_, body, page_);
  } else if (type == "approval.requested") {
    ShowQuestion(body);
  } else if (type == "approval.decided") {
    ShowAnswer(body);
  } else if (type == "approval.seal_broken") {
    const std::string who = StringOr(body, "approver", "");
    page_.Line(session_.Say(StrCat("✗ an answer as of ", who, " was refused, its seal is broken"),
                            StrCat("✗ ", who, " 명의의 답변은 봉인이 맞지 않아 거절했습니다")),
               2, Tone::kBad);
  } else if (type == "effect.resumed") {
    const std::string step = StringOr(body, "step", "");
    page_.Line(
        session_.Say(StrCat(step, " is taken up again"), StrCat(step, " 단계를 다시 잇습니다")), 2,
        Tone::kQuiet);
  } else if (type == "effect.outcome") {
    ShowOutcome(body, base::BoolOr(body, "ok", false) ? "succeeded" : "failed");
  } else if (type == "step.skipped") {
    ShowOutcome(body, "skipped");
  } else if (type == "answer.released") {
    page_.Heading(session_.Say("Answer", "답변"));
    page_.Line(base::Trim(StringOr(body, "text",
                                   session_.Say("(above your clearance)", "(열람 등급을 넘음)"))),
               2);
  } else if (type == "run.waiting" || type == "run.ended") {
    ShowState(body);
  } else if (type == "run.held") {
    page_.Line(StringOr(body, session_.korean() ? "reason_ko" : "reason_en", ""), 2, Tone::kWait);
  } else if (type == "run.goes_on") {
    page_.Line(session_.Say("it goes on", "이어서 진행합니다"), 2, Tone::kQuiet);
  } else if (type != "effect.intent") {  // its outcome says it again
    page_.Line(StrCat(type, "  ", StringOr(event, "actor", "")), 2, Tone::kQuiet);
  }
}

void WatchView::Show(const Json& event) {
  const Json body = Member(event, "body");
  ShowBody(StringOr(event, "type", ""), event, body.is_object() ? body : Json::object());
  session_.Print(page_.Take());
}

}  // namespace deploy::cli
