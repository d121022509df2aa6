#include "agents/planning/orders.h"

#include <re2/re2.h>

#include <algorithm>
#include <map>
#include <vector>

#include "agents/planning/clauses.h"
#include "agents/planning/matching.h"
#include "agents/planning/order_words.h"
#include "model_core/base/quotations.h"
#include "model_core/base/strings.h"

namespace agents {
namespace {

using re2::RE2;
using re2::StringPiece;

// How an act is named: as an order, beside one, or as what a text is about (상신 매뉴얼).
enum class Naming { kOrder, kAside, kTopic };

// The words around the name of an act, as far as they tell.
struct Around {
  std::string_view before, word, behind;  // its clause up to it; it; all that follows
};

Naming KoreanNaming(const Around& around) {
  const KoreanOrderWords& words = KoreanOrderWords::Get();
  if (Matches(around.behind, words.wish)) return Naming::kOrder;
  if (Matches(around.behind, words.topic)) return Naming::kTopic;
  const bool done = Matches(around.word, words.done) && !Matches(around.behind, words.then);
  const bool later = Matches(around.before, words.later) && Matches(around.behind, words.will);
  const bool aside = Matches(around.behind, words.aside) || Matches(around.before, words.question);
  return done || later || aside ? Naming::kAside : Naming::kOrder;
}

// How far behind the act the words reach that make an aside of it.
size_t AsideBytes(std::string_view behind) {
  StringPiece found;
  const StringPiece text(behind.data(), behind.size());
  const RE2& aside = KoreanOrderWords::Get().aside;
  if (!aside.Match(text, 0, text.size(), RE2::UNANCHORED, &found, 1)) return 0;
  return static_cast<size_t>(found.data() + found.size() - behind.data());
}

// Send the minutes that were approved: an order, whatever its object is said to have been.
bool Imperative(const Around& around) {
  static const RE2* const bare = new RE2(
      "(?i:^(?:ack|acknowledge|submit|(?:counter-?)?sign|export|send|forward|label|mark)$)");
  static const RE2* const begins = new RE2("(?i:^[\\s,]*(?:please |kindly )?$)");
  static const RE2* const makes = new RE2(
      "(?i:^[\\s,]*(?:please |kindly )?(?:create|raise|open|file|log|issue|make) (?:an?|the) "
      "(?:\\w+ ){0,2}$)");
  static const RE2* const said = new RE2(
      "(?i:^ (?:was|were|is|has|had|of|already|nothing|none)\\b|"
      "^[^.;?!,:]{0,40}\\b(?:later|can wait|on hold|alone|stays?|yet)\\b)");
  const bool order = Matches(around.before, Matches(around.word, *bare) ? *begins : *makes);
  return order && !Matches(around.behind, *said);
}

// The chief submits it; signing it worries me; hold REQ-7: no form that orders the act.
bool Told(const Around& around) {
  static const RE2* const begins = new RE2("^[\\s,]*$");
  const EnglishOrderWords& words = EnglishOrderWords::Get();
  const bool doing = Matches(around.before, *begins) && Matches(around.word, words.doing) &&
                     Matches(around.behind, words.does);
  return doing || Matches(around.word, words.third);
}

Naming EnglishNaming(const Around& around, bool verb) {
  const EnglishOrderWords& words = EnglishOrderWords::Get();
  const bool past = verb && Matches(around.word, words.past);
  if (!past && Matches(around.before, words.and_then)) return Naming::kOrder;
  if (Matches(around.before, words.topic)) return Naming::kTopic;
  const bool done = past && Matches(around.before, words.had) && !Matches(around.before, words.due);
  const bool later = Matches(around.behind, words.later) && !Imperative(around);
  const bool told = done || later || Matches(around.before, words.aside) || (verb && Told(around));
  return told ? Naming::kAside : Naming::kOrder;
}

struct Place {
  size_t begin, end;  // of the clause
  Naming naming;
};

Place PlaceAt(std::string_view text, size_t begin, size_t end, const ActWords& act) {
  const size_t first = ClauseBegin(text, begin);
  const size_t comma = first > 0 && text[first - 1] == ',' ? 1 : 0;  // no sentence begins here
  const Around around = {text.substr(first - comma, begin - first + comma),
                         text.substr(begin, end - begin), text.substr(end)};
  if (act.korean) {
    const size_t least = end + AsideBytes(around.behind);
    return {first, KoreanClauseEnd(text, end, least), KoreanNaming(around)};
  }
  return {first, ClauseEnd(text, end), EnglishNaming(around, act.verb)};
}

// Where `text` names each act, by tool.
std::map<std::string_view, std::vector<Place>> PlacesIn(std::string_view text) {
  std::map<std::string_view, std::vector<Place>> places;
  for (const ActWords& act : AllActWords()) {
    Groups groups;
    for (size_t at = 0; at < text.size() && FindFrom(text, *act.words, at, groups);) {
      const auto begin = static_cast<size_t>(groups[0].data() - text.data());
      at = begin + groups[0].size();
      places[act.tool].push_back(PlaceAt(text, begin, at, act));
    }
  }
  return places;
}

bool OnlySpokenOf(const std::vector<Place>& places) {
  return std::none_of(places.begin(), places.end(),
                      [](const Place& place) { return place.naming == Naming::kOrder; });
}

bool Mark(std::string_view text, size_t at) {
  return at < text.size() && std::string_view(".,;:?!\n").find(text[at]) != std::string_view::npos;
}

// Blanks out the clauses that speak of an act, each with its mark; those on a topic stay.
void Cut(const std::vector<Place>& places, std::string& text) {
  for (const Place& place : places) {
    if (place.naming != Naming::kAside) continue;
    const size_t end = place.end + (Mark(text, place.end) ? 1 : 0);
    std::fill(text.begin() + static_cast<ptrdiff_t>(place.begin),
              text.begin() + static_cast<ptrdiff_t>(end), ' ');
  }
}

// The identifiers that `rest`, the request with clauses blanked out, lost.
std::string LostNames(std::string_view request, std::string_view rest) {
  static const RE2* const identifier = new RE2("\\b([A-Za-z]{1,5}-\\d{1,6}[A-Z]?)\\b");
  std::string named;
  StringPiece left(request.data(), request.size()), found;
  while (RE2::FindAndConsume(&left, *identifier, &found)) {
    const std::string_view name(found.data(), found.size());
    if (rest.find(name) != rest.npos || named.find(name) != named.npos) continue;
    named += base::StrCat(named.empty() ? "" : ", ", name);
  }
  return named;
}

std::string OneBlank(std::string_view text) {
  std::string out;
  for (char c : text) {
    if (c != ' ' || (!out.empty() && out.back() != ' ')) out.push_back(c);
  }
  while (!out.empty() && out.back() == ' ') out.pop_back();
  return out;
}

}  // namespace

Asides FindAsides(std::string_view request) {
  static const RE2* const after_all = new RE2(
      "(?i:\\bplease do(?:[^ \\w]|$)|\\b(?:do it|do so|go ahead|i disagree)\\b)|진행해|그렇게 "
      "해|그대로 해");
  const std::string text = base::WithoutQuotations(request);
  Asides asides;
  asides.rest = request;
  if (Matches(text, *after_all)) return asides;
  for (const auto& [tool, places] : PlacesIn(text)) {
    const bool spoken_of = OnlySpokenOf(places);
    (spoken_of ? asides.tools : asides.ordered).emplace(tool);
    if (spoken_of) Cut(places, asides.rest);
  }
  asides.named = LostNames(request, asides.rest);
  asides.rest = OneBlank(asides.rest);
  return asides;
}

}  // namespace agents
