// What `maru model chat` shows of a reply while it comes: the answer and tool calls on the output,
// reasoning and remarks beside it. One thread.
#pragma once

#include "deploy/cli/session.h"
#include "model_core/chat.h"

namespace deploy::cli {

class ChatView {
 public:
  explicit ChatView(const Session& session) : session_(session) {}

  void Show(const model_core::OutputEvent& event);
  // After the last event: ends the line, and says what was cut, what failed and how fast it went.
  void End(const model_core::ChatReply& reply);
  // The reply did not come to its end.
  void Break() { EndReasoning(), EndLine(); }

 private:
  void Out(std::string_view text);
  void Reasoning(std::string_view text);
  void EndReasoning();
  void EndLine();

  const Session& session_;
  bool reasoning_ = false;  // the line beside the output is open
  bool line_ = false;       // the output's line is open
};

// {"message", "finish_reason", "usage"} with the names that chat completions of others have, and
// "failed_calls" if there are any.
base::Json ChatReplyJson(const model_core::ChatReply& reply);

}  // namespace deploy::cli
