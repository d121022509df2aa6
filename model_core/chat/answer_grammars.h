// AnswerGrammars: what a request holds its answer to, as a constraint. Thread-safe.
#pragma once

#include <memory>
#include <mutex>
#include <string>
#include <vector>

#include "model_core/chat.h"
#include "model_core/chat/chat_files.h"

namespace model_core {

bool CallRequired(const ChatRequest& request);

class AnswerGrammars {
 public:
  explicit AnswerGrammars(const ChatFiles& files) : files_(files) {}  // which outlive this

  // Null: the answer is free. InvalidArgument: a grammar that is none, a tool that is not there,
  // both a grammar and a call asked for.
  absl::StatusOr<std::unique_ptr<GrammarConstraint>> Make(const ChatRequest& request);

 private:
  absl::StatusOr<const GrammarFactory*> Factory();
  absl::StatusOr<std::vector<std::string>> ControlTokens() const;

  const ChatFiles& files_;
  std::mutex mutex_;
  std::unique_ptr<const GrammarFactory> factory_;  // made when the first request needs one
};

}  // namespace model_core
