// maru tools: what can be called. `show` reads the catalogue that is built in and needs no server.
#include <set>

#include "agents/captions.h"
#include "deploy/cli/command.h"
#include "deploy/cli/members.h"
#include "deploy/cli/plan_view.h"
#include "model_core/base/strings.h"
#include "model_core/base/text.h"
#include "tools/catalogue.h"

namespace deploy::cli {
namespace {

using base::Json;
using base::StrCat;
using base::StringOr;

constexpr std::string_view kDomains[] = {"legal", "medical", "manufacturing", "defense",
                                         "administration"};

struct ListOptions {
  std::string domain;
};
struct ShowOptions {
  std::string name;
};

Cell StateCell(const Session& session, const std::string& state) {
  if (state == "offered") return {session.Say(state, "사용 가능"), Tone::kGood};
  if (state == "not_permitted") return {session.Say(state, "권한 없음"), Tone::kQuiet};
  return {session.Say(state, "연결 안 됨"), Tone::kWait};
}

absl::StatusOr<ExitCode> List(const Session& session, const ListOptions& options) {
  ASSIGN_OR_RETURN(const auto client, session.Connect());
  ASSIGN_OR_RETURN(const Json answer,
                   client->Call("maru.v1.ToolService/ListTools", Json::object()));
  Json kept = Json::array();
  std::vector<std::vector<Cell>> rows;
  for (const Json& tool : Items(answer, "tools")) {
    const Json spec = Member(tool, "spec");
    if (!options.domain.empty() && StringOr(spec, "domain", "") != options.domain) continue;
    kept.push_back(tool);
    rows.push_back({{StringOr(tool, "name", ""), Tone::kStrong},
                    {StringOr(tool, "title", "")},
                    StateCell(session, StringOr(tool, "state", "")),
                    {StringOr(spec, "domain", ""), Tone::kQuiet}});
  }
  if (session.json) {
    session.PrintJson({{"tools", kept}});
    return ExitCode::kOk;
  }
  Page page = session.NewPage();
  page.Table({session.Say("tool", "도구"), session.Say("title", "이름"),
              session.Say("state", "상태"), session.Say("domain", "분야")},
             rows);
  session.Print(page.Take());
  return ExitCode::kOk;
}

std::string KindText(const tools::ArgumentSpec& argument) {
  std::string kinds = base::StrJoin(argument.kinds, " | ");
  if (!argument.enumeration.empty()) kinds = base::StrJoin(argument.values, " | ");
  if (!argument.default_value.empty()) kinds += StrCat(" = ", argument.default_value);
  return StrCat(argument.list ? "list of " : "", kinds);
}

void ShowSpec(const Session& session, const tools::ToolSpec& spec, Page& page) {
  page.Line(StrCat(spec.name, "  ", spec.title), 0, Tone::kStrong);
  page.Fields({{session.Say("purpose", "쓰임"), agents::ToolPurpose(spec, session.language)},
               {session.Say("effect", "효과"),
                StrCat(tools::Name(spec.effect), ", ", tools::Name(spec.recovery))},
               {session.Say("label", "등급"), spec.label},
               {session.Say("approval", "승인"),
                StrCat(spec.approval_line, spec.approval_roles.empty() ? "" : ": ",
                       base::StrJoin(spec.approval_roles, ", "))},
               {session.Say("purposes", "목적"), base::StrJoin(spec.purposes, ", ")},
               {session.Say("speaks", "프로토콜"), base::StrJoin(spec.speaks, ", ")},
               {session.Say("errors", "오류"), base::StrJoin(spec.errors, ", ")}},
              2);
  page.Heading(session.Say("Arguments", "인자"));
  std::vector<std::vector<Cell>> rows;
  for (const tools::ArgumentSpec& argument : spec.arguments) {
    rows.push_back({{argument.name, Tone::kStrong},
                    {agents::ArgumentCaption(spec.name, argument.name, session.language)},
                    {argument.required ? session.Say("required", "필수") : ""},
                    {KindText(argument), Tone::kQuiet}});
  }
  page.Table(
      {session.Say("name", "이름"), session.Say("means", "뜻"), "", session.Say("takes", "값")},
      rows);
  page.Heading(session.Say("Results", "결과"));
  std::vector<std::pair<std::string, std::string>> results;
  for (const tools::ResultSpec& result : spec.results) {
    results.emplace_back(
        result.path,
        StrCat(result.type, result.untrusted ? session.Say("  untrusted", "  외부 글") : ""));
  }
  page.Fields(results, 2);
}

absl::StatusOr<ExitCode> Show(const Session& session, const ShowOptions& options) {
  const tools::Catalogue& catalogue = tools::Catalogue::BuiltIn();
  const tools::ToolSpec* spec = catalogue.Find(options.name);
  if (spec == nullptr) {
    return base::Error(absl::StatusCode::kNotFound,
                       StrCat("tool '", options.name, "' is not in the catalogue"),
                       StrCat("도구 '", options.name, "'", base::Particle(options.name, "은"),
                              " 목록에 없습니다"));
  }
  if (session.json) {
    for (const Json& tool : Items(catalogue.json(), "tools")) {
      if (StringOr(tool, "name", "") == options.name) session.PrintJson(tool);
    }
    return ExitCode::kOk;
  }
  Page page = session.NewPage();
  ShowSpec(session, *spec, page);
  session.Print(page.Take());
  return ExitCode::kOk;
}

}  // namespace

void AddTools(CLI::App& app, Menu& menu) {
  CLI::App& group = menu.Group(app, "tools", "tools: list, show", "도구: 목록, 상세");
  const auto list = std::make_shared<ListOptions>();
  menu.Command(group, "list", "every tool, and whether you may use it now",
               "모든 도구와 지금 쓸 수 있는지", list, List)
      .add_option("--domain", list->domain,
                  menu.Say(StrCat("only this domain: ", base::StrJoin(kDomains, ", ")),
                           StrCat("이 분야만: ", base::StrJoin(kDomains, ", "))))
      ->check(CLI::IsMember(std::set<std::string>(std::begin(kDomains), std::end(kDomains))));
  const auto show = std::make_shared<ShowOptions>();
  menu.Command(group, "show", "arguments, results, effect, approval", "인자, 결과, 효과, 승인",
               show, Show)
      .add_option("tool", show->name, menu.Say("its name: law.article", "도구 이름: law.article"))
      ->required();
}

}  // namespace deploy::cli
