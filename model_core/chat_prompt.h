// From a conversation to the tokens of a prompt, as a family's chat template has it.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "model_core/chat_output.h"
#include "model_core/tokenizer.h"

namespace model_core {

struct ChatPrompt {
  std::string text;
  std::vector<int32_t> tokens;
  bool reasoning_open = false;  // for MakeOutputParser and MakeThinkingConstraint
};

// `context`: as for RenderChat; the family's switch for `thinking` is put in here. What is said in
// "messages" and "tools" cannot become control tokens, however it is spelled.
// InvalidArgument: the template's own error, or text that is not UTF-8.
absl::StatusOr<ChatPrompt> MakeChatPrompt(const Tokenizer& tokenizer, const ChatFormat& format,
                                          std::string_view chat_template, base::Json context,
                                          bool thinking);

}  // namespace model_core
