// Chat: a conversation in, the next message out, as it comes. Joins what a published folder says of
// prompts and stops (chat template, generation_config.json), the engine, and the parser of its
// family's output.
#pragma once

#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "model_core/chat_output.h"
#include "model_core/chat_prompt.h"
#include "model_core/engine.h"
#include "model_core/grammar.h"
#include "model_core/thinking.h"

namespace model_core {

struct ChatPart {
  enum class Kind { kText, kImage };
  Kind kind = Kind::kText;
  std::string data;    // UTF-8 text, or a PNG or JPEG file (vision.h)
  std::string name{};  // of an image file; some templates tell the model
};

struct ChatToolCall {
  std::string id;         // unique in a conversation
  std::string name;       // of the tool
  std::string arguments;  // a JSON object
};

struct ChatMessage {
  std::string role;  // system, user, assistant, tool
  std::vector<ChatPart> content{};
  std::string reasoning{};                 // assistant; which of it is repeated, the template says
  std::vector<ChatToolCall> tool_calls{};  // assistant
  std::string tool_call_id{};              // tool: of the call that this is the result of
};

ChatMessage TextMessage(std::string role, std::string text);
std::string TextOf(const ChatMessage& message);  // its text parts, joined

struct ChatToolChoice {
  enum class Kind {
    kAuto,
    kNone,      // the tools are not shown
    kRequired,  // one call, held to the tool's schema by a grammar
  };
  Kind kind = Kind::kAuto;
  std::string name{};  // with kRequired: of this tool
};

struct ChatGrammar {  // of a JSON Schema: JSON on one line
  GrammarFactory::Kind kind = GrammarFactory::Kind::kJsonSchema;
  std::string text;
};

struct ChatRequest {
  std::vector<ChatMessage> messages;
  base::Json tools =
      nullptr;  // [{"type": "function", "function": {"name", "description", "parameters"}}]
  ChatToolChoice tool_choice;
  Thinking thinking;
  std::optional<ChatGrammar> answer;      // holds for the whole answer: it leaves no room for calls
  Sampling sampling;                      // ChatModel::sampling: as the model's makers advise
  std::vector<std::string> stop_strings;  // in all that the model writes, reasoning and calls too
  int tokens_max = 4096;                  // reasoning and calls too
  std::string date;  // for templates that name it, "2026-11-26"; empty: today in Seoul
  absl::Time deadline = absl::InfiniteFuture();
  std::string tenant;                 // as in GenerateRequest
  std::function<bool()> cancelled{};  // as in GenerateRequest

  // Called by the caller's thread inside Reply, as the message comes; may be empty. Calls have ids.
  std::function<void(const OutputEvent&)> on_event{};
};

struct ChatUsage {
  size_t prompt_tokens = 0;  // rows of images too
  size_t cached_tokens = 0;  // of the prompt, computed for an earlier request
  size_t completion_tokens = 0;
  size_t reasoning_tokens = 0;  // of completion_tokens
  double wait_ms = 0, prefill_ms = 0, decode_ms = 0;
};

struct ChatReply {
  enum class Finish { kStop, kLength, kToolCalls };
  ChatMessage message;  // of the assistant, to be put behind the conversation; calls that are whole
  std::vector<OutputEvent> failed_calls;  // what was begun as a call and is none
  Finish finish = Finish::kStop;
  ChatUsage usage;
};

// Thread-safe.
class ChatModel {
 public:
  virtual ~ChatModel() = default;

  // InvalidArgument: a role that is none, text that is not UTF-8, images for a model that sees
  // none, arguments, tools or a grammar that are not well formed, tools that the folder's template
  // does not show, what it refuses, and as Generate. Otherwise the errors of Generate:
  // DeadlineExceeded, Cancelled, ResourceExhausted.
  virtual absl::StatusOr<ChatReply> Reply(const ChatRequest& request) = 0;

  // What Reply would put before the model, images with their rows.
  virtual absl::StatusOr<ChatPrompt> Prompt(const ChatRequest& request) const = 0;

  virtual const Sampling& sampling()
      const = 0;  // of generation_config.json; greedy if it says none
  virtual bool sees_images() const = 0;
  virtual Engine& engine() = 0;
};

// Of a published folder: config.json, weights, tokenizer.json, and a chat template in
// chat_template.jinja or tokenizer_config.json (of several the one named default). NotFound: the
// folder or its template; InvalidArgument: a model type without a chat format; errors of
// MakeEngine.
absl::StatusOr<std::unique_ptr<ChatModel>> MakeChatModel(const std::string& directory,
                                                         EngineOptions options = {});

}  // namespace model_core
