#include "deploy/cli/ask_view.h"

#include "deploy/cli/members.h"
#include "model_core/base/strings.h"
#include "model_core/base/text.h"

namespace deploy::cli {

using base::Json;
using base::StrCat;
using base::StringOr;

void AskView::ShowApprovals(const TaskProgress& progress) {
  page_.Heading(session_.Say("Waits for approval", "승인 대기"));
  for (const Json& approval : progress.approvals()) {
    const std::string id = StringOr(approval, "approval_id", "?");
    const bool doubt = StringOr(Member(approval, "obligation"), "rule", "") == "in_doubt";
    if (doubt) page_.Line(progress.ReasonIn(session_.language), 2, Tone::kWait);
    page_.Line(StrCat(StringOr(approval, "step", "?"), "  ",
                      ToolTitle(session_, StringOr(approval, "tool", "?"))),
               2, Tone::kWait);
    page_.Fields(
        {{session_.Say("needs", "필요"), ObligationText(session_, Member(approval, "obligation"))},
         {session_.Say("hash", "해시"), StringOr(approval, "call_hash", "")},
         {doubt ? session_.Say("answer", "답변") : session_.Say("approve", "승인"),
          StrCat("maru approvals ", doubt ? "approve|again|reject " : "approve ", id,
                 session_.Say(" --as PRINCIPAL", " --as 승인자"))}},
        5);
  }
}

void AskView::Show(const TaskProgress& progress, const std::string& what) {
  if (session_.json) return;
  if (what == "plan") {
    steps_begun_ = false;
    ShowPlan(session_, progress.Artifact("plan"), page_);
  } else if (what == "decision") {
    ShowDecision(session_, progress.Artifact("decision"), page_);
  } else if (what == "answer") {
    page_.Heading(session_.Say("Answer", "답변"));
    page_.Line(base::Trim(progress.answer()), 2);
  } else if (what == "state") {
    if (progress.NeedsApproval()) ShowApprovals(progress);
    if (progress.NeedsInput()) page_.Heading(progress.reason());
  } else if (what == "held") {
    page_.Line(progress.reason(), 2, Tone::kWait);
  } else if (what.starts_with("step-")) {
    if (!std::exchange(steps_begun_, true)) page_.Heading(session_.Say("Steps", "진행"));
    ShowStep(session_, progress.Artifact(what), page_);
  }
  Flush();
}

void AskView::Finish(const TaskProgress& progress, bool detached) {
  const std::string& id = progress.id();
  if (session_.json) return session_.PrintJson(progress.ToJson());
  if (detached && !progress.Ended()) {
    session_.Note(StrCat("detached; run ", id, " goes on: maru runs watch ", id),
                  StrCat("지켜보기를 멈췄습니다. 실행 ", base::WithParticle(id, "은"),
                         " 계속됩니다: maru runs watch ", id));
    return;
  }
  if (progress.NeedsInput()) {
    session_.Note(StrCat("waits for your input: maru ask --reply ", id, " \"…\""),
                  StrCat("입력을 기다립니다: maru ask --reply ", id, " \"…\""));
  } else if (progress.NeedsApproval()) {
    session_.Note(StrCat("waits for approval; see: maru runs watch ", id),
                  StrCat("승인을 기다립니다. 이어 보기: maru runs watch ", id));
  } else if (ExitCodeOfState(progress.state()) != ExitCode::kOk) {
    page_.Heading(session_.Say("Not done", "처리하지 못함"));
    const std::string& reason = progress.ReasonIn(session_.language);
    page_.Line(reason.empty() ? progress.state() : reason, 2, Tone::kBad);
  }
  if (!id.empty()) {
    page_.Heading(StrCat(session_.Say("run ", "실행 "), id));
    page_.Line(session_.Say(StrCat("evidence: maru audit export ", id),
                            StrCat("증거: maru audit export ", id)),
               2, Tone::kQuiet);
  }
  Flush();
}

}  // namespace deploy::cli
