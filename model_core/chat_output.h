// What a model says, taken apart as it comes: reasoning, answer, tool calls. Each family writes
// them in its own way; the ways are a table (text/chat_format.cc), the parser is one.
#pragma once

#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "model_core/base/json.h"

namespace model_core {

struct ChatFormat;  // how one family writes; constant, lives for the whole program

// The format of a `model_type` of config.json. InvalidArgument names the ones there are.
absl::StatusOr<const ChatFormat*> FindChatFormat(std::string_view model_type);

// A piece of an answer. All text is whole UTF-8 characters, without the family's markers.
struct OutputEvent {
  enum class Kind {
    kReasoning,      // text: more of the reasoning
    kAnswer,         // text: more of the answer
    kCallStarted,    // name, id
    kCallArguments,  // text: more of the JSON object of arguments; the pieces together are whole
    kCallComplete,   // name, id; text: the whole JSON object, which parses
    kCallFailed,  // error; text: everything the call said, markers too. Nothing else of it counts
  };
  Kind kind;
  int call = -1;  // which call of this output, from 0; -1 for text
  std::string text{};
  std::string name{};   // of the tool, as the model spelled it
  std::string id{};     // empty where the family writes none
  std::string error{};  // why the call failed, in English
};

// One answer. How the bytes are cut changes only where text and arguments are cut. One thread.
class OutputParser {
 public:
  virtual ~OutputParser() = default;

  // `bytes` may begin and end inside a character or a marker: what is not certain waits.
  virtual std::vector<OutputEvent> Add(std::string_view bytes) = 0;

  // The output has ended; a call that is still open has failed. To be called once.
  virtual std::vector<OutputEvent> Finish() = 0;
};

// `reasoning_open`: the prompt has opened the reasoning (ReasoningOpen of thinking.h). `tools`: the
// list given to the chat template, or null; families that write arguments without types take them
// from there. `format` is of FindChatFormat.
std::unique_ptr<OutputParser> MakeOutputParser(const ChatFormat& format, bool reasoning_open,
                                               base::Json tools = nullptr);

}  // namespace model_core
