#include "model_core/chat_prompt.h"

#include <algorithm>

#include "model_core/base/strings.h"
#include "model_core/chat_template.h"
#include "model_core/thinking.h"

namespace model_core {
namespace {

// Stands inside of every token that somebody spelled out; there the prompt is cut, and no token
// reaches over a cut. U+FDD0 is no character and not for interchange.
constexpr std::string_view kCut = "\xEF\xB7\x90";
constexpr std::string_view kReplacement = "\xEF\xBF\xBD";
constexpr size_t kSpellingMax = 64;  // bytes of a control token

// What EncodeControl alone makes of its spelling. A vocabulary holds others in brackets, such as
// [].
bool IsControl(const Tokenizer& tokenizer, std::string_view spelling) {
  const int32_t id = tokenizer.TokenId(spelling);
  if (id < 0) return false;
  const auto plain = tokenizer.Encode(spelling);
  return !plain.ok() || *plain != std::vector<int32_t>{id};
}

// A control token begins at `at`.
bool SpellsToken(const Tokenizer& tokenizer, std::string_view text, size_t at) {
  const char close = text[at] == '<' ? '>' : ']';
  const std::string_view rest = text.substr(at, kSpellingMax);
  for (size_t end = rest.find(close); end != std::string::npos; end = rest.find(close, end + 1)) {
    if (IsControl(tokenizer, rest.substr(0, end + 1))) return true;
  }
  return false;
}

std::string Disarmed(const Tokenizer& tokenizer, std::string_view said) {
  const std::string text = base::ReplaceAll(said, kCut, kReplacement);
  std::string out;
  for (size_t at = 0; at < text.size(); ++at) {
    out += text[at];
    const bool bracket = text[at] == '<' || text[at] == '[';
    if (bracket && SpellsToken(tokenizer, text, at)) out.append(kCut);
  }
  return out;
}

void Disarm(const Tokenizer& tokenizer, base::Json& value) {
  if (value.is_string()) {
    value = Disarmed(tokenizer, value.get_ref<const std::string&>());
  } else if (value.is_array()) {
    for (base::Json& each : value) Disarm(tokenizer, each);
  } else if (value.is_object()) {
    base::Json object = base::Json::object();
    for (auto& [key, each] : value.items()) {
      Disarm(tokenizer, each);
      object[Disarmed(tokenizer, key)] = std::move(each);
    }
    value = std::move(object);
  }
}

absl::Status Encode(const Tokenizer& tokenizer, std::string_view text,
                    std::vector<int32_t>& tokens) {
  while (true) {
    const size_t cut = std::min(text.find(kCut), text.size());
    ASSIGN_OR_RETURN(const std::vector<int32_t> piece,
                     tokenizer.EncodeControl(text.substr(0, cut)));
    tokens.insert(tokens.end(), piece.begin(), piece.end());
    if (cut == text.size()) return absl::OkStatus();
    text.remove_prefix(cut + kCut.size());
  }
}

}  // namespace

absl::StatusOr<ChatPrompt> MakeChatPrompt(const Tokenizer& tokenizer, const ChatFormat& format,
                                          std::string_view chat_template, base::Json context,
                                          bool thinking) {
  for (const char* said : {"messages", "tools"}) {
    if (context.contains(said)) Disarm(tokenizer, context[said]);
  }
  SetThinking(format, thinking, context);
  ASSIGN_OR_RETURN(std::string rendered, RenderChat(chat_template, context));
  rendered = SettleThinking(format, thinking, std::move(rendered));
  ChatPrompt prompt;
  RETURN_IF_ERROR(Encode(tokenizer, rendered, prompt.tokens));
  prompt.text = base::ReplaceAll(rendered, kCut, "");
  prompt.reasoning_open = ReasoningOpen(format, rendered);
  return prompt;
}

}  // namespace model_core
