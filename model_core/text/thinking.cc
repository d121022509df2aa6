#include "model_core/thinking.h"

#include <algorithm>

#include "model_core/base/check.h"
#include "model_core/base/strings.h"
#include "model_core/base/text.h"
#include "model_core/text/chat_format.h"
#include "model_core/text/thinking_constraint.h"

namespace model_core {
namespace {

// A marker's token.
absl::StatusOr<int32_t> MarkerToken(const Tokenizer& tokenizer, std::string_view marker) {
  const int32_t token = tokenizer.TokenId(marker);
  if (token >= 0) return token;
  return base::Error(absl::StatusCode::kInvalidArgument,
                     base::StrCat("thinking: the tokenizer has no token '", marker, "'"),
                     base::StrCat("생각 제어: 토크나이저에 토큰 '", marker, "'",
                                  base::Particle(marker, "이"), " 없습니다"));
}

// Tokens that lead out of the reasoning.
absl::StatusOr<std::vector<int32_t>> EndTokens(const Tokenizer& tokenizer,
                                               const ChatFormat& format) {
  std::vector<int32_t> tokens;
  for (const MarkerRule& rule : format.rules) {
    if ((rule.from & In(Place::kReasoning)) == 0 || rule.to == Place::kReasoning) continue;
    ASSIGN_OR_RETURN(const int32_t token, MarkerToken(tokenizer, rule.marker));
    tokens.push_back(token);
  }
  return tokens;
}

}  // namespace

void SetThinking(const ChatFormat& format, bool on, base::Json& template_context) {
  for (const TemplateSwitch& each : format.switches) {
    const absl::StatusOr<base::Json> value = base::ParseJson(on ? each.on : each.off, each.key);
    CHECK(value.ok());
    template_context[std::string(each.key)] = *value;
  }
}

bool ReasoningOpen(const ChatFormat& format, std::string_view prompt) {
  return base::Trim(prompt).ends_with(format.think_begin);
}

bool ReasoningClosed(const ChatFormat& format, std::string_view prompt) {
  const std::string end = base::StrCat(format.think_end, base::Trim(format.after_end));
  std::string_view text = base::Trim(prompt);
  if (!text.ends_with(end)) return false;
  text.remove_suffix(end.size());
  return ReasoningOpen(format, text);
}

size_t CountReasoning(const Tokenizer& tokenizer, const ChatFormat& format,
                      std::span<const int32_t> answer, bool reasoning_open) {
  size_t count = 0;
  bool reasoning = reasoning_open;
  for (const int32_t token : answer) {
    const auto leads = [&](const MarkerRule& rule) {
      return (rule.from & In(reasoning ? Place::kReasoning : Place::kAnswer)) != 0 &&
             (rule.to == Place::kReasoning) != reasoning && tokenizer.TokenId(rule.marker) == token;
    };
    if (std::any_of(format.rules.begin(), format.rules.end(), leads)) {
      reasoning = !reasoning;
    } else if (reasoning) {
      ++count;
    }
  }
  return count;
}

std::string SettleThinking(const ChatFormat& format, bool on, std::string prompt) {
  if (on) return prompt;
  if (ReasoningOpen(format, prompt)) {
    prompt.append(prompt.ends_with('\n') ? "\n" : "\n\n");
  } else if (format.opens_in_output && !base::Trim(prompt).ends_with(format.think_end)) {
    prompt.append(format.think_begin).append("\n\n");
  } else {
    return prompt;
  }
  return prompt.append(format.think_end).append(format.after_end);
}

absl::StatusOr<std::unique_ptr<TokenConstraint>> MakeThinkingConstraint(
    const Tokenizer& tokenizer, const ChatFormat& format, const Thinking& thinking,
    bool reasoning_open, TokenConstraint* answer, const AnswerWay& way) {
  ThinkingTokens tokens;
  ASSIGN_OR_RETURN(tokens.begin, MarkerToken(tokenizer, format.think_begin));
  ASSIGN_OR_RETURN(tokens.end, MarkerToken(tokenizer, format.think_end));
  ASSIGN_OR_RETURN(tokens.ends, EndTokens(tokenizer, format));
  if (answer != nullptr) tokens.stops = way.stop_tokens;
  const std::string_view answer_begin = answer != nullptr && !way.call ? format.answer_begin : "";
  ASSIGN_OR_RETURN(tokens.open,
                   tokenizer.EncodeControl(base::StrCat(format.think_begin, format.after_begin)));
  ASSIGN_OR_RETURN(tokens.cut,
                   tokenizer.EncodeControl(base::StrCat(format.cut_short, format.think_end,
                                                        format.after_end, answer_begin)));
  ASSIGN_OR_RETURN(tokens.to_answer,
                   tokenizer.EncodeControl(base::StrCat(format.after_end, answer_begin)));
  ASSIGN_OR_RETURN(tokens.answer_begin, tokenizer.EncodeControl(answer_begin));
  return std::make_unique<ThinkingConstraint>(tokenizer, std::move(tokens), thinking,
                                              reasoning_open, answer);
}

}  // namespace model_core
