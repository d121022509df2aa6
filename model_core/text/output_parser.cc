#include <algorithm>
#include <optional>
#include <utility>

#include "model_core/base/strings.h"
#include "model_core/chat_output.h"
#include "model_core/text/chat_format.h"
#include "model_core/text/tool_call.h"
#include "model_core/text/utf8_stream.h"

namespace model_core {
namespace {

using Kind = OutputEvent::Kind;

// Failed calls inside of which the end is looked for, and values that are read again; it bounds the
// work.
constexpr int kRecoveriesMax = 64;

class Parser : public OutputParser {
 public:
  Parser(const ChatFormat& format, bool reasoning_open, base::Json tools)
      : format_(format),
        tools_(std::move(tools)),
        place_(reasoning_open ? Place::kReasoning : Place::kAnswer) {}

  std::vector<OutputEvent> Add(std::string_view bytes) override;
  std::vector<OutputEvent> Finish() override;

 private:
  struct Found {
    size_t at;               // where a marker begins or may begin; the end if nowhere
    const MarkerRule* rule;  // null: it is not complete
  };

  void Run(bool last);
  bool FollowJson();
  bool StepText(bool last);
  bool TurnBack(std::string_view text, bool ended = false);
  Found FindMarker(std::string_view text, size_t from) const;
  void Text(std::string_view text);
  void Enter(const MarkerRule& rule);
  void EndSection();
  void Show(Kind kind, std::string_view text);
  void Push(Kind kind, std::string_view text);
  std::string WithoutStraySpaces(std::string_view text);
  void EndCall(bool cut_off);

  const ChatFormat& format_;
  const base::Json tools_;
  Place place_;
  Utf8Stream characters_;
  std::string text_;  // not yet dealt with, from at_ on
  size_t at_ = 0;
  std::optional<ToolCall> call_;  // while place_ is one of a call
  int calls_ = 0;
  int recoveries_ = 0;
  std::string header_;           // the role of a turn
  std::string breaks_;           // line breaks that may turn out to end a section
  bool section_begins_ = false;  // right after a marker: line breaks are not shown
  char before_ = '\n';           // the last character of text, for space_after_break
  std::vector<OutputEvent> events_;
};

std::vector<OutputEvent> Parser::Add(std::string_view bytes) {
  characters_.Add(bytes, text_);
  Run(/*last=*/false);
  return std::exchange(events_, {});
}

std::vector<OutputEvent> Parser::Finish() {
  characters_.Finish(text_);
  Run(/*last=*/true);
  while (call_.has_value()) {
    if (!TurnBack("", /*ended=*/true)) {
      EndCall(/*cut_off=*/true);
      place_ = Place::kAnswer;
    }
    Run(/*last=*/true);
  }
  if (place_ == Place::kHeader) EndSection();
  if (!breaks_.empty()) {
    Push(place_ == Place::kReasoning ? Kind::kReasoning : Kind::kAnswer, breaks_);
  }
  return std::exchange(events_, {});
}

void Parser::Run(bool last) {
  while (at_ < text_.size() && (FollowJson() || StepText(last))) {
  }
  text_.erase(0, at_);
  at_ = 0;
  if (call_.has_value()) call_->Flush(events_);
}

// True if it got on.
bool Parser::FollowJson() {
  if (!call_.has_value()) return false;
  const size_t from = at_;
  while (at_ < text_.size() && call_->WantsJson(place_, text_[at_])) {
    call_->TakeJson(place_, text_[at_++]);
  }
  call_->Keep(std::string_view(text_).substr(from, at_ - from));
  return at_ > from;
}

// Text up to the next marker, and the marker. True if more can follow at once.
bool Parser::StepText(bool last) {
  const Found found = FindMarker(text_, at_);
  const bool all = last && found.rule == nullptr;
  const size_t size = all ? std::string::npos : found.at - at_;
  const std::string_view text = std::string_view(text_).substr(at_, size);
  if (TurnBack(text)) return true;
  Text(text);
  at_ = all ? text_.size() : found.at;
  if (found.rule == nullptr) return false;
  at_ += found.rule->marker.size();
  Enter(*found.rule);
  return true;
}

// A value that was read past its first marker, because that lay in a string of JSON, and is no JSON
// (`text` comes next, or nothing): the marker counts, and what follows it is read again.
bool Parser::TurnBack(std::string_view text, bool ended) {
  if (!call_.has_value() || !call_->Misread(text, ended)) return false;
  const Found passed = FindMarker(call_->value(), 0);
  if (passed.rule == nullptr || ++recoveries_ > kRecoveriesMax) return false;
  text_.replace(0, at_, call_->TakeBack(passed.at));
  at_ = 0;
  return true;
}

Parser::Found Parser::FindMarker(std::string_view text, size_t from) const {
  const uint32_t here = In(place_);
  for (size_t at = from; at < text.size(); ++at) {
    const std::string_view tail = text.substr(at);
    for (const MarkerRule& rule : format_.rules) {
      if ((rule.from & here) == 0) continue;
      if (tail.starts_with(rule.marker)) return {at, &rule};
      if (rule.marker.starts_with(tail)) return {at, nullptr};
    }
  }
  return {text.size(), nullptr};
}

void Parser::Text(std::string_view text) {
  if (text.empty()) return;
  if (call_.has_value()) {
    call_->Keep(text);
    call_->TakeText(place_, text);
  } else if (place_ == Place::kHeader) {
    header_.append(text);
  } else {
    Show(place_ == Place::kReasoning ? Kind::kReasoning : Kind::kAnswer, text);
  }
}

void Parser::Enter(const MarkerRule& rule) {
  if (!call_.has_value()) {
    EndSection();
    if (IsCall(rule.to)) call_.emplace(calls_++, tools_);
  }
  if (call_.has_value()) {
    call_->Keep(rule.marker);
    if (IsCall(place_) && !call_->Leave(place_, rule.to)) return;
    if (!IsCall(rule.to)) EndCall(/*cut_off=*/false);
  }
  place_ = rule.to;
}

// A role other than "assistant" was none: it is shown.
void Parser::EndSection() {
  breaks_.clear();
  section_begins_ = true;
  const std::string header = std::exchange(header_, {});
  if (place_ == Place::kHeader && base::Trim(header) != "assistant") {
    Show(Kind::kAnswer, header);
    breaks_.clear();
    section_begins_ = true;
  }
}

// Line breaks beside a marker belong to the format, not to the text.
void Parser::Show(Kind kind, std::string_view text) {
  const std::string meant =
      format_.space_after_break ? WithoutStraySpaces(text) : std::string(text);
  std::string_view shown = meant;
  if (section_begins_) shown.remove_prefix(std::min(shown.find_first_not_of('\n'), shown.size()));
  if (shown.empty()) return;
  section_begins_ = false;
  const size_t end = shown.find_last_not_of('\n') + 1;  // 0: line breaks only
  if (end > 0) Push(kind, std::exchange(breaks_, {}) + std::string(shown.substr(0, end)));
  breaks_.append(shown.substr(end));
}

std::string Parser::WithoutStraySpaces(std::string_view text) {
  std::string meant;
  for (char byte : text) {
    const bool after_break = before_ == '\n' || before_ == '\t';
    before_ = byte;
    if (byte != ' ' || !after_break) meant += byte;
  }
  return meant;
}

void Parser::Push(Kind kind, std::string_view text) {
  if (!events_.empty() && events_.back().kind == kind) {
    events_.back().text.append(text);
  } else {
    events_.push_back({.kind = kind, .text = std::string(text)});
  }
}

// A call that failed ends at its first end marker, even where that seemed to lie inside of JSON:
// what follows is read on.
void Parser::EndCall(bool cut_off) {
  if (cut_off || !call_->Complete(events_)) {
    const std::string raw(call_->raw());
    const size_t found =
        ++recoveries_ > kRecoveriesMax ? std::string::npos : raw.find(format_.call_end);
    const size_t end = found == std::string::npos ? raw.size() : found + format_.call_end.size();
    call_->Fail(std::string_view(raw).substr(0, end), events_);
    text_.replace(0, at_, raw, end);
    at_ = 0;
  }
  call_.reset();
}

}  // namespace

std::unique_ptr<OutputParser> MakeOutputParser(const ChatFormat& format, bool reasoning_open,
                                               base::Json tools) {
  return std::make_unique<Parser>(format, reasoning_open, std::move(tools));
}

}  // namespace model_core
