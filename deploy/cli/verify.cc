// maru verify: an exported run, checked with nothing but the file: no server, no database, no network.
#include "deploy/cli/command.h"
#include "deploy/cli/evidence.h"
#include "deploy/cli/plan_source.h"
#include "deploy/cli/run_view.h"
#include "model_core/base/strings.h"

namespace deploy::cli {
namespace {

using base::Json;
using base::StrCat;
using Outcome = Finding::Outcome;

constexpr std::string_view kOutcomes[] = {"holds", "fails", "not_checked"};

struct Options {
  std::string file, key, model;
};

// Null where no model is at hand and none was named; one that was named has to load.
absl::StatusOr<std::unique_ptr<agents::Planner>> PlannerAtHand(const Session& session, const std::string& given) {
  const auto directory = FindModel(session, given);
  if (!directory.ok()) return nullptr;
  auto planner = agents::MakeEmbeddedPlanner(*directory, tools::Catalogue::BuiltIn(), /*threads=*/1);
  if (!planner.ok() && given.empty()) {
    session.Note(base::Message(planner.status(), base::Language::kEnglish), base::Message(planner.status(), base::Language::kKorean));
    return nullptr;
  }
  return planner;
}

std::string NameOf(const Session& session, const Finding& finding) {
  if (finding.name == "log") return session.Say("log", "감사 기록");
  return finding.name == "plan" ? session.Say("plan", "계획") : session.Say("approvals", "승인");
}

// "record 4 · effect.outcome · 2026-11-24 10:00 · id"
std::string RecordText(const Session& session, const policies::AuditExport& bundle, int64_t position) {
  const policies::AuditRecord& record = bundle.entries[static_cast<size_t>(position)].record;
  return StrCat(session.Say(StrCat("record ", position), StrCat(position, "번 기록")), " · ", record.type, " · ", ShortTime(record.time), " · ", record.id);
}

Json ReportJson(const policies::AuditExport& bundle, const std::vector<Finding>& findings, bool good, bool own_key) {
  Json checks = Json::array();
  for (const Finding& finding : findings) {
    Json check = {{"name", finding.name}, {"outcome", kOutcomes[static_cast<int>(finding.outcome)]}, {"detail_en", finding.english}, {"detail_ko", finding.korean}};
    if (finding.record >= 0) {
      const policies::AuditRecord& record = bundle.entries[static_cast<size_t>(finding.record)].record;
      check["record"] = {{"position", finding.record}, {"id", record.id}, {"type", record.type}, {"time", record.time}};
    }
    checks.push_back(std::move(check));
  }
  return {{"ok", good}, {"run_id", bundle.run_id}, {"records", bundle.entries.size()}, {"key_given", own_key}, {"checks", std::move(checks)}};
}

void Report(const Session& session, const policies::AuditExport& bundle, const std::vector<Finding>& findings, bool good, bool own_key) {
  Page page = session.NewPage();
  page.Line(StrCat(session.Say("run ", "실행 "), bundle.run_id), 0, Tone::kStrong);
  for (const Finding& finding : findings) {
    const Cell signs[] = {{"✓", Tone::kGood}, {"✗", Tone::kBad}, {"–", Tone::kQuiet}};
    const Cell& sign = signs[static_cast<int>(finding.outcome)];
    page.Field(StrCat(sign.text, " ", NameOf(session, finding)), session.korean() ? finding.korean : finding.english, 2, 12, sign.tone);
    if (finding.record >= 0) page.Line(RecordText(session, bundle, finding.record), 16, Tone::kBad);
  }
  if (!own_key) {
    page.Field(session.Say("! key", "! 키"), session.Say(StrCat("taken from the file itself; to trust it, compare or give --key: ", bundle.verifier_key),
                                                        StrCat("파일에 든 키로 확인했습니다. 보관하신 키와 비교하거나 --key로 주십시오: ", bundle.verifier_key)), 2, 12, Tone::kWait);
  }
  page.Line(good ? session.Say("verified", "검증됨") : session.Say("NOT verified", "검증 실패"), 0, good ? Tone::kGood : Tone::kBad);
  session.Print(page.Take());
}

// Where a key may be given as a file or as its text.
absl::StatusOr<std::string> KeyText(const Session& session, const std::string& key) {
  if (key.empty() || key.find('+') != std::string::npos) return key;
  ASSIGN_OR_RETURN(const std::string text, ReadFile(session, key));
  return std::string(base::Trim(text));
}

absl::StatusOr<ExitCode> Verify(const Session& session, const Options& options) {
  ASSIGN_OR_RETURN(const std::string key, KeyText(session, options.key));
  ASSIGN_OR_RETURN(const std::string text, ReadFile(session, options.file));
  ASSIGN_OR_RETURN(const Json json, base::ParseJson(text, options.file));
  ASSIGN_OR_RETURN(const policies::AuditExport bundle, policies::ParseAuditExport(json));
  std::vector<Finding> findings = {CheckLog(bundle, key)};
  if (findings.front().outcome == Outcome::kHolds) {  // else the rest says nothing
    findings.push_back(CheckApprovals(bundle));
    ASSIGN_OR_RETURN(const std::unique_ptr<agents::Planner> planner, PlannerAtHand(session, options.model));
    findings.push_back(CheckPlans(bundle, planner.get()));
  }
  const bool good = std::none_of(findings.begin(), findings.end(), [](const Finding& f) { return f.outcome == Outcome::kFails; });
  if (session.json) {
    session.PrintJson(ReportJson(bundle, findings, good, !key.empty()));
  } else {
    Report(session, bundle, findings, good, !key.empty());
  }
  return good ? ExitCode::kOk : ExitCode::kVerificationFailed;
}

}  // namespace

void AddVerify(CLI::App& app, Menu& menu) {
  const auto options = std::make_shared<Options>();
  CLI::App& command = menu.Command(app, "verify", "check an exported run offline; exit code 4 if it does not hold", "내보낸 실행을 오프라인으로 검증 (맞지 않으면 종료 코드 4)", options, Verify);
  command.add_option("file", options->file, menu.Say("file of maru audit export", "maru audit export로 만든 파일"))->required();
  command.add_option("--key", options->key, menu.Say("the log's key you trust: its text, or a file", "신뢰하는 감사 기록 키: 값 또는 파일"));
  command.add_option("--model", options->model, menu.Say("planner folder to compute the plan again", "계획을 다시 계산할 모델 폴더"));
}

}  // namespace deploy::cli
