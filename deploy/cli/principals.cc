// maru principals: who there is, and how they prove it.
#include "deploy/cli/principals.h"

#include "deploy/cli/command.h"
#include "deploy/cli/members.h"
#include "deploy/cli/plan_view.h"
#include "model_core/base/strings.h"
#include "model_core/base/text.h"

namespace deploy::cli {
namespace {

using base::Json;
using base::StrCat;
using base::StringOr;

absl::StatusOr<ExitCode> List(const Session& session, const PrincipalOptions&) {
  ASSIGN_OR_RETURN(const auto client, session.Connect());
  ASSIGN_OR_RETURN(const Json answer,
                   client->Call("maru.v1.PrincipalService/ListPrincipals", Json::object()));
  if (session.json) {
    session.PrintJson(answer);
    return ExitCode::kOk;
  }
  std::vector<std::vector<Cell>> rows;
  for (const Json& principal : Items(answer, "principals")) {
    const Json document = Member(principal, "document");
    const bool active = base::BoolOr(document, "active", true);
    rows.push_back({{StringOr(principal, "id", ""), Tone::kStrong},
                    {StringOr(document, "title", "")},
                    {StringOr(document, "unit", "")},
                    {active ? "" : session.Say("disabled", "사용 중지"), Tone::kBad},
                    {ValueText(Items(document, "roles")), Tone::kQuiet}});
  }
  Page page = session.NewPage();
  page.Table({session.Say("principal", "사용자"), session.Say("title", "직함"),
              session.Say("unit", "부서"), "", session.Say("roles", "역할")},
             rows);
  session.Print(page.Take());
  return ExitCode::kOk;
}

absl::StatusOr<ExitCode> WhoAmI(const Session& session, const PrincipalOptions&) {
  ASSIGN_OR_RETURN(const auto client, session.Connect());
  ASSIGN_OR_RETURN(const Json principal,
                   client->Call("maru.v1.PrincipalService/WhoAmI", Json::object()));
  return ShowPrincipal(session, principal);
}

absl::StatusOr<ExitCode> Show(const Session& session, const PrincipalOptions& options) {
  ASSIGN_OR_RETURN(const auto client, session.Connect());
  ASSIGN_OR_RETURN(const Json answer,
                   client->Call("maru.v1.PrincipalService/ListPrincipals", Json::object()));
  for (const Json& principal : Items(answer, "principals")) {
    if (StringOr(principal, "id", "") == options.id) return ShowPrincipal(session, principal);
  }
  return base::Error(
      absl::StatusCode::kNotFound, StrCat("principal '", options.id, "' does not exist"),
      StrCat("사용자 '", options.id, "'", base::Particle(options.id, "이"), " 없습니다"));
}

std::string DocumentForm(const Menu& menu) {
  return StrCat(
      menu.Say("The file holds one person, or {\"principals\": [person, …]}. A person:",
               "파일에는 한 사람, 또는 {\"principals\": [사람, …]}을 적습니다. 한 사람:"),
      R"(
  {"id": "na.new", "title": "주무관", "title_en": "officer", "unit": "legal",
   "roles": ["legal_officer"], "clearance": {"n2sf": "S", "mil": "none"},
   "purposes": ["legal_review"], "patterns": ["law.*", "doc.search"], "active": true}
)",
      menu.Say(
          "id and clearance are needed (n2sf: O, S, C; mil: none, restricted, III, II, I).\n"
          "patterns say which tools. What is left out is empty, and active is true.\n"
          "Unknown members, purposes and patterns are refused.",
          "id와 clearance는 있어야 합니다 (n2sf: O, S, C, mil: none, restricted, III, II, I).\n"
          "patterns가 쓸 수 있는 도구를 정합니다. 적지 않은 것은 비고, active는 true입니다.\n"
          "모르는 항목, 목적, 도구는 거절합니다."));
}

}  // namespace

ExitCode ShowPrincipal(const Session& session, const Json& principal) {
  if (session.json) {
    session.PrintJson(principal);
    return ExitCode::kOk;
  }
  const Json document = Member(principal, "document"), clearance = Member(document, "clearance");
  Page page = session.NewPage();
  page.Fields({{session.Say("principal", "사용자"), StringOr(principal, "id", "")},
               {session.Say("title", "직함"), StringOr(document, "title", "")},
               {session.Say("unit", "부서"), StringOr(document, "unit", "")},
               {session.Say("roles", "역할"), ValueText(Items(document, "roles"))},
               {session.Say("clearance", "열람 등급"),
                StrCat(StringOr(clearance, "n2sf", "-"), " / ", StringOr(clearance, "mil", "-"))},
               {session.Say("purposes", "목적"), ValueText(Items(document, "purposes"))},
               {session.Say("tools", "도구"), ValueText(Items(document, "patterns"))},
               {session.Say("active", "사용"), base::BoolOr(document, "active", true)
                                                   ? session.Say("yes", "예")
                                                   : session.Say("no", "중지")}},
              0);
  session.Print(page.Take());
  return ExitCode::kOk;
}

void AddPrincipals(CLI::App& app, Menu& menu) {
  CLI::App& group = menu.Group(app, "principals", "people: list, show, whoami, issue, disable, add",
                               "사용자: 목록, 상세, 본인, 인증 발급, 중지, 추가");
  const auto options = std::make_shared<PrincipalOptions>();
  const std::string id = menu.Say("the principal's id", "사용자 이름");
  menu.Command(group, "list", "everyone", "모든 사용자", options, List);
  menu.Command(group, "whoami", "who you are here", "지금 누구인지", options, WhoAmI);
  menu.Command(group, "show", "one person", "한 사용자", options, Show)
      .add_option("principal", options->id, id)
      ->required();
  CLI::App& issue = menu.Command(group, "issue", "a new credential in place of the old one",
                                 "새 인증 정보 (예전 것은 못 쓰게 됨)", options, IssueCredential);
  issue.add_option("principal", options->id,
                   menu.Say("the principal's id (default: you)", "사용자 이름 (기본: 본인)"));
  issue.add_option("-o,--output", options->output,
                   menu.Say("file (mode 0600); default: print it", "파일 (0600). 없으면 출력"));
  menu.Command(group, "disable", "from now on this person may do nothing",
               "지금부터 아무것도 할 수 없게 막기", options, DisablePrincipal)
      .add_option("principal", options->id, id)
      ->required();
  CLI::App& add = menu.Command(group, "add", "add or change from a JSON file",
                               "JSON 파일로 추가 또는 변경", options, AddPrincipal);
  add.add_option("file", options->file, menu.Say("JSON file", "JSON 파일"))->required();
  add.footer(DocumentForm(menu));
}

}  // namespace deploy::cli
