// Words that a plan lets stand for two things, though the request says them once.
#include <algorithm>
#include <vector>

#include "agents/plan.h"
#include "agents/planning/kinds.h"
#include "agents/planning/recogniser.h"
#include "model_core/base/quotations.h"
#include "model_core/base/strings.h"

namespace agents {
namespace {

using base::Json;
using tools::ArgumentSpec;
using tools::ToolSpec;

struct Said {
  const Step* step;
  const ArgumentSpec* argument;
  std::string words;
};

bool FreeText(const ArgumentSpec& argument) {
  return argument.Takes("text") || argument.Takes("quote");
}

std::vector<Said> AllSaid(const Plan& plan, const tools::Catalogue& catalogue) {
  std::vector<Said> said;
  for (const Step& step : plan.steps) {
    const ToolSpec* tool = catalogue.Find(step.tool);
    for (const auto& [name, value] : step.arguments.items()) {
      const ArgumentSpec* argument = tool == nullptr ? nullptr : tool->Argument(name);
      if (argument == nullptr || !argument->values.empty()) continue;
      for (const Json& item : value.is_array() ? value : Json::array({value})) {
        if (item.is_string()) said.push_back({&step, argument, item.get<std::string>()});
      }
    }
  }
  return said;
}

size_t Count(std::string_view text, std::string_view words) {
  size_t count = 0;
  for (size_t at = text.find(words); at != text.npos; at = text.find(words, at + words.size()))
    ++count;
  return count;
}

// One lies within the other, and nowhere in the request by itself.
bool SameWords(std::string_view a, std::string_view b, std::string_view request) {
  if (a.size() > b.size()) std::swap(a, b);
  const size_t inside = Count(b, a);
  return inside > 0 && Count(request, a) <= inside * Count(request, b);
}

bool Addressee(const ArgumentSpec& argument) {
  return argument.destination || argument.name == "recipient";
}

// Within an act every argument has words of its own: the later one is asked for, or whom it
// reaches. That is not what another step is about (its required free text), though it may be whom
// it names.
bool Exclude(const Said& one, const Said& other) {
  const bool destination = one.argument->destination;
  if (one.step != other.step) {
    return destination && !Addressee(*other.argument) && other.argument->required &&
           FreeText(*other.argument);
  }
  if (one.argument == other.argument) return false;
  return destination || (!other.argument->destination && other.argument < one.argument);
}

// A date, a time or another value that has a form of its own (1,000, 제26조), and nothing else; not
// quoted.
bool OnlyAValue(const std::string& words, std::string_view request, absl::Time now) {
  const std::vector<Mention> mentions = Recognise(words, now).mentions;
  const bool value = mentions.size() == 1 && !mentions[0].shown.empty() && mentions[0].begin == 0 &&
                     mentions[0].end == words.size();
  const std::vector<base::Quotation> quotations = base::Quotations(request);
  return value && std::none_of(quotations.begin(), quotations.end(), [&](const auto& quotation) {
           return quotation.In(request) == words;
         });
}

// 베어링에서 쇳소리가 난다: a part of the clause that the other argument is, and no asset.
bool BeginsClause(const Said& one, const Said& other, std::string_view request) {
  const bool named = one.words.find_first_of("0123456789") != std::string::npos;
  return one.step == other.step && other.argument->Takes("quote") && !named &&
         request.find(base::StrCat(one.words, "에서 ", other.words)) != request.npos;
}

bool Borrowed(const Said& one, const std::vector<Said>& all, const tools::Catalogue& catalogue,
              std::string_view request, absl::Time now) {
  const ToolSpec& tool = *catalogue.Find(one.step->tool);
  const bool needed = one.argument->required || Lifts(tool, *one.argument);
  if (!Acts(tool) || !needed || !FreeText(*one.argument)) return false;
  if (OnlyAValue(one.words, request, now)) return true;
  return std::any_of(all.begin(), all.end(), [&](const Said& other) {
    return BeginsClause(one, other, request) ||
           (Exclude(one, other) && SameWords(one.words, other.words, request));
  });
}

}  // namespace

void AskForBorrowed(Plan& plan, const tools::Catalogue& catalogue, std::string_view request,
                    absl::Time now) {
  const std::vector<Said> all = AllSaid(plan, catalogue);
  std::vector<std::string> missing;
  for (const Said& one : all) {
    if (Borrowed(one, all, catalogue, request, now))
      missing.push_back(base::StrCat(one.step->tool, ".", one.argument->name));
  }
  if (missing.empty()) return;
  missing.erase(std::unique(missing.begin(), missing.end()), missing.end());
  plan = Plan();
  plan.verdict = Verdict::kAsk;
  plan.missing = std::move(missing);
}

}  // namespace agents
