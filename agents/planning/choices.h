// What may stand in an argument of one step: values that the request holds, parts of the user's own
// words, and fields of earlier results. The one list from which grammar, schema and check are made.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "agents/planning/recogniser.h"
#include "agents/planning/spans.h"
#include "tools/catalogue.h"

namespace agents {

// The tools of the steps before this one, in order: step i+1 is sources[i].
using Sources = std::vector<const tools::ToolSpec*>;

struct Choices {
  std::vector<std::string> literals;  // JSON values, each once
  bool text = false;                  // any trimmed part of the request, of this kind
  SpanKind span = SpanKind::kName;
  std::vector<std::string> references;  // paths of one value: "s1.items[0].law_id"
  std::vector<std::string> lists;       // paths that fill a whole list: "s1.items[*].item"
  std::vector<std::string> results;     // steps whose whole result may be named: "s1"

  bool None() const;
};

// What `argument` may take from the request. A quotation says what others said, or what is to be
// passed on: whom and what a step concerns that does more than read is taken from the requester's
// own words, and so is what is passed on (a quote); of a quotation they take all or nothing. No
// heading is taken from what is called the words under it, nor those from what is called the
// heading.
const Findings& FindingsFor(const tools::ToolSpec& tool, const tools::ArgumentSpec& argument,
                            const Recognition& recognition);

Choices ChoicesFor(const tools::ArgumentSpec& argument, const Findings& found,
                   const Sources& sources);

// Every required argument of `tool` has a choice, and so has one of those it needs one of.
bool Completable(const tools::ToolSpec& tool, const Recognition& recognition,
                 const Sources& sources);

// Arguments that a question may name: "law.article.law", in catalogue order.
std::vector<std::string> AskableSlots(const tools::Catalogue& catalogue);

}  // namespace agents
