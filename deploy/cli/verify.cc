// maru verify: an exported run, checked with nothing but the file: no server, no database, no
// network.
#include "deploy/cli/command.h"
#include "deploy/cli/evidence.h"
#include "deploy/cli/plan_source.h"
#include "deploy/cli/verify_report.h"
#include "model_core/base/strings.h"

namespace deploy::cli {
namespace {

using base::Json;
using base::StrCat;
using Outcome = Finding::Outcome;

struct Options {
  std::string file, key, model, policies;
  bool unfinished = false;
};

// Null where no model is at hand and none was named; one that was named has to load.
absl::StatusOr<std::unique_ptr<agents::Planner>> PlannerAtHand(const Session& session,
                                                               const std::string& given) {
  const auto directory = FindModel(session, given);
  if (!directory.ok()) return nullptr;
  auto planner =
      agents::MakeEmbeddedPlanner(*directory, tools::Catalogue::BuiltIn(), /*threads=*/1);
  if (!planner.ok() && given.empty()) {
    session.Note(base::Message(planner.status(), base::Language::kEnglish),
                 base::Message(planner.status(), base::Language::kKorean));
    return nullptr;
  }
  return planner;
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
  const auto read = policies::ReadAuditExport(text, options.file);
  if (!read.ok()) {  // damaged, or no evidence at all: nothing holds
    session.Fail(read.status());
    return ExitCode::kVerificationFailed;
  }
  const policies::AuditExport& bundle = *read;
  std::vector<Finding> findings = {CheckLog(bundle, key)};
  if (findings.front().outcome == Outcome::kHolds) {  // else the rest says nothing
    if (!options.unfinished) findings.push_back(CheckEnd(bundle));
    findings.push_back(CheckApprovals(bundle));
    ASSIGN_OR_RETURN(PoliciesAtHand at_hand, PoliciesAtHand::Of(bundle, options.policies));
    findings.push_back(CheckDecisions(bundle, at_hand));
    findings.push_back(CheckLabels(bundle));
    ASSIGN_OR_RETURN(const std::unique_ptr<agents::Planner> planner,
                     PlannerAtHand(session, options.model));
    findings.push_back(CheckPlans(bundle, planner.get()));
    findings.push_back(CheckAnswers(bundle));
  }
  const VerifyReport report(bundle, findings, !key.empty());
  if (session.json) {
    session.PrintJson(report.ToJson());
  } else {
    Page page = session.NewPage();
    report.Show(session, page);
    session.Print(page.Take());
  }
  return report.good() ? ExitCode::kOk : ExitCode::kVerificationFailed;
}

}  // namespace

void AddVerify(CLI::App& app, Menu& menu) {
  const auto options = std::make_shared<Options>();
  CLI::App& command =
      menu.Command(app, "verify", "check an exported run offline; exit code 4 if it does not hold",
                   "내보낸 실행을 오프라인으로 검증 (맞지 않으면 종료 코드 4)", options, Verify);
  command
      .add_option("file", options->file,
                  menu.Say("file of maru audit export", "maru audit export로 만든 파일"))
      ->required();
  command.add_option("--key", options->key,
                     menu.Say("the log's key you trust: its text, or a file",
                              "신뢰하는 감사 기록 키: 값 또는 파일"));
  command.add_option(
      "--model", options->model,
      menu.Say("planner folder to compute the plan again", "계획을 다시 계산할 모델 폴더"));
  command.add_option("--policies", options->policies,
                     menu.Say("policy folder to evaluate decisions by that the file lacks",
                              "파일에 없는 정책으로 한 판단을 다시 할 정책 폴더"));
  command.add_flag(
      "--unfinished", options->unfinished,
      menu.Say("the run had not ended when it was exported", "끝나기 전에 내보낸 실행입니다"));
}

}  // namespace deploy::cli
