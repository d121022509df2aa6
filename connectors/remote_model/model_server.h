// ModelServer: one question to a server that speaks the OpenAI chat completions API, and its
// answer, whose form a JSON Schema binds. A server may not honour that: whoever asks reads on.
//
// Thread-safe; calls block.
#pragma once

#include <string>
#include <string_view>

#include "connectors/remote_model.h"

namespace connectors {

struct ChatQuestion {
  std::string_view name;             // of the schema
  std::string_view english, korean;  // what an answer that holds is: "a plan that holds"
  base::Json messages, schema;
};

struct ChatAnswer {
  std::string text;
  size_t prompt_tokens = 0, tokens = 0;
};

class ModelServer {
 public:
  // `http` outlives it.
  ModelServer(OpenAiOptions options, HttpClient& http)
      : options_(std::move(options)), http_(http) {}

  // Errors: MakeOpenAiPlanner's. Its timeout is that of one answer, within the call's deadline.
  absl::StatusOr<ChatAnswer> Ask(const ChatQuestion& question,
                                 const tools::CallContext& context) const;
  const std::string& model() const { return options_.model; }

 private:
  HttpRequest Request(const ChatQuestion& question) const;

  const OpenAiOptions options_;
  HttpClient& http_;
};

// An error of the model server, named as such.
absl::Status ModelServerError(absl::StatusCode code, std::string_view english,
                              std::string_view korean);

// Internal: the answer to `question` is not what was asked for, and why.
absl::Status DoesNotHold(const ChatQuestion& question, const absl::Status& why);

}  // namespace connectors
