#include "connectors/legal/changes.h"

#include <algorithm>
#include <set>

namespace connectors::legal {
namespace {

const Clause* Under(const Stage& stage, const ArticleNumber& number) {
  const auto it = stage.clauses.find(number);
  return it == stage.clauses.end() ? nullptr : &it->second;
}

// The article of that number; null if there is none or it is deleted.
const Clause* Live(const Stage& stage, const ArticleNumber& number) {
  const Clause* clause = Under(stage, number);
  return clause == nullptr || clause->deleted ? nullptr : clause;
}

bool Same(const Clause* a, const Clause* b) {
  return a == nullptr || b == nullptr ? a == b : a->text == b->text;
}

std::optional<std::string> TextOf(const Clause* clause) {
  return clause == nullptr ? std::nullopt : std::optional(clause->text);
}

// Earlier number by new one, of every article whose text went to another number.
std::map<ArticleNumber, ArticleNumber> Moves(const Stage& first, const Stage& last) {
  std::multimap<std::string_view, ArticleNumber> gone;
  for (const auto& [number, clause] : first.clauses) {
    if (!clause.deleted && !Same(&clause, Live(last, number)))
      gone.emplace(clause.unnumbered(), number);
  }
  std::map<ArticleNumber, ArticleNumber> moves;
  for (const auto& [number, clause] : last.clauses) {
    if (clause.deleted || Same(&clause, Live(first, number))) continue;
    const auto source = gone.find(clause.unnumbered());
    if (source == gone.end()) continue;
    moves.emplace(number, source->second);
    gone.erase(source);
  }
  return moves;
}

// Comparison: the changes between two ends, each with the stages that made it.
class Comparison {
 public:
  explicit Comparison(const std::vector<Stage>& stages)
      : stages_(stages),
        first_(stages.front()),
        last_(stages.back()),
        moves_(Moves(first_, last_)) {
    for (const auto& [number, from] : moves_) left_.insert(from);
  }

  std::vector<Change> Run() {
    std::set<ArticleNumber> numbers;
    for (const Stage* stage : {&first_, &last_}) {
      for (const auto& [number, clause] : stage->clauses) numbers.insert(number);
    }
    for (const ArticleNumber& number : numbers) Compare(number);
    return std::move(changes_);
  }

 private:
  void Compare(const ArticleNumber& number) {
    const Clause *before = Live(first_, number), *after = Live(last_, number);
    if (Same(before, after)) return;
    const auto moved = moves_.find(number);
    const bool left = left_.contains(number), came = moved != moves_.end();
    if (before != nullptr && !left && (after == nullptr || came))
      Add(number, "deleted", before, came ? nullptr : Under(last_, number));
    if (came) {
      Add(number, "moved", Live(first_, moved->second), after);
      changes_.back().moved_from = moved->second;
    } else if (after != nullptr && before != nullptr && !left) {
      Add(number, "changed", before, after);
    } else if (after != nullptr) {
      Add(number, "added", left ? nullptr : Under(first_, number), after);
    }
  }

  void Add(const ArticleNumber& number, std::string_view kind, const Clause* before,
           const Clause* after) {
    Change change{number, kind, TextOf(before), TextOf(after), "", {}};
    for (size_t i = 1; i < stages_.size(); ++i) {
      if (!Same(Live(stages_[i - 1], number), Live(stages_[i], number))) change.stages.push_back(i);
    }
    // The ends differ, so some stage does from the one before it.
    const Stage& stage = stages_[change.stages.back()];
    const Clause* clause = Under(stage, number);
    change.effective =
        std::max(stage.version.effective, clause == nullptr ? std::string() : clause->effective);
    changes_.push_back(std::move(change));
  }

  const std::vector<Stage>& stages_;
  const Stage &first_, &last_;
  const std::map<ArticleNumber, ArticleNumber> moves_;
  std::set<ArticleNumber> left_;  // numbers whose article moved away
  std::vector<Change> changes_;
};

}  // namespace

std::vector<Change> NetChanges(const std::vector<Stage>& stages) {
  return Comparison(stages).Run();
}

}  // namespace connectors::legal
