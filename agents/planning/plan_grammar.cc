#include "agents/planning/plan_grammar.h"

#include <algorithm>

#include "agents/plan.h"
#include "model_core/base/strings.h"

namespace agents {
namespace {

using base::StrCat;
using base::StrJoin;
using tools::ArgumentSpec;
using tools::ToolSpec;

// A Lark string literal of `text`.
std::string Quote(std::string_view text) { return base::DumpJson(base::Json(std::string(text))); }

std::string RuleName(std::string_view name) {
  std::string rule(name);
  std::replace_if(
      rule.begin(), rule.end(), [](char c) { return c == '.' || c == ':'; }, '_');
  return rule;
}

bool InSpan(unsigned char c) { return c != '"' && c != '\\' && c >= 0x20; }

class Builder {
 public:
  Builder(const tools::Catalogue& catalogue, const GrammarRequest& request)
      : catalogue_(catalogue), request_(request) {}

  std::string Build() {
    AddSpans();
    Add("start", "plan | ask | refuse");
    AddSteps();
    AddAsk();
    Add("refuse", R"("{\"verdict\":\"refuse\",\"reason\":\"" ("harmful" | "out_of_scope") "\"}")");
    return StrCat("%llguidance {}\n", grammar_);
  }

 private:
  void Add(std::string_view rule, std::string_view body) {
    grammar_.append(rule).append(": ").append(body).append("\n");
  }

  // SPAN: any part of the request between two bounds, without quotes, trimmed.
  void AddSpans() {
    std::vector<std::string> parts;
    for (size_t begin = 0; begin < request_.text.size();) {
      size_t end = begin;
      while (end < request_.text.size() && InSpan(static_cast<unsigned char>(request_.text[end])))
        ++end;
      if (end > begin) parts.push_back(SpanPart(begin, end, parts.size()));
      begin = end + 1;
    }
    if (parts.empty()) return;
    has_span_ = true;
    Add("SPAN", StrCat("(", StrJoin(parts, " | "), ") & /[^ ]([^\\n]*[^ ])?/"));
  }

  std::string SpanPart(size_t begin, size_t end, size_t index) {
    base::Json chunks = base::Json::array();
    size_t from = begin;
    for (size_t bound : request_.values->bounds) {
      if (bound <= from || bound >= end) continue;
      chunks.push_back(std::string(request_.text.substr(from, bound - from)));
      from = bound;
    }
    chunks.push_back(std::string(request_.text.substr(from, end - from)));
    const std::string name = StrCat("SPAN_", index);
    Add(name, StrCat("%regex ", base::DumpJson({{"substring_chunks", chunks}})));
    return name;
  }

  const std::vector<std::string>& Literals(const std::string& kind) const {
    static const std::vector<std::string> kNone;
    auto it = request_.values->literals.find(kind);
    return it == request_.values->literals.end() ? kNone : it->second;
  }

  // Alternatives for one value of `argument`, as literals or spans; empty if the request holds
  // none.
  std::vector<std::string> ValueAlternatives(const ArgumentSpec& argument) {
    std::vector<std::string> out;
    for (const std::string& kind : argument.kinds) {
      if (kind == "text" || kind == "quote") {
        if (has_span_) out.push_back(R"("\"" SPAN "\"")");
      } else if (kind == "enum") {
        for (const std::string& value : argument.values)
          out.push_back(Quote(StrCat("\"", value, "\"")));
      } else {
        const bool due = kind == "date" && argument.name == "due";
        const bool days = kind == "int" && argument.name == "days";
        for (const std::string& literal : Literals(due ? "due" : days ? "days" : kind)) {
          out.push_back(Quote(literal));
        }
      }
    }
    return out;
  }

  // Paths of trusted fields of offered tools whose type fits; `all`: those with [*], for lists.
  std::vector<std::string> ReferencePaths(const ArgumentSpec& argument, bool all) const {
    std::set<std::string> paths;
    for (const ToolSpec& tool : catalogue_.tools()) {
      if (!request_.offered.contains(tool.name)) continue;
      for (const tools::ResultSpec& field : tool.results) {
        if (field.untrusted || !Fits(field, argument)) continue;
        const size_t at = field.path.find("[]");
        const bool listed = at != std::string::npos;
        if (all != listed && all) continue;
        std::string path = field.path;
        if (listed) path.replace(at, 2, all ? "[*]" : "[0]");
        paths.insert(path);
      }
    }
    return {paths.begin(), paths.end()};
  }

  static bool Fits(const tools::ResultSpec& field, const ArgumentSpec& argument) {
    if (field.type == "enum")
      return argument.Takes("enum") && field.enumeration == argument.enumeration;
    const bool takes_id = std::any_of(argument.kinds.begin(), argument.kinds.end(),
                                      [](const std::string& k) { return k.starts_with("id:"); });
    if (takes_id) return argument.Takes(field.type);
    return argument.Takes(field.type) || (field.type == "text" && argument.Takes("quote"));
  }

  std::vector<std::string> ReferenceAlternatives(const ArgumentSpec& argument, bool all) {
    std::vector<std::string> quoted;
    for (const std::string& path : ReferencePaths(argument, all)) quoted.push_back(Quote(path));
    if (quoted.empty()) return {};
    const std::string rule =
        StrCat("path_", all ? "all_" : "", RuleName(StrJoin(argument.kinds, "_")),
               argument.enumeration.empty() ? "" : StrCat("_", argument.enumeration));
    if (rules_.insert(rule).second) Add(rule, StrJoin(quoted, " | "));
    return {StrCat(R"("{\"$ref\":\"s" /[1-5]/ "." )", rule, R"( "\"}")")};
  }

  // The rule for one argument's value in a first step (`later` false: nothing to refer to) or a
  // later one; empty if nothing can stand there.
  std::string ValueRule(const ToolSpec& tool, const ArgumentSpec& argument, bool later) {
    const std::string rule =
        StrCat("v_", RuleName(tool.name), "_", argument.name, later ? "_l" : "_f");
    std::vector<std::string> one;
    if (argument.Takes("result")) {
      if (later) one.push_back(R"("{\"$ref\":\"s" /[1-5]/ "\"}")");
    } else {
      one = ValueAlternatives(argument);
      if (later) {
        for (std::string& reference : ReferenceAlternatives(argument, false))
          one.push_back(reference);
      }
    }
    std::vector<std::string> whole;
    if (argument.list) {
      if (!one.empty()) {
        Add(StrCat(rule, "_i"), StrJoin(one, " | "));
        whole.push_back(StrCat(R"("[" )", rule, R"(_i ("," )", rule, R"(_i)* "]")"));
      }
      if (later && !argument.Takes("result")) {
        for (std::string& reference : ReferenceAlternatives(argument, true))
          whole.push_back(reference);
      }
    } else {
      whole = std::move(one);
    }
    if (whole.empty()) return "";
    Add(rule, StrJoin(whole, " | "));
    return rule;
  }

  // Arguments from index `i` on, in catalogue order. `written`: one stands before; `met`:
  // needs_one_of is met. Returns the rule's name, or empty if it can never be completed.
  std::string ArgumentsRule(const ToolSpec& tool, size_t i, bool written, bool met, bool later) {
    if (i == tool.arguments.size()) return met ? "empty" : "";
    const std::string rule = StrCat("a_", RuleName(tool.name), "_", i, written ? "w" : "n",
                                    met ? "m" : "u", later ? "l" : "f");
    if (auto it = arguments_.find(rule); it != arguments_.end()) return it->second ? rule : "";
    const ArgumentSpec& argument = tool.arguments[i];
    const bool lifts = std::find(tool.needs_one_of.begin(), tool.needs_one_of.end(),
                                 argument.name) != tool.needs_one_of.end();
    std::vector<std::string> bodies;
    const std::string value = value_rules_[StrCat(tool.name, "/", argument.name, later)];
    const std::string after = ArgumentsRule(tool, i + 1, true, met || lifts, later);
    if (!value.empty() && !after.empty()) {
      bodies.push_back(StrCat(Quote(StrCat(written ? "," : "", "\"", argument.name, "\":")), " ",
                              value, " ", after));
    }
    if (!argument.required) {
      const std::string without = ArgumentsRule(tool, i + 1, written, met, later);
      if (!without.empty()) bodies.push_back(without);
    }
    arguments_[rule] = !bodies.empty();
    if (bodies.empty()) return "";
    Add(rule, StrJoin(bodies, " | "));
    return rule;
  }

  // All calls that a step may be, or empty.
  std::string CallRule(bool later) {
    std::vector<std::string> calls;
    for (const ToolSpec& tool : catalogue_.tools()) {
      if (!request_.offered.contains(tool.name)) continue;
      for (const ArgumentSpec& argument : tool.arguments) {
        value_rules_[StrCat(tool.name, "/", argument.name, later)] =
            ValueRule(tool, argument, later);
      }
      const std::string arguments = ArgumentsRule(tool, 0, false, tool.needs_one_of.empty(), later);
      if (arguments.empty()) continue;
      calls.push_back(
          StrCat(Quote(StrCat(tool.name, "\",\"arguments\":{")), " ", arguments, R"( "}}")"));
    }
    if (calls.empty()) return "";
    const std::string rule = later ? "call_later" : "call_first";
    Add(rule, StrJoin(calls, "\n  | "));
    return rule;
  }

  void AddSteps() {
    Add("empty", "\"\"");
    std::vector<std::string> unoffered;
    for (const ToolSpec& tool : catalogue_.tools()) {
      if (!request_.offered.contains(tool.name))
        unoffered.push_back(Quote(StrCat(tool.name, "\"")));
    }
    if (!unoffered.empty()) Add("unoffered", StrJoin(unoffered, " | "));
    const std::string first = CallRule(false);
    const std::string later = CallRule(true);
    for (size_t k = kStepsMax; k >= 1; --k) {
      const std::string call = k == 1 ? first : later;
      std::vector<std::string> bodies;
      if (!call.empty()) {
        const std::string more = k < kStepsMax ? StrCat(R"( | "," step)", k + 1) : "";
        bodies.push_back(StrCat(call, R"( ("]}")", more, ")"));
      }
      if (!unoffered.empty()) bodies.push_back("unoffered");
      if (bodies.empty()) bodies.push_back("\"]}\"");
      Add(StrCat("step", k), StrCat(Quote(StrCat("{\"id\":\"s", k, "\",\"tool\":\"")), " (",
                                    StrJoin(bodies, " | "), ")"));
    }
    Add("plan", R"("{\"verdict\":\"plan\",\"steps\":[" step1)");
  }

  void AddAsk() {
    std::vector<std::string> names;
    for (const ToolSpec& tool : catalogue_.tools()) {
      for (const ArgumentSpec& argument : tool.arguments) {
        const bool one_of = std::find(tool.needs_one_of.begin(), tool.needs_one_of.end(),
                                      argument.name) != tool.needs_one_of.end();
        if (argument.required || one_of)
          names.push_back(Quote(StrCat("\"", tool.name, ".", argument.name, "\"")));
      }
    }
    Add("slot", StrJoin(names, " | "));
    Add("ask", R"("{\"verdict\":\"ask\",\"missing\":[" slot ("," slot)* "]}")");
  }

  const tools::Catalogue& catalogue_;
  const GrammarRequest& request_;
  std::string grammar_;
  bool has_span_ = false;
  std::set<std::string> rules_;
  std::map<std::string, std::string> value_rules_;  // "tool/argument" + later → rule, empty if none
  std::map<std::string, bool> arguments_;  // arguments rules made so far, and whether they exist
};

}  // namespace

std::string BuildPlanGrammar(const tools::Catalogue& catalogue, const GrammarRequest& request) {
  return Builder(catalogue, request).Build();
}

}  // namespace agents
