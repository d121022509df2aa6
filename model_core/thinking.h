// Thinking before the answer: switched on, switched off or held to a number of tokens, request by
// request, in the words of each family.
#pragma once

#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "model_core/chat_output.h"
#include "model_core/token_constraint.h"
#include "model_core/tokenizer.h"

namespace model_core {

struct Thinking {
  bool on = true;
  std::optional<size_t> tokens_max;  // none: as long as the model likes
};

// Before rendering: puts the family's switch into the context of its chat template.
void SetThinking(const ChatFormat& format, bool on, base::Json& template_context);

// After rendering: where thinking is off and the template has not said so, closes the reasoning.
std::string SettleThinking(const ChatFormat& format, bool on, std::string prompt);

// The prompt ends with reasoning begun.
bool ReasoningOpen(const ChatFormat& format, std::string_view prompt);

// The prompt ends with an empty thought: the template has the model answer at once.
bool ReasoningClosed(const ChatFormat& format, std::string_view prompt);

// How many of an answer's tokens are reasoning, without markers.
size_t CountReasoning(const Tokenizer& tokenizer, const ChatFormat& format,
                      std::span<const int32_t> answer, bool reasoning_open);

// What else there is to know of an answer that is held.
struct AnswerWay {
  bool call = false;                   // a tool call, which is not introduced as text is
  std::vector<int32_t> stop_tokens{};  // cannot come before it
};

// Holds one sequence to `thinking`. On: reasoning that the prompt has not opened is opened; after
// tokens_max tokens of it (up to 3 more where a character would be torn) the family's end of
// reasoning is forced. Off: it cannot begin. `answer` (or null) holds from the first token of the
// answer on. The same tokens give the same masks. `tokenizer` and `answer` outlive the result.
// InvalidArgument: the tokenizer has no such marker.
absl::StatusOr<std::unique_ptr<TokenConstraint>> MakeThinkingConstraint(
    const Tokenizer& tokenizer, const ChatFormat& format, const Thinking& thinking,
    bool reasoning_open, TokenConstraint* answer, const AnswerWay& way = {});

}  // namespace model_core
