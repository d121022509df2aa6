// Conversation: messages as chat templates take them. Pure functions.
#pragma once

#include <string>
#include <vector>

#include "model_core/chat.h"

namespace model_core {

// "messages" of a template's context. InvalidArgument, by the message's number: no messages, a role
// that is none, text that is not UTF-8, arguments that are no JSON object, the result of a call
// that nobody made.
absl::StatusOr<base::Json> TemplateMessages(const std::vector<ChatMessage>& messages);

// Of {"type": "function", "function": {"name", …}}; empty if it is none.
std::string ToolName(const base::Json& tool);

// InvalidArgument unless `tools` are null or a list of functions with names of their own.
absl::Status CheckTools(const base::Json& tools);

std::vector<std::string> ImageFiles(const std::vector<ChatMessage>& messages);

// How many tool calls were made so far.
size_t CountCalls(const std::vector<ChatMessage>& messages);

}  // namespace model_core
