#include "connectors/legal/impact_finder.h"

#include <algorithm>

#include "connectors/legal/citation_names.h"
#include "connectors/legal/citation_numbers.h"
#include "connectors/legal/clause.h"

namespace connectors::legal {
namespace {

constexpr ArticleNumber kWhole{};

Fate FateBy(const Change& change) { return {change.kind, change.effective, {&change}}; }

// Of a law with changes.
Fate WholeFate(const Amendments& amendments) {
  const auto live = [](const auto& entry) { return !entry.second.deleted; };
  const Clauses& after = amendments.stages.back().clauses;
  const bool gone = std::none_of(after.begin(), after.end(), live);
  const bool begins = amendments.stages.front().version.mst.empty();
  Fate fate{gone ? "deleted" : begins ? "added" : "changed", "", {}};
  for (const Change& change : amendments.changes) {
    const bool first = fate.changes.empty() || change.effective < fate.effective;
    if (first) fate.effective = change.effective;
    fate.changes.push_back(&change);
  }
  return fate;
}

// What a document that cites a number most likely means is the article that stood under it before:
// where that moved away, what came in its place is another.
std::map<ArticleNumber, Fate> FatesOf(const Amendments& amendments) {
  std::map<ArticleNumber, Fate> fates;
  for (const Change& change : amendments.changes) {
    if (change.moved_from) fates.emplace(*change.moved_from, FateBy(change));
  }
  for (const Change& change : amendments.changes) fates.emplace(change.number, FateBy(change));
  if (!amendments.changes.empty()) fates.emplace(kWhole, WholeFate(amendments));
  if (!amendments.number) return fates;
  std::erase_if(fates, [&](const auto& entry) {
    return entry.first == kWhole || !amendments.Asked(*entry.second.changes.front());
  });
  return fates;
}

// Whether a range goes on from `from` to `to`, both of the text: "부터 ", "(목적) ~ ".
bool IsRange(std::string_view text, size_t from, size_t to) {
  Cursor cursor{text.substr(0, to), from};
  cursor.Spaces();
  cursor.Parentheses();
  cursor.Spaces();
  return cursor.TakeAny({"부터", "내지", "~", "∼", "～", "–", "-"});
}

}  // namespace

ImpactFinder::ImpactFinder(const Amendments& amendments) : fates_(FatesOf(amendments)) {
  const std::string& last = amendments.stages.back().version.effective;
  for (const LawVersion& version : amendments.law.versions) {
    if (version.effective > last) continue;
    for (const std::string& name : {version.name, version.abbreviation}) {
      if (name.empty()) continue;
      names_.insert(name);
      keys_.insert(NameKey(name));
    }
  }
}

std::vector<std::string> ImpactFinder::Words() const {
  std::set<std::string> words;
  for (const std::string& name : names_) words.insert(ActOf(name));
  return {words.begin(), words.end()};
}

// Reading: one text, from its first citation to its last.
class ImpactFinder::Reading {
 public:
  Reading(const ImpactFinder& finder, std::string_view text)
      : finder_(finder), text_(text), clauses_(text) {}

  std::vector<Touch> Run() {
    for (const Citation& citation : FindCitations(text_)) {
      if (citation.within) continue;  // the range itself says what lies between its ends
      if (Ours(citation)) Take(citation);
      last_ = citation;
    }
    std::erase_if(touches_, [&](const Touch& touch) {
      return touch.number == kWhole && precise_.contains(touch.clause);
    });
    return std::move(touches_);
  }

 private:
  bool Ours(const Citation& citation) const {
    const auto ours = [&](const std::string& name) {
      return finder_.keys_.contains(NameKey(name));
    };
    return ours(citation.law) || std::any_of(citation.names.begin(), citation.names.end(), ours);
  }

  void Take(const Citation& citation) {
    const std::string clause = clauses_.At(citation.begin, citation.end);
    const ArticleNumber number = citation.number.value_or(kWhole);
    if (citation.number) precise_.insert(clause);
    const bool range = last_ && last_->number && citation.number && last_->law == citation.law &&
                       IsRange(text_, last_->end, citation.begin);
    auto fate = range ? finder_.fates_.upper_bound(*last_->number) : finder_.fates_.find(number);
    for (; fate != finder_.fates_.end() && fate->first <= number; ++fate) Add(clause, *fate);
  }

  void Add(const std::string& clause, const std::pair<const ArticleNumber, Fate>& fate) {
    if (seen_.emplace(clause, fate.first).second)
      touches_.push_back({clause, fate.first, &fate.second});
  }

  const ImpactFinder& finder_;
  const std::string_view text_;
  const DocumentClauses clauses_;
  std::optional<Citation> last_;   // but for those within a range
  std::set<std::string> precise_;  // clauses that cite an article of the law
  std::set<std::pair<std::string, ArticleNumber>> seen_;
  std::vector<Touch> touches_;
};

std::vector<Touch> ImpactFinder::Find(std::string_view text) const {
  return Reading(*this, text).Run();
}

}  // namespace connectors::legal
