// Random rules, people and steps over the built-in schema, the same for the same seed.
#pragma once

#include <array>
#include <random>
#include <string>
#include <vector>

#include "model_core/base/strings.h"
#include "policies/authorizer.h"

namespace policies {

// Names from small stocks ("role0" to "role3"), so that rules and calls meet.
class Dice {
 public:
  explicit Dice(unsigned seed) : random_(seed) {}

  int Below(int end) { return static_cast<int>(random_() % static_cast<unsigned>(end)); }
  bool OneIn(int times) { return Below(times) == 0; }
  std::string Name(const std::string& kind) { return base::StrCat(kind, Below(4)); }
  template <size_t kSize>
  std::string Of(const std::array<const char*, kSize>& list) {
    return list[static_cast<size_t>(Below(kSize))];
  }
  std::vector<std::string> Names(const std::string& kind, int most) {
    std::vector<std::string> names;
    for (int count = Below(most + 1); count > 0; --count) names.push_back(Name(kind));
    return names;
  }
  policies::Label Label() {
    return {static_cast<N2sf>(Below(3)), static_cast<Mil>(Below(5)), static_cast<Privacy>(Below(4)),
            static_cast<Integrity>(Below(3))};
  }

 private:
  std::mt19937 random_;
};

inline constexpr std::array kKinds = {"read", "draft", "write", "release"};
inline constexpr std::array kApprovals = {"none", "one", "two", "licensed"};

// '#' stands for a digit of the stocks, each its own.
inline std::string Filled(Dice& dice, std::string text) {
  for (char& c : text) {
    if (c == '#') c = static_cast<char>('0' + dice.Below(4));
  }
  return text;
}

inline std::string Scope(Dice& dice) {
  constexpr std::array kPersons = {"principal",
                                   "principal",
                                   "principal is User",
                                   "principal == User::\"person#\"",
                                   "principal in Role::\"role#\"",
                                   "principal in Unit::\"unit#\"",
                                   "principal is User in Role::\"role#\""};
  constexpr std::array kActions = {"action", "action == Action::\"call\"",
                                   "action in [Action::\"call\"]"};
  constexpr std::array kTools = {"resource",
                                 "resource",
                                 "resource is Tool",
                                 "resource == Tool::\"tool#\"",
                                 "resource in Domain::\"domain#\"",
                                 "resource is Tool in Domain::\"domain#\""};
  const std::string person = dice.Of(kPersons), action = dice.Of(kActions), tool = dice.Of(kTools);
  return Filled(dice, base::StrCat("(", person, ", ", action, ", ", tool, ")"));
}

// Of person and tool, of the context, of both; now and then a sum that overflows.
inline std::string Term(Dice& dice) {
  constexpr std::array kTerms = {
      "principal in Role::\"role#\"",
      "resource in Domain::\"domain#\"",
      "principal.clearance_n2sf > #",
      "principal.tools.contains(resource)",
      "principal.purposes.containsAny([\"purpose#\", resource.kind])",
      "resource.kind == \"write\"",
      "resource.approval like \"*o*\"",
      "context.input_n2sf > #",
      "context.purpose == \"purpose#\"",
      "context.confirm",
      "context.related",
      "context.arguments has dataset && context.arguments.dataset == \"value#\"",
      "context.arguments has to && context.arguments.to like \"*#\"",
      "context.output_mil > principal.clearance_mil",
      "resource.purposes.contains(context.purpose)",
      "(if context.related then resource.kind == \"read\" else context.sink_untrusted)",
      "(if resource.kind == \"read\" then context.confirm else principal in Unit::\"unit#\")",
      "[context.purpose, resource.kind].contains(\"write\")",
      "{\"a\": context.input_privacy}.a * 2 > #"};
  constexpr std::array kOverflows = {"context.input_n2sf + 9223372036854775807 > 0",
                                     "principal.clearance_n2sf + 9223372036854775807 > 0",
                                     "context.output_mil - 9223372036854775807 < -#"};
  return Filled(dice, dice.OneIn(60) ? dice.Of(kOverflows) : dice.Of(kTerms));
}

inline std::string Condition(Dice& dice) {
  constexpr std::array kJoins = {" && ", " && ", " && !", " || "};
  std::string text = base::StrCat("(", Term(dice), ")");
  while (dice.Below(3) > 0) text += base::StrCat(dice.Of(kJoins), "(", Term(dice), ")");
  return text;
}

inline std::string AnyRule(Dice& dice, int place) {
  const bool permits = dice.OneIn(3), curable = !permits && dice.OneIn(2);
  std::string rule = base::StrCat("@id(\"rule", place, "\") @reason_ko(\"가\") @reason_en(\"a\") ",
                                  permits ? "" : "@lift_ko(\"나\") @lift_en(\"b\") ",
                                  curable ? "@obligation(\"confirm\") " : "",
                                  permits ? "permit " : "forbid ", Scope(dice));
  // Who may is said widely, who may not narrowly, so that calls end either way.
  if (!permits || dice.OneIn(2)) rule += base::StrCat(" when { ", Condition(dice), " }");
  if (!permits) rule += base::StrCat(" when { ", Term(dice), " }");
  if (dice.OneIn(4)) rule += base::StrCat(" unless { ", Condition(dice), " }");
  return rule + ";\n";
}

inline Principal RandomPerson(Dice& dice) {
  Principal person;
  person.id = dice.Name("person");
  person.unit = dice.Name("unit");
  person.roles = dice.Names("role", 2);
  person.clearance = {static_cast<N2sf>(dice.Below(3)), static_cast<Mil>(dice.Below(5))};
  person.purposes = dice.Names("purpose", 3);
  person.tools = dice.Names("tool", 4);
  return person;
}

inline StepFacts RandomStep(Dice& dice) {
  StepFacts step;
  step.step_id = "s1";
  step.tool = dice.Name("tool");
  step.domain = dice.Name("domain");
  step.kind = dice.Of(kKinds);
  step.approval_line = dice.Of(kApprovals);
  step.purposes = dice.Names("purpose", 2);
  step.input = dice.Label();
  step.output = dice.Label();
  step.sink_untrusted = dice.OneIn(2);
  step.confirm = dice.OneIn(2);
  step.related = dice.OneIn(2);
  for (const char* name : {"dataset", "to", "unseen"}) {
    if (dice.OneIn(2)) step.attributes[name] = dice.Name("value");
  }
  return step;
}

}  // namespace policies
