// ToolCall: one call while it is being written. It takes the text of the places of a call and makes
// the events of it. One thread.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "model_core/chat_output.h"
#include "model_core/text/chat_format.h"
#include "model_core/text/json_follower.h"

namespace model_core {

class ToolCall {
 public:
  // `tools` outlives this: a list as chat templates take it, or null.
  ToolCall(int index, const base::Json& tools) : index_(index), tools_(tools) {}

  // The call's text as the model wrote it, markers too.
  void Keep(std::string_view raw) { raw_.append(raw); }
  std::string_view raw() const { return raw_; }

  // A byte that JSON wants next, in kObject and kArguments, and in a kValue that may be JSON.
  // Inside of it no marker counts.
  bool WantsJson(Place place, char byte) const;
  void TakeJson(Place place, char byte);
  void TakeText(Place place, std::string_view text);

  // What was taken of a kValue as JSON, past a marker perhaps, is none, seen that `text` comes
  // next, or nothing (`ended`): it is text, and its first marker counts. TakeBack gives back what
  // lies behind `size` bytes of the value.
  bool Misread(std::string_view text, bool ended) const;
  std::string_view value() const { return value_; }
  std::string TakeBack(size_t size);

  // Goes on from one place of the call to another; false: the text of `from` is not complete yet.
  bool Leave(Place from, Place to);

  // The arguments so far as an event, where the name is known.
  void Flush(std::vector<OutputEvent>& out);
  // The call has ended: gives out the rest, and whether it is complete.
  bool Complete(std::vector<OutputEvent>& out);
  // The event of a call that is not complete; `raw` is what belongs to it.
  void Fail(std::string_view raw, std::vector<OutputEvent>& out) const;

 private:
  void Break(std::string_view why);
  void SetName(std::string_view name);
  void TakeValueByte(char byte);
  bool WantsInValue(char byte) const;
  bool MayBeJson() const;
  void EndValue();
  void EndArgument();
  bool IsText(std::string_view value) const;
  void CloseArguments();

  const int index_;
  const base::Json& tools_;
  JsonFollower json_;
  // Of a kValue, while it can still be an object or a list.
  std::optional<JsonFollower> value_json_;
  bool passed_ = false;  // a "<" in a string of it
  std::string raw_, id_, name_, key_, value_;
  std::string arguments_;  // JSON so far
  size_t flushed_ = 0;     // bytes of it that were given out
  bool started_ = false;   // kCallStarted was given out
  bool listed_ = false;    // arguments come one by one
  bool streamed_ = false;  // the value of "arguments" is an object and is given out as it comes
  std::string broken_;     // why, once something is wrong
};

}  // namespace model_core
