// ReplyBuilder: an answer's bytes as they come, as events for who listens and as the message at the
// end. One thread.
#pragma once

#include <functional>
#include <memory>
#include <string_view>
#include <vector>

#include "model_core/chat.h"

namespace model_core {

class ReplyBuilder {
 public:
  // `calls_before`: of the conversation; calls without an id of their own are numbered on.
  ReplyBuilder(std::unique_ptr<OutputParser> parser, size_t calls_before,
               const std::function<void(const OutputEvent&)>& on_event)
      : parser_(std::move(parser)), calls_before_(calls_before), on_event_(on_event) {}

  void Add(std::string_view bytes) { Take(parser_->Add(bytes)); }
  // The message and the failed calls; once, at the end.
  ChatReply Finish();

 private:
  void Take(std::vector<OutputEvent> events);

  const std::unique_ptr<OutputParser> parser_;
  const size_t calls_before_;
  const std::function<void(const OutputEvent&)>& on_event_;
  ChatReply reply_;
};

}  // namespace model_core
