// ThinkingConstraint: follows one sequence through reasoning and answer, counts the reasoning and
// ends it. One thread.
#pragma once

#include <memory>
#include <string>
#include <vector>

#include "model_core/text/utf8_stream.h"
#include "model_core/thinking.h"

namespace model_core {

// A family's markers and texts in one tokenizer.
struct ThinkingTokens {
  int32_t begin = -1;
  int32_t end = -1;
  std::vector<int32_t> ends;          // end, and whatever else leads out of the reasoning
  std::vector<int32_t> stops;         // cannot come inside of it
  std::vector<int32_t> open;          // begins the reasoning
  std::vector<int32_t> cut;           // ends it before the model would, and leads to the answer
  std::vector<int32_t> to_answer;     // from `end` to a constrained answer
  std::vector<int32_t> answer_begin;  // before a constrained answer without reasoning
};

// Nothing is allocated between the constructor and the last token.
class ThinkingConstraint : public TokenConstraint {
 public:
  ThinkingConstraint(const Tokenizer& tokenizer, ThinkingTokens tokens, const Thinking& thinking,
                     bool reasoning_open, TokenConstraint* answer);

  std::span<const int32_t> ForcedTokens() override;
  absl::Status ComputeMask(std::span<uint32_t> bitmask) override;
  absl::Status Accept(int32_t token) override;
  bool Done() override;

 private:
  bool scripted() const { return at_ < script_.size(); }
  void Force(const std::vector<int32_t>& tokens);
  absl::Status AcceptReasoning(int32_t token);
  void EndIfUsedUp();

  const Tokenizer& tokenizer_;
  const ThinkingTokens tokens_;
  const Thinking limits_;
  TokenConstraint* const answer_;  // null: any answer
  bool reasoning_;
  size_t used_ = 0;              // tokens of reasoning
  std::vector<int32_t> script_;  // forced, from at_ on
  size_t at_ = 0;
  Utf8Stream characters_;  // of the reasoning, to end it between two
  std::string seen_;       // that came out of it; nobody's
};

}  // namespace model_core
