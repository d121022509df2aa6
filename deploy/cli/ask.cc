// maru ask: a request over A2A, followed until it ends or waits for a person.
#include "agents/planner.h"
#include "deploy/cli/ask_view.h"
#include "deploy/cli/command.h"
#include "deploy/cli/interrupt.h"
#include "model_core/base/clock.h"
#include "model_core/base/language.h"
#include "model_core/base/random.h"
#include "model_core/base/strings.h"
#include "model_core/base/text.h"

namespace deploy::cli {
namespace {

using base::Json;
using base::StrCat;

struct AskOptions {
  std::string text, purpose, now, reply;
  bool no_wait = false;
};

Json MessageRequest(const std::string& text, const AskOptions& options, const std::string& run) {
  Json metadata = {{"language", base::LanguageCode(base::LanguageOf(text))}};
  if (!options.purpose.empty()) metadata["purpose"] = options.purpose;
  if (!options.now.empty()) metadata["now"] = options.now;
  Json message = {{"message_id", base::NewId(absl::ToUnixMillis(base::SystemClock().Now()),
                                             base::SystemRandom())},
                  {"role", "ROLE_USER"},
                  {"parts", {{{"text", text}}}},
                  {"metadata", std::move(metadata)}};
  if (!run.empty()) message["task_id"] = run;
  return {{"message", std::move(message)}};
}

class Asking {
 public:
  Asking(const Session& session, Client& client, const AskOptions& options)
      : session_(session), client_(client), options_(options), view_(session) {}

  // Whatever becomes of the server, a program learns which run it was.
  absl::StatusOr<ExitCode> Run(const std::string& text) {
    auto code = Go(text);
    if (!code.ok() && session_.json && !progress_.id().empty())
      session_.PrintJson(progress_.ToJson());
    return code;
  }

 private:
  absl::StatusOr<ExitCode> Go(const std::string& text) {
    RETURN_IF_ERROR(Follow("lf.a2a.v1.A2AService/SendStreamingMessage",
                           MessageRequest(text, options_, options_.reply)));
    while (!progress_.Ended() && !interrupt_.interrupted()) {
      if (progress_.NeedsInput()) {
        std::string reply;
        if (!AskPerson(reply)) break;
        RETURN_IF_ERROR(Follow("lf.a2a.v1.A2AService/SendStreamingMessage",
                               MessageRequest(reply, options_, progress_.id())));
      } else if (progress_.NeedsApproval() && !MayWait()) {
        break;
      } else {
        RETURN_IF_ERROR(Resume());
      }
    }
    TakeReasons();
    view_.Finish(progress_, interrupt_.interrupted());
    return ExitCodeOfState(progress_.state());
  }

  bool MayWait() const {
    return !options_.no_wait && session_.terminal.interactive && !session_.json;
  }

  absl::Status Follow(const std::string& method, const Json& request) {
    const absl::Status status = client_.Stream(
        method, request,
        [this](const Json& update) {
          for (const std::string& what : progress_.Apply(update)) view_.Show(progress_, what);
          return !progress_.Ended() && !progress_.NeedsInput() &&
                 (!progress_.NeedsApproval() || MayWait());
        },
        [this] { return interrupt_.interrupted(); });
    if (interrupt_.interrupted()) return absl::OkStatus();
    if (!status.ok() && !absl::IsFailedPrecondition(status) && !progress_.id().empty()) {
      session_.Note(StrCat("run ", progress_.id(), " goes on at the server: maru runs watch ",
                           progress_.id()),
                    StrCat("실행 ", base::WithParticle(progress_.id(), "은"),
                           " 서버에서 계속됩니다: maru runs watch ", progress_.id()));
    }
    return status;
  }

  // From where the task stands; one that ended meanwhile is read instead.
  absl::Status Resume() {
    const Json request = {{"id", progress_.id()}};
    const absl::Status followed = Follow("lf.a2a.v1.A2AService/SubscribeToTask", request);
    if (!absl::IsFailedPrecondition(followed)) return followed;
    ASSIGN_OR_RETURN(const Json task, client_.Call("lf.a2a.v1.A2AService/GetTask", request));
    for (const std::string& what : progress_.Apply({{"task", task}})) view_.Show(progress_, what);
    return absl::OkStatus();
  }

  // The task tells its reason in the language of the request; whoever reads may want the other, and
  // programs get both. What became of the run is known without.
  void TakeReasons() {
    const bool read = session_.json || progress_.Ended();
    if (!read || progress_.reason().empty()) return;
    const auto run = client_.Call("maru.v1.RunService/GetRun", {{"id", progress_.id()}});
    if (run.ok()) progress_.TakeReasons(*run);
  }

  bool AskPerson(std::string& reply) const {
    if (!MayWait()) return false;
    while (session_.ReadLine("› ", reply)) {
      if (!base::Trim(reply).empty()) return true;
    }
    return false;
  }

  const Session& session_;
  Client& client_;
  const AskOptions& options_;
  AskView view_;
  TaskProgress progress_;
  const InterruptScope interrupt_;
};

absl::StatusOr<ExitCode> Ask(const Session& session, const AskOptions& options) {
  std::string text = options.text;
  if (text == "-") {
    ASSIGN_OR_RETURN(text, ReadFile(session, "-"));
  }
  RETURN_IF_ERROR(agents::CheckRequestText(text));
  ASSIGN_OR_RETURN(const std::unique_ptr<Client> client, session.Connect());
  return Asking(session, *client, options).Run(text);
}

}  // namespace

void AddAsk(CLI::App& app, Menu& menu) {
  const auto options = std::make_shared<AskOptions>();
  CLI::App& command =
      menu.Command(app, "ask", "ask for something to be done", "일을 요청", options, Ask);
  command
      .add_option("text", options->text,
                  menu.Say("the request, or '-' to read it", "요청할 내용. '-'이면 표준 입력"))
      ->required();
  AddPurpose(command, menu, options->purpose);
  command.add_option("--now", options->now,
                     menu.Say("what 'today' means (RFC 3339)", "'오늘'의 기준 시각 (RFC 3339)"));
  command.add_option(
      "--reply", options->reply,
      menu.Say("answer this run, which waits for input", "입력을 기다리는 이 실행에 답하기"));
  command.add_flag("--no-wait", options->no_wait,
                   menu.Say("do not wait for people", "사람의 입력과 승인을 기다리지 않기"));
}

}  // namespace deploy::cli
