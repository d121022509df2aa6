#include "model_core/chat/answer_grammars.h"

#include <utility>

#include "model_core/base/strings.h"
#include "model_core/chat/call_grammar.h"

namespace model_core {
namespace {

using base::Json;
using Kind = GrammarFactory::Kind;

absl::StatusOr<std::unique_ptr<GrammarConstraint>> Answer(const GrammarFactory& factory,
                                                          const ChatGrammar& answer) {
  if (answer.kind != Kind::kJsonSchema) return factory.Make(answer.kind, answer.text);
  ASSIGN_OR_RETURN(Json schema, base::ParseJson(answer.text, "schema", "답변의 JSON 스키마"));
  return factory.Make(answer.kind, base::DumpJson(WithoutFreeSpace(std::move(schema))));
}

}  // namespace

bool CallRequired(const ChatRequest& request) {
  return request.tool_choice.kind == ChatToolChoice::Kind::kRequired;
}

absl::StatusOr<std::unique_ptr<GrammarConstraint>> AnswerGrammars::Make(
    const ChatRequest& request) {
  const bool held = request.answer.has_value();
  if (!CallRequired(request) && !held) return nullptr;
  if (CallRequired(request) && held) {
    return base::Error(absl::StatusCode::kInvalidArgument,
                       "tool choice: a call is required, and a grammar for the answer given too",
                       "도구 호출과 답변 문법을 함께 요구할 수 없습니다");
  }
  ASSIGN_OR_RETURN(const GrammarFactory* factory, Factory());
  if (held) return Answer(*factory, *request.answer);
  ASSIGN_OR_RETURN(const std::string call, CallGrammar(*files_.tokenizer, *files_.format,
                                                       request.tools, request.tool_choice.name));
  return factory->Make(Kind::kLark, call);
}

absl::StatusOr<const GrammarFactory*> AnswerGrammars::Factory() {
  const std::lock_guard lock(mutex_);
  if (factory_ != nullptr) return factory_.get();
  if (files_.stop_tokens.empty()) {
    return base::Error(absl::StatusCode::kInvalidArgument,
                       "grammar: the model's files name no token that ends an answer",
                       "문법 제약: 모델 파일에 답변을 끝내는 토큰이 없습니다");
  }
  ASSIGN_OR_RETURN(const std::vector<std::string> control, ControlTokens());
  ASSIGN_OR_RETURN(factory_,
                   GrammarFactory::Make(*files_.tokenizer, files_.stop_tokens.front(), control));
  return factory_.get();
}

// Tokens that nobody can spell: text that looks like one is encoded as others.
absl::StatusOr<std::vector<std::string>> AnswerGrammars::ControlTokens() const {
  const Tokenizer& tokenizer = *files_.tokenizer;
  std::vector<std::string> control;
  for (int32_t id = 0; static_cast<size_t>(id) < tokenizer.vocabulary_size(); ++id) {
    const absl::StatusOr<std::string> text = tokenizer.Bytes({&id, 1});
    if (!text.ok() || text->size() < 3 || tokenizer.TokenId(*text) != id) continue;
    if (text->front() != '<' && text->front() != '[') continue;
    ASSIGN_OR_RETURN(const std::vector<int32_t> spelled, tokenizer.Encode(*text));
    if (spelled != std::vector<int32_t>{id}) control.push_back(*text);
  }
  return control;
}

}  // namespace model_core
