// maru runs: what was asked for, and how far it is.
#include "deploy/cli/command.h"
#include "deploy/cli/interrupt.h"
#include "deploy/cli/members.h"
#include "deploy/cli/run_view.h"
#include "deploy/cli/watch_view.h"
#include "model_core/base/strings.h"

namespace deploy::cli {
namespace {

using base::Json;
using base::StrCat;
using base::StringOr;

constexpr std::string_view kStates =
    "submitted, working, input_required, approval_required, in_doubt, completed, failed, canceled, "
    "rejected";

struct ListOptions {
  std::string state, page;
  int limit = 20;
  bool everyone = false;
};
struct RunOptions {
  std::string id;
  int64_t from = 0;
  bool no_wait = false;
};

absl::StatusOr<ExitCode> List(const Session& session, const ListOptions& options) {
  ASSIGN_OR_RETURN(const auto client, session.Connect());
  ASSIGN_OR_RETURN(const Json answer,
                   client->Call("maru.v1.RunService/ListRuns", {{"state", options.state},
                                                                {"page_size", options.limit},
                                                                {"page_token", options.page},
                                                                {"everyone", options.everyone}}));
  if (session.json) {
    session.PrintJson(answer);
    return ExitCode::kOk;
  }
  std::vector<std::vector<Cell>> rows;
  for (const Json& run : Items(answer, "runs")) {
    rows.push_back({{StringOr(run, "id", ""), Tone::kQuiet},
                    StateCell(session, StringOr(run, "state", "")),
                    {StringOr(run, "principal", "")},
                    {ShortTime(StringOr(run, "updated", "")), Tone::kQuiet},
                    {StringOr(run, "text", "")}});
  }
  Page page = session.NewPage();
  page.Table(
      {session.Say("run", "실행"), session.Say("state", "상태"), session.Say("requester", "요청자"),
       session.Say("updated", "갱신"), session.Say("request", "요청")},
      rows);
  const std::string total = StrCat(base::IntOr(answer, "total", 0)),
                    next = StringOr(answer, "next_page_token", "");
  page.Line(session.Say(StrCat(rows.size(), " of ", total),
                        StrCat("전체 ", total, "건 중 ", rows.size(), "건")),
            0, Tone::kQuiet);
  if (!next.empty())
    page.Line(session.Say(StrCat("more: --page ", next), StrCat("이어 보기: --page ", next)), 0,
              Tone::kQuiet);
  session.Print(page.Take());
  return ExitCode::kOk;
}

absl::StatusOr<ExitCode> Show(const Session& session, const RunOptions& options) {
  ASSIGN_OR_RETURN(const auto client, session.Connect());
  ASSIGN_OR_RETURN(const Json run, client->Call("maru.v1.RunService/GetRun", {{"id", options.id}}));
  if (session.json) {
    session.PrintJson(run);
    return ExitCode::kOk;
  }
  Page page = session.NewPage();
  ShowRun(session, run, page);
  session.Print(page.Take());
  return ExitCode::kOk;
}

// The exit code is the run's: done, denied, failed, or still waiting.
absl::StatusOr<ExitCode> Watch(const Session& session, const RunOptions& options) {
  ASSIGN_OR_RETURN(const auto client, session.Connect());
  const InterruptScope interrupt;
  WatchView view(session);
  const absl::Status status = client->Stream(
      "maru.v1.RunService/WatchRun",
      {{"id", options.id}, {"from_index", options.from}, {"follow", !options.no_wait}},
      [&](const Json& event) {
        if (session.json) {
          session.PrintJson(event);
        } else {
          view.Show(event);
        }
        return session.Output().ok();
      },
      [&] { return interrupt.interrupted(); });
  if (!status.ok() && !interrupt.interrupted()) return status;
  ASSIGN_OR_RETURN(const Json run, client->Call("maru.v1.RunService/GetRun", {{"id", options.id}}));
  return ExitCodeOfState(StringOr(run, "state", ""));
}

absl::StatusOr<ExitCode> Cancel(const Session& session, const RunOptions& options) {
  ASSIGN_OR_RETURN(const auto client, session.Connect());
  RETURN_IF_ERROR(client->Call("maru.v1.RunService/CancelRun", {{"id", options.id}}).status());
  if (session.json) {
    session.PrintJson({{"run_id", options.id}, {"cancel", "requested"}});
  } else {
    session.Print(
        StrCat(session.Say("cancellation requested: ", "취소를 요청했습니다: "), options.id, "\n"));
  }
  return ExitCode::kOk;
}

}  // namespace

void AddRuns(CLI::App& app, Menu& menu) {
  CLI::App& group = menu.Group(app, "runs", "runs: list, show, watch, cancel",
                               "실행: 목록, 상세, 지켜보기, 취소");
  const auto list = std::make_shared<ListOptions>();
  CLI::App& listing = menu.Command(group, "list", "newest first", "최근 순 목록", list, List);
  listing.add_option(
      "--state", list->state,
      menu.Say(StrCat("only those in this state: ", kStates), StrCat("이 상태만: ", kStates)));
  listing
      .add_option("--limit", list->limit,
                  menu.Say("how many, 1–100 (default 20)", "개수, 1–100 (기본 20)"))
      ->check(CLI::Range(1, 100));
  listing.add_option("--page", list->page,
                     menu.Say("what the page before said", "앞 쪽이 알려 준 값"));
  listing.add_flag(
      "--everyone", list->everyone,
      menu.Say("of everyone, where your role lets you", "모두의 실행 (역할이 허용하면)"));
  const auto run = std::make_shared<RunOptions>();
  const std::string id = menu.Say("the run's id", "실행 번호");
  menu.Command(group, "show", "one run in full", "한 실행의 전부", run, Show)
      .add_option("run", run->id, id)
      ->required();
  CLI::App& watch = menu.Command(group, "watch", "its events as they happen",
                                 "일어나는 일을 이어서 보기", run, Watch);
  watch.add_option("run", run->id, id)->required();
  watch
      .add_option("--from", run->from,
                  menu.Say("number of the first event (default 0)", "처음 볼 사건 번호 (기본 0)"))
      ->check(CLI::NonNegativeNumber);
  watch.add_flag("--no-wait", run->no_wait,
                 menu.Say("stop where it waits for people", "사람을 기다리게 되면 멈추기"));
  menu.Command(group, "cancel", "ask a run to stop", "실행 취소 요청", run, Cancel)
      .add_option("run", run->id, id)
      ->required();
}

}  // namespace deploy::cli
