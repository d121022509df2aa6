// Policy's decision for people.
#include "deploy/cli/members.h"
#include "deploy/cli/plan_view.h"
#include "model_core/base/strings.h"

namespace deploy::cli {
namespace {

using base::Json;
using base::StrCat;
using base::StringOr;

std::string In(const Session& session, const Json& object, const std::string& stem) {
  return StringOr(object, StrCat(stem, session.korean() ? "_ko" : "_en"), "");
}

void ShowStepDecision(const Session& session, const Json& step, Page& page) {
  const bool permitted = base::BoolOr(step, "permitted", false);
  page.Row({{permitted ? "✓" : "✗", permitted ? Tone::kGood : Tone::kBad},
            {StringOr(step, "step", "?"), Tone::kStrong},
            {ToolTitle(session, StringOr(step, "tool", "?"))}},
           {1, 3, 0}, 2);
  for (const Json& rule : Items(step, "rules")) ShowRule(session, rule, page);
  for (const Json& obligation : Items(step, "obligations")) {
    page.Line(StrCat("• ", ObligationText(session, obligation)), 7, Tone::kWait);
  }
}

}  // namespace

void ShowRule(const Session& session, const Json& rule, Page& page) {
  page.Line(StrCat(StringOr(rule, "id", "?"), "  ", In(session, rule, "reason")), 7, Tone::kQuiet);
  const std::string lift = In(session, rule, "lift");
  if (!lift.empty()) page.Line(session.Say(StrCat("lifted by: ", lift), StrCat("해소: ", lift)), 9);
}

std::string ObligationText(const Session& session, const Json& obligation) {
  const std::string kind = StringOr(obligation, "kind", ""),
                    parameter = StringOr(obligation, "parameter", "");
  const std::string roles = ValueText(Items(obligation, "roles"));
  if (StringOr(obligation, "rule", "") == "in_doubt") {
    return session.Say(
        StrCat("word whether it was done, of ", roles.empty() ? "the requester" : roles),
        StrCat("처리 여부 확인: ", roles.empty() ? "요청자 본인" : roles));
  }
  if (kind == "approve_one")
    return session.Say(StrCat("approval by one of: ", roles), StrCat("승인 1명: ", roles));
  if (kind == "approve_two")
    return session.Say(StrCat("approval by two people: ", roles),
                       StrCat("서로 다른 부서 2명의 승인: ", roles));
  if (kind == "approve_licensed")
    return session.Say(StrCat("signature of a licence holder: ", roles),
                       StrCat("면허 보유자의 서명: ", roles));
  if (kind == "confirm")
    return session.Say("the requester's own confirmation", "요청자 본인의 확인");
  if (kind == "reason")
    return session.Say("the approver gives a reason", "승인자가 사유를 적어야 함");
  if (kind == "redact")
    return session.Say(StrCat("masked before it leaves: ", parameter),
                       StrCat("나가기 전에 가림: ", parameter));
  if (kind == "no_release_below")
    return session.Say(StrCat("no release below grade ", parameter),
                       StrCat(parameter, " 등급보다 낮은 곳에 제공 금지"));
  return kind;
}

void ShowDecision(const Session& session, const Json& decision, Page& page) {
  page.Heading(session.Say("Policy", "정책 판단"));
  const bool permitted = base::BoolOr(decision, "permitted", false);
  const std::string purpose = StringOr(decision, "purpose", "");
  const std::string word =
      permitted ? session.Say("permitted", "허용") : session.Say("denied", "불허");
  const std::string why =
      purpose.empty() ? "" : session.Say(StrCat("  purpose ", purpose), StrCat("  목적 ", purpose));
  page.Line(StrCat(word, why, "  ", session.Say("policy ", "정책 "),
                   StringOr(decision, "policy_version", "").substr(0, 12)),
            2, permitted ? Tone::kGood : Tone::kBad);
  for (const Json& step : Items(decision, "steps")) ShowStepDecision(session, step, page);
}

}  // namespace deploy::cli
