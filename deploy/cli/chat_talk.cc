#include "deploy/cli/chat_talk.h"

#include "deploy/cli/chat_view.h"
#include "deploy/cli/interrupt.h"
#include "model_core/base/strings.h"

namespace deploy::cli {

using model_core::ChatReply;

absl::Status ChatTalk::Turn(const std::string& text) {
  ChatView view(session_);
  const InterruptScope interrupt;
  model_core::ChatMessage said = {.role = "user", .content = images_};
  said.content.push_back({.kind = model_core::ChatPart::Kind::kText, .data = text});
  request_.messages.push_back(std::move(said));
  request_.cancelled = [&] { return interrupt.interrupted(); };
  request_.on_event = [&](const model_core::OutputEvent& event) {
    if (!session_.json) view.Show(event);
  };
  absl::StatusOr<ChatReply> reply = model_.Reply(request_);
  if (!reply.ok()) {
    view.Break();
    request_.messages.pop_back();
    return reply.status();
  }
  session_.json ? session_.PrintJson(ChatReplyJson(*reply)) : view.End(*reply);
  request_.messages.push_back(std::move(reply->message));
  images_.clear();
  return absl::OkStatus();
}

absl::Status ChatTalk::Lines() {
  const bool person = session_.terminal.interactive && !session_.json;
  std::string line;
  while (session_.ReadLine(person ? "› " : "", line)) {
    if (base::Trim(line).empty()) continue;
    const absl::Status status = Turn(line);
    if (person && absl::IsCancelled(status)) {
      session_.Note("interrupted; the turn does not count",
                    "중단했습니다. 이 차례는 세지 않습니다");
    } else if (!status.ok()) {
      return status;
    }
  }
  return absl::OkStatus();
}

}  // namespace deploy::cli
