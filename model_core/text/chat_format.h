// ChatFormat: how one family writes reasoning, answers and tool calls, as data. The output is text
// in places, and markers that lead from one place to another; a marker counts only in the places
// that its rule names, everywhere else it is text.
#pragma once

#include <cstdint>
#include <span>
#include <string_view>

#include "model_core/chat_output.h"

namespace model_core {

// Where the text lies. From kCallId on it belongs to a tool call.
enum class Place : uint8_t {
  kAnswer,
  kReasoning,
  kHeader,  // the role of a turn, "assistant", which is not shown
  kCallId,
  kName,       // of the tool
  kObject,     // {"name": …, "arguments": {…}}
  kArguments,  // the arguments as a JSON object
  kGap,        // white space between the parts of a call
  kKey,        // of one argument
  kValue,      // of one argument: text, or JSON where the tool's schema asks for no string
};

constexpr bool IsCall(Place place) { return place >= Place::kCallId; }

constexpr uint32_t In(auto... places) { return ((uint32_t{1} << static_cast<int>(places)) | ...); }

// In one place no marker begins another one.
struct MarkerRule {
  uint32_t from;  // In(…): the places where it counts
  std::string_view marker;
  Place to;
};

// A variable of the chat template, with its values as JSON.
struct TemplateSwitch {
  std::string_view key;
  std::string_view on;
  std::string_view off;
};

// A call as the family's models write it.
struct CallForm {
  std::string_view begin;
  std::string_view id_end;     // after an id of ten characters; empty: calls have no ids
  std::string_view name_end;   // between name and arguments
  std::string_view end;
  bool json = false;    // the name stands inside of a JSON string
  bool tagged = false;  // arguments one by one as key and value, else a JSON object
};

struct ChatFormat {
  std::span<const std::string_view> model_types;
  std::span<const MarkerRule> rules;
  CallForm call;
  std::string_view call_end;  // the marker where a call that went wrong ends

  std::string_view think_begin;  // markers, each one token
  std::string_view think_end;
  std::span<const TemplateSwitch> switches;
  std::string_view after_begin;   // between think_begin and the reasoning
  std::string_view cut_short;     // before think_end where the budget is used up
  std::string_view after_end;     // between think_end and the answer
  std::string_view answer_begin;  // before an answer that is no tool call
  bool opens_in_output;           // the model itself writes think_begin; the prompt does not

  // After a line break or a tab the model writes a space that is not meant.
  bool space_after_break;
};

}  // namespace model_core
