#include "deploy/cli/verify_report.h"

#include <algorithm>

#include "deploy/cli/display.h"
#include "deploy/cli/run_view.h"
#include "model_core/base/strings.h"
#include "model_core/base/text.h"

namespace deploy::cli {
namespace {

using base::Json;
using base::StrCat;

constexpr std::string_view kOutcomes[] = {"holds", "fails", "not_checked"};
constexpr int kNameCells = 12;
constexpr size_t kValueCells = 40;  // an id is one of 36

std::string NameOf(const Session& session, const Finding& finding) {
  if (finding.name == "log") return session.Say("log", "감사 기록");
  if (finding.name == "end") return session.Say("end", "끝");
  if (finding.name == "answer") return session.Say("answer", "답변");
  if (finding.name == "decisions") return session.Say("decisions", "판단");
  if (finding.name == "labels") return session.Say("labels", "등급");
  return finding.name == "plan" ? session.Say("plan", "계획") : session.Say("approvals", "승인");
}

// What a file holds is not a line of the report.
std::string OneLine(std::string_view text) {
  std::u32string points = base::CodePoints(text);
  const auto breaks = [](char32_t c) {
    return c < 0x20 || (c >= 0x7F && c < 0xA0) || c == 0x2028 || c == 0x2029;
  };
  std::replace_if(points.begin(), points.end(), breaks, U' ');
  return base::Utf8(points);
}

// Nor is it wrapped into one.
std::string OneValue(std::string_view text) { return Cut(OneLine(text), kValueCells); }

// "record 4 · effect.outcome · 2026-11-24 10:00 · id"
std::string RecordText(const Session& session, const policies::AuditExport& bundle,
                       int64_t position) {
  const policies::AuditRecord& record = bundle.entries[static_cast<size_t>(position)].record;
  return StrCat(session.Say(StrCat("record ", position), StrCat(position, "번 기록")), " · ",
                OneValue(record.type), " · ", OneValue(ShortTime(record.time)), " · ",
                OneValue(record.id));
}

}  // namespace

VerifyReport::VerifyReport(const policies::AuditExport& bundle,
                           const std::vector<Finding>& findings, bool key_given)
    : bundle_(bundle), findings_(findings), key_given_(key_given) {
  for (const Finding& finding : findings) {
    good_ = good_ && finding.outcome != Finding::Outcome::kFails;
    const bool holds = finding.outcome == Finding::Outcome::kHolds;
    recomputed_ = recomputed_ || (finding.name == "plan" && holds);
    recomposed_ = recomposed_ && (finding.name != "answer" || holds);
    redecided_ = redecided_ && (finding.name != "decisions" || holds);
  }
}

Json VerifyReport::ToJson() const {
  Json checks = Json::array();
  for (const Finding& finding : findings_) {
    Json check = {{"name", finding.name},
                  {"outcome", kOutcomes[static_cast<int>(finding.outcome)]},
                  {"detail_en", finding.english},
                  {"detail_ko", finding.korean}};
    if (finding.record >= 0) {
      const auto& record = bundle_.entries[static_cast<size_t>(finding.record)].record;
      check["record"] = {{"position", finding.record},
                         {"id", record.id},
                         {"type", record.type},
                         {"time", record.time}};
    }
    checks.push_back(std::move(check));
  }
  return {{"ok", good_},
          {"plan_recomputed", recomputed_},
          {"answer_recomputed", good_ && recomposed_},
          {"decisions_reevaluated", good_ && redecided_},
          {"run_id", bundle_.run_id},
          {"records", bundle_.entries.size()},
          {"key_given", key_given_},
          {"checks", std::move(checks)}};
}

void VerifyReport::Show(const Session& session, Page& page) const {
  page.Line(StrCat(session.Say("run ", "실행 "), OneValue(bundle_.run_id)), 0, Tone::kStrong);
  for (const Finding& finding : findings_) {
    const Cell signs[] = {{"✓", Tone::kGood}, {"✗", Tone::kBad}, {"–", Tone::kQuiet}};
    const Cell& sign = signs[static_cast<int>(finding.outcome)];
    page.Field(StrCat(sign.text, " ", NameOf(session, finding)),
               OneLine(session.korean() ? finding.korean : finding.english), 2, kNameCells,
               sign.tone);
    if (finding.record >= 0)
      page.Line(RecordText(session, bundle_, finding.record), kNameCells + 4, Tone::kBad);
  }
  if (!key_given_) {
    const std::string english =
        "taken from the file itself; compare it, or give yours with --key: ";
    const std::string korean =
        "파일에 든 키로 확인했습니다. 보관하신 키와 비교하거나 --key로 주십시오: ";
    page.Field(session.Say("! key", "! 키"), session.Say(english, korean), 2, kNameCells,
               Tone::kWait);
    page.Verbatim(OneLine(bundle_.verifier_key), kNameCells + 4);
  }
  page.Line(Verdict(session), 0,
            !good_                       ? Tone::kBad
            : recomputed_ && recomposed_ ? Tone::kGood
                                         : Tone::kWait);
  if (good_ && !redecided_) {
    page.Line(session.Say("policy's decisions were not evaluated again",
                          "정책의 판단은 다시 하지 않았습니다"),
              0, Tone::kWait);
  }
}

std::string VerifyReport::Verdict(const Session& session) const {
  if (!good_) return session.Say("NOT verified", "검증 실패");
  if (recomputed_ && recomposed_) return session.Say("verified", "검증됨");
  if (recomputed_)
    return session.Say("verified; the answer was not recomputed",
                       "검증됨. 다만 답변은 다시 작성하지 않았습니다");
  if (recomposed_)
    return session.Say("verified; the plan was not recomputed",
                       "검증됨. 다만 계획은 다시 계산하지 않았습니다");
  return session.Say("verified; neither the plan nor the answer was recomputed",
                     "검증됨. 다만 계획과 답변은 다시 계산하지 않았습니다");
}

}  // namespace deploy::cli
