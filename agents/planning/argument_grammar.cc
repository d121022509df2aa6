#include "agents/planning/argument_grammar.h"

#include <algorithm>
#include <map>

#include "agents/planning/kinds.h"
#include "agents/planning/listed.h"
#include "agents/planning/spans.h"
#include "model_core/base/json.h"
#include "model_core/base/strings.h"

namespace agents {
namespace {

using base::StrCat;
using base::StrJoin;
using tools::ArgumentSpec;
using tools::ToolSpec;

constexpr int kListItemsMax = 24;

std::string ReferenceJson(std::string_view path) { return StrCat("{\"$ref\":\"", path, "\"}"); }

class Builder {
 public:
  Builder(const tools::Catalogue& catalogue, const ToolSpec& tool, std::string_view text,
          const Recognition& recognition, const Sources& sources)
      : catalogue_(catalogue),
        tool_(tool),
        text_(text),
        recognition_(recognition),
        sources_(sources) {}

  std::string Build() {
    for (const ArgumentSpec& argument : tool_.arguments) AddValue(argument);
    Add("arguments", Members(0, /*written=*/false, tool_.needs_one_of.empty()));
    for (const auto& [name, span] : spans_)
      grammar_ += SpanGrammar(name, OpenText(text_, *span.found), span.found->bounds, span.kind);
    return std::move(grammar_);
  }

 private:
  struct Terminal {
    const Findings* found;
    SpanKind kind;
  };

  void Add(std::string_view rule, std::string_view body) {
    grammar_.append(rule).append(": ").append(body).append("\n");
  }

  std::string TerminalName(const Findings& found, SpanKind kind) const {
    std::string name = "ANY";
    if (&found == &recognition_.own) name = "OWN";
    if (&found == &recognition_.heading) name = "HEADING";
    if (&found == &recognition_.body) name = "BODY";
    return name + (kind == SpanKind::kQuote ? "_WORDS" : "_NAME");
  }

  // Alternatives of one value of what was found.
  std::string One(const Choices& choices, const Findings& found) {
    std::vector<std::string> out;
    for (const std::string& literal : choices.literals) out.push_back(LarkQuote(literal));
    if (choices.text) {
      const std::string name = TerminalName(found, choices.span);
      spans_[name] = {&found, choices.span};
      out.push_back(StrCat(R"("\"" )", name, R"( "\"")"));
    }
    for (const std::string& path : choices.references) {
      out.push_back(LarkQuote(ReferenceJson(path)));
    }
    return StrJoin(out, " | ");
  }

  // v_NAME: what may stand behind the argument's name; none if nothing can.
  void AddValue(const ArgumentSpec& argument) {
    const Findings& found = FindingsFor(tool_, argument, recognition_);
    Choices choices = ChoicesFor(argument, found, sources_);
    if (choices.None()) return;
    if (argument.list && argument.Takes("enum")) JoinListed(argument, choices.literals);
    const std::string rule = StrCat("v_", argument.name);
    offered_[argument.name] = rule;
    if (!argument.list) return Add(rule, One(choices, found));
    std::vector<std::string> whole;
    if (!choices.results.empty()) whole.push_back(AddResults(rule, choices.results));
    for (const std::string& path : choices.lists) {
      whole.push_back(LarkQuote(ReferenceJson(path)));
    }
    if (const std::string one = One(choices, found); !one.empty()) {
      Add(StrCat("i_", argument.name), one);
      whole.push_back(StrCat(R"("[" i_)", argument.name, R"( ("," i_)", argument.name, "){0,",
                             kListItemsMax - 1, R"(} "]")"));
    }
    Add(rule, StrJoin(whole, " | "));
  }

  // Values that the request names side by side are taken together, or none of them.
  void JoinListed(const ArgumentSpec& argument, std::vector<std::string>& literals) const {
    const auto runs = ListedTogether(text_, *catalogue_.Enumeration(argument.enumeration));
    for (const auto& run : runs) {
      if (run.size() < 2) continue;
      std::erase_if(literals, [&](const std::string& literal) {
        return std::find(run.begin(), run.end(), literal.substr(1, literal.size() - 2)) !=
               run.end();
      });
    }
    for (const auto& run : runs) {
      const std::string together = StrCat("\"", StrJoin(run, "\",\""), "\"");
      if (std::find(literals.begin(), literals.end(), together) == literals.end())
        literals.push_back(together);
    }
  }

  // Whole results, each once, in step order. Rule r names the results from the r-th on.
  std::string AddResults(const std::string& rule, const std::vector<std::string>& steps) {
    const auto from = [&](size_t i) { return StrCat(rule, "_r", i); };
    for (size_t i = 0; i < steps.size(); ++i) {
      std::vector<std::string> next;
      for (size_t j = i + 1; j < steps.size(); ++j) next.push_back(from(j));
      const std::string more =
          next.empty() ? "" : StrCat(R"( ("," ()", StrJoin(next, " | "), "))?");
      Add(from(i), StrCat(LarkQuote(ReferenceJson(steps[i])), more));
    }
    std::vector<std::string> first;
    for (size_t i = 0; i < steps.size(); ++i) first.push_back(from(i));
    return StrCat(R"("[" ()", StrJoin(first, " | "), R"() "]")");
  }

  // Members from argument `i` on, in catalogue order. `written`: one stands before, so a comma
  // comes first; `met`: one of those that the tool needs one of stands before. Empty: cannot be
  // completed.
  std::string Members(size_t i, bool written, bool met) {
    if (i == tool_.arguments.size()) return met ? "\"\"" : "";
    const ArgumentSpec& argument = tool_.arguments[i];
    std::vector<std::string> bodies;
    if (const auto value = offered_.find(argument.name); value != offered_.end()) {
      const std::string rest = Tail(i + 1, true, met || Lifts(tool_, argument));
      const std::string name = StrCat(written ? "," : "", "\"", argument.name, "\":");
      if (!rest.empty()) bodies.push_back(StrCat(LarkQuote(name), " ", value->second, " ", rest));
    }
    if (!argument.required) {
      if (const std::string rest = Tail(i + 1, written, met); !rest.empty()) {
        bodies.push_back(rest);
      }
    }
    return StrJoin(bodies, " | ");
  }

  // The name of the rule that holds Members(i, written, met); empty if there is none.
  std::string Tail(size_t i, bool written, bool met) {
    const std::string rule = StrCat("m", i, written ? "w" : "", met ? "m" : "");
    if (const auto made = tails_.find(rule); made != tails_.end()) return made->second;
    const std::string body = Members(i, written, met);
    if (!body.empty()) Add(rule, body);
    return tails_[rule] = body.empty() ? "" : rule;
  }

  const tools::Catalogue& catalogue_;
  const ToolSpec& tool_;
  const std::string_view text_;
  const Recognition& recognition_;
  const Sources& sources_;
  std::string grammar_;
  std::map<std::string, Terminal> spans_;       // terminals in use
  std::map<std::string, std::string> offered_;  // argument → its value rule
  std::map<std::string, std::string> tails_;
};

}  // namespace

std::string LarkQuote(std::string_view text) {
  return base::DumpJson(base::Json(std::string(text)));
}

std::string ArgumentGrammar(const tools::Catalogue& catalogue, const ToolSpec& tool,
                            std::string_view text, const Recognition& recognition,
                            const Sources& sources) {
  return Builder(catalogue, tool, text, recognition, sources).Build();
}

}  // namespace agents
