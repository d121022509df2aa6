// What a published folder says of conversations: the template and its special tokens, where an
// answer stops, how its makers advise to sample.
#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "model_core/base/json.h"
#include "model_core/chat_output.h"
#include "model_core/sampling.h"
#include "model_core/tokenizer.h"

namespace model_core {

struct ChatFiles {
  const ChatFormat* format = nullptr;
  std::unique_ptr<Tokenizer> tokenizer;
  std::string chat_template;
  base::Json special_tokens = base::Json::object();  // "bos_token", … as templates know them
  int32_t turn_end = -1;               // the tokenizer's own end of a turn; -1: it names none
  std::vector<int32_t> stop_tokens{};  // to be filled: the model's end tokens, and the above
  Sampling sampling;
  bool sees_images = false;
};

// Errors as by MakeChatModel, but of weights and images.
absl::StatusOr<ChatFiles> ReadChatFiles(const std::string& directory);

}  // namespace model_core
