// Grammar: constrained decoding by llguidance. A factory holds the token trie of one tokenizer; a
// constraint follows one sequence.
#pragma once

#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "model_core/token_constraint.h"
#include "model_core/tokenizer.h"

namespace model_core {

// What follows one sequence under a grammar.
class GrammarConstraint : public TokenConstraint {
 public:
  // The bytes that must come next, however they are cut into tokens; empty if there is a choice. A
  // token that is longer may cross their end.
  virtual std::string ForcedText() = 0;
};

// Thread-safe; the tokenizer must outlive it.
class GrammarFactory {
 public:
  // `eos` ends a constrained text; `control_tokens` (by spelling) can never be produced as text.
  static absl::StatusOr<std::unique_ptr<GrammarFactory>> Make(
      const Tokenizer& tokenizer, int32_t eos, const std::vector<std::string>& control_tokens);
  ~GrammarFactory();
  GrammarFactory(const GrammarFactory&) = delete;
  GrammarFactory& operator=(const GrammarFactory&) = delete;

  enum class Kind { kLark, kJsonSchema, kRegex };
  // InvalidArgument carries llguidance's own error. The constraint is for one thread at a time.
  absl::StatusOr<std::unique_ptr<GrammarConstraint>> Make(Kind kind,
                                                          std::string_view grammar) const;

 private:
  GrammarFactory(maru_grammar_factory* handle, int32_t eos) : handle_(handle), eos_(eos) {}
  maru_grammar_factory* handle_;
  int32_t eos_;
};

}  // namespace model_core
