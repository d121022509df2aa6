// Which values and which result fields fit an argument: the kinds of the catalogue (§1.2); which
// tools act, and what they need.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "agents/plan.h"
#include "model_core/base/json.h"
#include "tools/catalogue.h"

namespace agents {

// `value` is one of `argument`'s kinds (of one element, for lists). References are not values.
bool FitsKind(const base::Json& value, const tools::ArgumentSpec& argument);

// A field may fill `argument` by reference: its type is one of the kinds; an enumeration fits only
// itself; text also fits a quote; an argument that takes an identifier takes nothing else; what
// came from outside never fits.
bool FieldFits(const tools::ResultSpec& field, const tools::ArgumentSpec& argument);

// `text` has the written shape of an identifier of that kind ("id:patient"). Kinds without a shape
// of their own take any text without blanks.
bool IsIdentifier(std::string_view kind, std::string_view text);

// A write or a release: it changes an outside system, or data leave.
bool Acts(const tools::ToolSpec& tool);

// Of a question's slot, "mail.send.to": the tool.
std::string ToolOfSlot(std::string_view slot);

// The tools that a plan has or asks about, in order.
std::vector<std::string> ToolsOf(const Plan& plan);

// `argument` is one of those of which `tool` needs one.
bool Lifts(const tools::ToolSpec& tool, const tools::ArgumentSpec& argument);

}  // namespace agents
