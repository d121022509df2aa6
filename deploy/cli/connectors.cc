// maru connectors: which outside systems are up.
#include "deploy/cli/command.h"
#include "deploy/cli/members.h"
#include "model_core/base/strings.h"

namespace deploy::cli {
namespace {

using base::Json;
using base::StringOr;

struct Options {};

constexpr absl::Duration kCheckMax = absl::Seconds(60);

Cell StateCell(const Session& session, const std::string& state) {
  if (state == "connected") return {session.Say(state, "연결됨"), Tone::kGood};
  if (state == "not_configured") return {session.Say(state, "설정 안 됨"), Tone::kQuiet};
  return {session.Say(state, "끊김"), Tone::kBad};
}

absl::StatusOr<ExitCode> Display(const Session& session, const std::string& method,
                                 ExitCode when_down) {
  ASSIGN_OR_RETURN(const auto client, session.Connect());
  ASSIGN_OR_RETURN(const Json answer, client->Call(method, Json::object(), kCheckMax));
  bool down = false;
  std::vector<std::vector<Cell>> rows;
  for (const Json& connector : Items(answer, "connectors")) {
    const std::string state = StringOr(connector, "state", "");
    down = down || state == "down";
    rows.push_back(
        {{StringOr(connector, "name", "")},
         StateCell(session, state),
         {base::StrCat(Items(connector, "tools").size())},
         {StringOr(connector, session.korean() ? "detail_ko" : "detail_en", ""), Tone::kQuiet}});
  }
  if (session.json) {
    session.PrintJson(answer);
  } else {
    Page page = session.NewPage();
    page.Table({session.Say("connector", "커넥터"), session.Say("state", "상태"),
                session.Say("tools", "도구"), session.Say("detail", "설명")},
               rows);
    session.Print(page.Take());
  }
  return down ? when_down : ExitCode::kOk;
}

absl::StatusOr<ExitCode> List(const Session& session, const Options&) {
  return Display(session, "maru.v1.ConnectorService/ListConnectors", ExitCode::kOk);
}

absl::StatusOr<ExitCode> Check(const Session& session, const Options&) {
  return Display(session, "maru.v1.ConnectorService/CheckConnectors", ExitCode::kUnavailable);
}

}  // namespace

void AddConnectors(CLI::App& app, Menu& menu) {
  CLI::App& group =
      menu.Group(app, "connectors", "outside systems: list, check", "외부 시스템: 목록, 점검");
  const auto options = std::make_shared<Options>();
  menu.Command(group, "list", "as at the last check", "마지막 점검 상태", options, List);
  menu.Command(group, "check", "ask each one now; exit code 8 if one is down",
               "지금 하나씩 점검 (끊긴 곳이 있으면 종료 코드 8)", options, Check);
}

}  // namespace deploy::cli
