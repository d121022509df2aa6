#include "model_core/chat/reply_builder.h"

#include <utility>

#include "model_core/base/strings.h"

namespace model_core {

using Kind = OutputEvent::Kind;

void ReplyBuilder::Take(std::vector<OutputEvent> events) {
  ChatMessage& message = reply_.message;
  for (OutputEvent& event : events) {
    if (event.call >= 0 && event.id.empty())
      event.id = base::StrCat("call_", calls_before_ + static_cast<size_t>(event.call));
    if (on_event_) on_event_(event);
    if (event.kind == Kind::kReasoning) {
      message.reasoning += event.text;
    } else if (event.kind == Kind::kAnswer) {
      if (message.content.empty()) message.content.emplace_back();
      message.content.back().data += event.text;
    } else if (event.kind == Kind::kCallComplete) {
      message.tool_calls.push_back({event.id, event.name, event.text});
    } else if (event.kind == Kind::kCallFailed) {
      reply_.failed_calls.push_back(std::move(event));
    }
  }
}

ChatReply ReplyBuilder::Finish() {
  Take(parser_->Finish());
  reply_.message.role = "assistant";
  return std::move(reply_);
}

}  // namespace model_core
