#include "agents/planning/choices.h"

#include <algorithm>

#include "agents/planning/kinds.h"
#include "model_core/base/strings.h"

namespace agents {
namespace {

using base::StrCat;
using tools::ArgumentSpec;
using tools::ToolSpec;

// A due date is never past, nor that since when something was in the future; a number of days knows
// weeks and months, and 항 and 호 are not any number.
std::string LiteralKind(const ArgumentSpec& argument, const std::string& kind) {
  if (kind == "date" && argument.name == "due") return "due";
  if (kind == "time" && argument.name == "since") return "since";
  const bool own = argument.name == "days" || argument.name == "hang" || argument.name == "ho";
  return kind == "int" && own ? argument.name : kind;
}

void AddLiterals(const ArgumentSpec& argument, const Findings& found, Choices& choices) {
  for (const std::string& kind : argument.kinds) {
    if (kind == "text" || kind == "quote") choices.text = !found.bounds.empty();
    if (kind == "quote") choices.span = SpanKind::kQuote;
    if (kind == "enum") {
      for (const std::string& value : argument.values) {
        choices.literals.push_back(StrCat("\"", value, "\""));
      }
    }
    const auto literals = found.literals.find(LiteralKind(argument, kind));
    if (literals == found.literals.end()) continue;
    choices.literals.insert(choices.literals.end(), literals->second.begin(),
                            literals->second.end());
  }
}

void AddFields(const ArgumentSpec& argument, const ToolSpec& tool, std::string_view step,
               Choices& choices) {
  for (const tools::ResultSpec& field : tool.results) {
    if (!FieldFits(field, argument)) continue;
    const std::string path = StrCat(step, ".", field.path);
    choices.references.push_back(base::ReplaceAll(path, "[]", "[0]"));
    if (argument.list && path.find("[]") != std::string::npos) {
      choices.lists.push_back(base::ReplaceAll(path, "[]", "[*]"));
    }
  }
}

}  // namespace

bool Choices::None() const {
  return literals.empty() && !text && references.empty() && lists.empty() && results.empty();
}

const Findings& FindingsFor(const ToolSpec& tool, const ArgumentSpec& argument,
                            const Recognition& recognition) {
  if (argument.name == "subject" && !recognition.heading.closed.empty()) return recognition.heading;
  if (argument.name == "body" && !recognition.body.closed.empty()) return recognition.body;
  const bool reads = tool.effect == tools::Effect::kRead;
  return reads && !argument.Takes("quote") ? recognition : recognition.own;
}

Choices ChoicesFor(const ArgumentSpec& argument, const Findings& found, const Sources& sources) {
  Choices choices;
  AddLiterals(argument, found, choices);
  for (size_t i = 0; i < sources.size(); ++i) {
    const std::string step = StrCat("s", i + 1);
    if (argument.Takes("result")) choices.results.push_back(step);
    AddFields(argument, *sources[i], step, choices);
  }
  return choices;
}

bool Completable(const ToolSpec& tool, const Recognition& recognition, const Sources& sources) {
  bool lifted = tool.needs_one_of.empty();
  for (const ArgumentSpec& argument : tool.arguments) {
    const bool lifts = Lifts(tool, argument);
    if (!argument.required && !lifts) continue;
    const Findings& found = FindingsFor(tool, argument, recognition);
    const bool none = ChoicesFor(argument, found, sources).None();
    if (argument.required && none) return false;
    lifted = lifted || (lifts && !none);
  }
  return lifted;
}

std::vector<std::string> AskableSlots(const tools::Catalogue& catalogue) {
  std::vector<std::string> slots;
  for (const ToolSpec& tool : catalogue.tools()) {
    for (const ArgumentSpec& argument : tool.arguments) {
      if (!argument.required && !Lifts(tool, argument)) continue;
      slots.push_back(StrCat(tool.name, ".", argument.name));
    }
  }
  return slots;
}

}  // namespace agents
