// maru policy: are the rules sound, and what do they say of a plan.
#include "agents/planner.h"
#include "deploy/cli/command.h"
#include "deploy/cli/members.h"
#include "deploy/cli/plan_view.h"
#include "model_core/base/strings.h"
#include "policies/cedar_cases.h"
#include "policies/policy_files.h"

namespace deploy::cli {
namespace {

using base::Json;
using base::StrCat;

struct CheckOptions {
  std::string directory;
};
struct ExplainOptions {
  std::string text, plan, purpose, principal, now;
};

Json CheckJson(const std::string& version, const Json& files,
               const policies::PolicyCaseReport& cases) {
  return {
      {"ok", cases.failures.empty()}, {"version", version},         {"files", files},
      {"cases", cases.cases},         {"failures", cases.failures}, {"untested", cases.untested}};
}

void ShowCases(const Session& session, const policies::PolicyCaseReport& report, Page& page) {
  for (const std::string& failure : report.failures) page.Line(failure, 0, Tone::kBad);
  if (!report.untested.empty()) {
    page.Line(StrCat(session.Say("no case covers: ", "사례가 없는 규칙: "),
                     base::StrJoin(report.untested, ", ")),
              0, Tone::kWait);
  }
  if (report.failures.empty()) {
    page.Line(StrCat(session.Say("valid against the schema; cases that hold: ",
                                 "스키마에 맞습니다. 맞는 사례 수: "),
                     report.cases),
              0, Tone::kGood);
  }
}

// Exit code 4 where the policies do not do what their cases say.
absl::StatusOr<ExitCode> Check(const Session& session, const CheckOptions& options) {
  ASSIGN_OR_RETURN(const policies::PolicyFiles files, policies::ReadPolicyFiles(options.directory));
  ASSIGN_OR_RETURN(const policies::PolicyCaseReport cases,
                   policies::RunPolicyCases(options.directory));
  const ExitCode code = cases.failures.empty() ? ExitCode::kOk : ExitCode::kVerificationFailed;
  Json names = Json::array();
  for (const policies::PolicyFile& file : files.files) names.push_back(file.name);
  if (session.json) {
    session.PrintJson(CheckJson(files.Version(), names, cases));
    return code;
  }
  Page page = session.NewPage();
  page.Fields({{session.Say("policies", "정책"),
                options.directory.empty() ? session.Say("built in", "내장") : options.directory},
               {session.Say("files", "파일"), ValueText(names)},
               {session.Say("version", "버전"), files.Version()}},
              0);
  ShowCases(session, cases, page);
  session.Print(page.Take());
  return code;
}

// The plan of a file: in the plan form, or as `maru plan --json` prints it.
absl::StatusOr<Json> PlanOfFile(const Session& session, const std::string& path) {
  ASSIGN_OR_RETURN(const std::string text, ReadFile(session, path));
  ASSIGN_OR_RETURN(const Json json, base::ParseJson(text, path));
  return Member(json, "plan").is_object() ? Member(json, "plan") : json;
}

absl::StatusOr<Json> PlanToExplain(const Session& session, const ExplainOptions& options) {
  if (!options.plan.empty()) return PlanOfFile(session, options.plan);
  RETURN_IF_ERROR(agents::CheckRequestText(options.text));
  const Json request = {{"text", options.text}, {"now", options.now}, {"all_tools", true}};
  ASSIGN_OR_RETURN(const auto client, session.Connect());
  ASSIGN_OR_RETURN(const Json answer,
                   client->Call("maru.v1.PlanService/MakePlan", request, absl::Minutes(2)));
  return Member(answer, "plan");
}

absl::StatusOr<Json> DecisionOn(const Session& session, const Json& plan,
                                const ExplainOptions& options) {
  ASSIGN_OR_RETURN(const auto client, session.Connect());
  Json request = {{"plan_json", base::DumpJson(plan)}, {"purpose", options.purpose}};
  if (options.principal.empty()) return client->Call("maru.v1.PlanService/CheckPlan", request);
  request["principal"] = options.principal;
  return client->Call("maru.v1.PolicyService/ExplainPlan", request);
}

// Exit code 5 where policy denies, or the plan itself refuses; one that asks is not decided yet.
// Only a plan with steps needs a server.
absl::StatusOr<ExitCode> Explain(const Session& session, const ExplainOptions& options) {
  ASSIGN_OR_RETURN(const Json plan, PlanToExplain(session, options));
  const std::string verdict = base::StringOr(plan, "verdict", "plan");
  Json decision;
  if (verdict == "plan") {
    ASSIGN_OR_RETURN(const Json answer, DecisionOn(session, plan, options));
    decision = Member(answer, "decision");
  }
  const Json refusal = RefusalRules(plan);
  if (session.json) {
    session.PrintJson({{"plan", plan}, {"refusal", refusal}, {"decision", decision}});
  } else {
    Page page = session.NewPage();
    ShowPlan(session, plan, page);
    for (const Json& rule : refusal) ShowRule(session, rule, page);
    if (decision.is_object()) ShowDecision(session, decision, page);
    session.Print(page.Take());
  }
  const bool denied = decision.is_object() && !base::BoolOr(decision, "permitted", false);
  return denied || verdict == "refuse" ? ExitCode::kDenied : ExitCode::kOk;
}

}  // namespace

void AddPolicy(CLI::App& app, Menu& menu) {
  CLI::App& group = menu.Group(app, "policy", "rules: check, explain", "정책: 점검, 설명");
  const auto check = std::make_shared<CheckOptions>();
  menu.Command(group, "check", "load schema and policies, run their cases; needs no server",
               "스키마와 정책을 읽어 사례까지 점검 (서버 필요 없음)", check, Check)
      .add_option("directory", check->directory,
                  menu.Say("default: the policies built in", "없으면 내장된 정책"));
  const auto explain = std::make_shared<ExplainOptions>();
  CLI::App& command = menu.Command(
      group, "explain", "what policy says of a request or a plan; exit code 5 if denied or refused",
      "요청이나 계획에 대한 판단 (불허·거절이면 종료 코드 5)", explain, Explain);
  auto* text = command.add_option("text", explain->text, menu.Say("the request", "요청할 내용"));
  command
      .add_option("--plan", explain->plan,
                  menu.Say("a file with the plan, '-': read it", "계획 파일. '-'이면 표준 입력"))
      ->excludes(text);
  AddPurpose(command, menu, explain->purpose);
  command.add_option("--principal", explain->principal,
                     menu.Say("for whom; for security officers", "누구에 대해 (보안담당관만)"));
  command.add_option("--now", explain->now,
                     menu.Say("what 'today' means (RFC 3339)", "'오늘'의 기준 시각 (RFC 3339)"));
}

}  // namespace deploy::cli
