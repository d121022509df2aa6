// maru approvals: what waits for people, and their answers. An answer is bound to the hash of what
// was shown.
#include "deploy/cli/command.h"
#include "deploy/cli/members.h"
#include "deploy/cli/run_view.h"
#include "model_core/base/strings.h"
#include "model_core/base/text.h"

namespace deploy::cli {
namespace {

using base::Json;
using base::StrCat;
using base::StringOr;

struct ListOptions {
  std::string state = "pending";
};
struct AnswerOptions {
  std::string id, reason, hash;
  bool yes = false;
};

absl::StatusOr<ExitCode> List(const Session& session, const ListOptions& options) {
  ASSIGN_OR_RETURN(const auto client, session.Connect());
  ASSIGN_OR_RETURN(const Json answer,
                   client->Call("maru.v1.ApprovalService/ListApprovals",
                                {{"state", options.state == "all" ? "" : options.state}}));
  if (session.json) {
    session.PrintJson(answer);
    return ExitCode::kOk;
  }
  std::vector<std::vector<Cell>> rows;
  for (const Json& approval : Items(answer, "approvals")) {
    const bool mine = base::BoolOr(approval, "mine", false);
    rows.push_back({{StringOr(approval, "id", ""), Tone::kQuiet},
                    ApprovalStateCell(session, StringOr(approval, "state", "")),
                    {StringOr(approval, "requester", "")},
                    {ToolTitle(session, StringOr(approval, "tool", ""))},
                    {mine ? session.Say("you may answer", "답할 수 있음") : "", Tone::kWait}});
  }
  Page page = session.NewPage();
  page.Table({session.Say("approval", "승인"), session.Say("state", "상태"),
              session.Say("requester", "요청자"), session.Say("tool", "도구"), ""},
             rows);
  session.Print(page.Take());
  return ExitCode::kOk;
}

absl::StatusOr<Json> Get(Client& client, const std::string& id) {
  return client.Call("maru.v1.ApprovalService/GetApproval", {{"id", id}});
}

void Display(const Session& session, const Json& approval) {
  Page page = session.NewPage();
  ShowApproval(session, Member(approval, "document"), page);
  const std::string basis(base::Trim(StringOr(approval, "basis", "")));
  const bool withheld = Member(approval, "basis_withheld").is_object();
  if (!basis.empty() || withheld) {
    page.Heading(session.Say("What it rests on", "앞 단계의 결과"));
    page.Line(
        withheld ? session.Say("above your clearance", "열람 등급을 넘어 보이지 않습니다") : basis,
        2);
  }
  session.Print(page.Take());
}

absl::StatusOr<ExitCode> Show(const Session& session, const AnswerOptions& options) {
  ASSIGN_OR_RETURN(const auto client, session.Connect());
  ASSIGN_OR_RETURN(const Json approval, Get(*client, options.id));
  if (session.json) {
    session.PrintJson(approval);
  } else {
    Display(session, approval);
  }
  return ExitCode::kOk;
}

bool AsksPerson(const Session& session) { return session.terminal.interactive && !session.json; }

// Whoever approves has seen what, or says so: a person is asked, a script tells --yes or the hash.
absl::Status CheckConfirmed(const Session& session, const AnswerOptions& options, bool approve) {
  if (!approve || options.yes || !options.hash.empty() || AsksPerson(session))
    return absl::OkStatus();
  return base::Error(absl::StatusCode::kInvalidArgument,
                     StrCat("approval '", options.id,
                            "': nobody can be asked here; say --yes, or --hash with the "
                            "hash that 'maru approvals show' tells"),
                     StrCat("승인 '", options.id,
                            "': 여기에서는 물어볼 수 없습니다. --yes를 주거나, 'maru "
                            "approvals show'가 알려 주는 해시를 --hash로 주십시오"));
}

// What was shown then is what would be approved now.
absl::Status CheckHash(const AnswerOptions& options, const std::string& call_hash) {
  if (options.hash.empty() || options.hash == call_hash) return absl::OkStatus();
  return base::Error(
      absl::StatusCode::kFailedPrecondition,
      StrCat("approval '", options.id, "' is bound to ", call_hash, ", not to ", options.hash),
      StrCat("승인 '", options.id, "'의 해시는 ", base::WithParticle(options.hash, "이"),
             " 아니라 ", call_hash, "입니다"));
}

enum class Answer { kApprove, kReject, kAgain };

// Of a question whether an effect happened the same answers mean that it did, and that it did not.
std::string Question(const Session& session, const Json& approval, Answer answer) {
  const bool doubt = Member(Member(Member(approval, "document"), "shown"), "question").is_string();
  if (answer == Answer::kAgain)
    return session.Say("It was not done: do it once more?", "처리되지 않았으니 다시 실행할까요?");
  if (answer == Answer::kApprove)
    return doubt ? session.Say("It was done: is that so?", "처리된 것이 맞습니까?")
                 : session.Say("Approve exactly this?", "이대로 승인할까요?");
  return doubt ? session.Say("It was not done: leave it at that?", "처리되지 않은 채로 끝낼까요?")
               : session.Say("Reject this?", "반려할까요?");
}

std::string Answered(const Session& session, Answer answer) {
  if (answer == Answer::kAgain) return session.Say("once more", "다시 실행하게 했습니다");
  return answer == Answer::kApprove ? session.Say("approved", "승인했습니다")
                                    : session.Say("rejected", "반려했습니다");
}

absl::StatusOr<ExitCode> Decide(const Session& session, const AnswerOptions& options,
                                Answer answer) {
  const bool approve = answer == Answer::kApprove, again = answer == Answer::kAgain;
  RETURN_IF_ERROR(CheckConfirmed(session, options, approve || again));
  ASSIGN_OR_RETURN(const auto client, session.Connect());
  ASSIGN_OR_RETURN(const Json approval, Get(*client, options.id));
  RETURN_IF_ERROR(CheckHash(options, StringOr(approval, "call_hash", "")));
  if (!session.json) Display(session, approval);
  if (AsksPerson(session) && !options.yes &&
      !session.Confirm(Question(session, approval, answer))) {
    session.Note("not answered", "답하지 않았습니다");
    return ExitCode::kWaiting;
  }
  const Json request = {{"id", options.id},
                        {"approve", approve},
                        {"once_more", again},
                        {"reason", options.reason},
                        {"call_hash", StringOr(approval, "call_hash", "")}};
  RETURN_IF_ERROR(client->Call("maru.v1.ApprovalService/DecideApproval", request).status());
  if (session.json) {
    session.PrintJson({{"approval", options.id},
                       {"approved", approve},
                       {"once_more", again},
                       {"call_hash", StringOr(approval, "call_hash", "")}});
  } else {
    session.Print(StrCat(Answered(session, answer), "\n"));
  }
  return ExitCode::kOk;
}

absl::StatusOr<ExitCode> Approve(const Session& session, const AnswerOptions& options) {
  return Decide(session, options, Answer::kApprove);
}
absl::StatusOr<ExitCode> Reject(const Session& session, const AnswerOptions& options) {
  return Decide(session, options, Answer::kReject);
}
absl::StatusOr<ExitCode> Again(const Session& session, const AnswerOptions& options) {
  return Decide(session, options, Answer::kAgain);
}

}  // namespace

void AddApprovals(CLI::App& app, Menu& menu) {
  CLI::App& group = menu.Group(app, "approvals", "approvals: list, show, approve, reject, again",
                               "승인: 목록, 상세, 승인, 반려, 다시 실행");
  const auto list = std::make_shared<ListOptions>();
  menu.Command(group, "list", "those that you may answer or have asked for",
               "답할 수 있거나 요청한 승인", list, List)
      .add_option("--state", list->state,
                  menu.Say("pending | approved | rejected | void | all (default pending)",
                           "pending | approved | rejected | void | all (기본 pending)"))
      ->check(CLI::IsMember({"pending", "approved", "rejected", "void", "all"}));
  const auto answer = std::make_shared<AnswerOptions>();
  const std::string id = menu.Say("the approval's id", "승인 번호");
  menu.Command(group, "show", "exactly what is to be approved", "승인할 내용 그대로", answer, Show)
      .add_option("approval", answer->id, id)
      ->required();
  CLI::App* answers[] = {
      &menu.Command(group, "approve", "approve what is shown; asked whether it was done: it was",
                    "보이는 내용을 승인. 처리 여부를 물은 것이면 처리되었다는 답", answer, Approve),
      &menu.Command(
          group, "reject", "reject it; asked whether it was done: it was not, and stays so",
          "반려. 처리 여부를 물은 것이면 처리되지 않았고 그대로 끝내라는 답", answer, Reject),
      &menu.Command(group, "again", "asked whether it was done: it was not, do it once more",
                    "처리 여부를 물은 것에 처리되지 않았으니 다시 실행하라는 답", answer, Again)};
  for (CLI::App* command : answers) {
    command->add_option("approval", answer->id, id)->required();
    command->add_option("--reason", answer->reason,
                        menu.Say("why; where it was seen that it was done, or was not",
                                 "사유. 처리 여부에 대한 답이면 어디서 확인했는지"));
    command->add_option("--hash", answer->hash,
                        menu.Say("only if it is bound to this hash, as 'show' tells it",
                                 "'show'가 알려 준 이 해시에 묶여 있을 때만"));
    command->add_flag("--yes", answer->yes,
                      menu.Say("do not ask; approving off a terminal needs this or --hash",
                               "묻지 않기 (터미널이 아닌 곳의 승인에는 이것이나 --hash가 필요)"));
  }
}

}  // namespace deploy::cli
