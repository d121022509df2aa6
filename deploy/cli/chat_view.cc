#include "deploy/cli/chat_view.h"

#include <algorithm>

#include "deploy/cli/display.h"
#include "model_core/base/quotations.h"
#include "model_core/base/strings.h"

namespace deploy::cli {
namespace {

using base::Json;
using base::StrCat;
using model_core::ChatReply;
using Kind = model_core::OutputEvent::Kind;

Json MessageJson(const model_core::ChatMessage& message) {
  Json json = {{"role", message.role}, {"content", model_core::TextOf(message)}};
  if (!message.reasoning.empty()) json["reasoning"] = message.reasoning;
  for (const model_core::ChatToolCall& call : message.tool_calls) {
    const Json function = {{"name", call.name}, {"arguments", call.arguments}};
    json["tool_calls"].push_back({{"id", call.id}, {"type", "function"}, {"function", function}});
  }
  return json;
}

std::string_view FinishName(ChatReply::Finish finish) {
  switch (finish) {
    case ChatReply::Finish::kLength:
      return "length";
    case ChatReply::Finish::kToolCalls:
      return "tool_calls";
    case ChatReply::Finish::kStop:
      break;
  }
  return "stop";
}

}  // namespace

void ChatView::Show(const model_core::OutputEvent& event) {
  switch (event.kind) {
    case Kind::kReasoning:
      return Reasoning(event.text);
    case Kind::kAnswer:
    case Kind::kCallArguments:
      return Out(event.text);
    case Kind::kCallStarted:
      EndLine();
      return Out(StrCat("→ ", event.name, " "));
    case Kind::kCallComplete:
    case Kind::kCallFailed:
      return EndLine();
  }
}

void ChatView::Out(std::string_view text) {
  EndReasoning();
  session_.Print(Clean(text));
  line_ = !text.ends_with('\n');
}

void ChatView::Reasoning(std::string_view text) {
  EndLine();
  reasoning_ = true;
  const std::string shown = Painted(Clean(text), Tone::kQuiet, session_.terminal.colour);
  std::fwrite(shown.data(), 1, shown.size(), session_.terminal.err);
}

void ChatView::EndReasoning() {
  if (reasoning_) std::fputs("\n\n", session_.terminal.err);
  reasoning_ = false;
}

void ChatView::EndLine() {
  if (line_) session_.Print("\n");
  line_ = false;
}

void ChatView::End(const ChatReply& reply) {
  Break();
  const auto note = [&](const std::string& english, const std::string& korean) {
    session_.Note(english, korean);
  };
  for (const model_core::OutputEvent& call : reply.failed_calls) {
    note(StrCat("a tool call is not well formed (", call.error, "): ", call.text),
         StrCat("도구 호출의 형식이 잘못되었습니다 (", base::Quoted(call.error), "): ", call.text));
  }
  const size_t tokens = reply.usage.completion_tokens;
  if (reply.finish == ChatReply::Finish::kLength) {
    note(StrCat("cut after ", tokens, " tokens; more with --tokens-max"),
         StrCat(tokens, "토큰에서 잘렸습니다. --tokens-max로 늘릴 수 있습니다"));
  }
  if (!session_.terminal.interactive || reply.usage.decode_ms <= 0) return;
  const auto rate = static_cast<int64_t>(static_cast<double>(tokens) * 1e3 / reply.usage.decode_ms);
  note(StrCat(reply.usage.prompt_tokens, " + ", tokens, " tokens, ", rate, " tokens/s"),
       StrCat("입력 ", reply.usage.prompt_tokens, " + 생성 ", tokens, "토큰, 초당 ", rate, "토큰"));
}

Json ChatReplyJson(const ChatReply& reply) {
  const model_core::ChatUsage& usage = reply.usage;
  Json json = {{"message", MessageJson(reply.message)},
               {"finish_reason", FinishName(reply.finish)},
               {"usage",
                {{"prompt_tokens", usage.prompt_tokens},
                 {"cached_tokens", usage.cached_tokens},
                 {"completion_tokens", usage.completion_tokens},
                 {"reasoning_tokens", usage.reasoning_tokens},
                 {"prefill_ms", usage.prefill_ms},
                 {"decode_ms", usage.decode_ms}}}};
  for (const model_core::OutputEvent& call : reply.failed_calls)
    json["failed_calls"].push_back({{"text", call.text}, {"error", call.error}});
  return json;
}

}  // namespace deploy::cli
