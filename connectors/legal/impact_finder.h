// Impact: which parts of a document rely on what changed in a law.
#pragma once

#include <map>
#include <set>
#include <string>
#include <vector>

#include "connectors/legal/amendments.h"
#include "connectors/legal/citations.h"

namespace connectors::legal {

// What became of an article that stood in the law before the period, or of the law as a whole.
struct Fate {
  std::string_view kind;               // change of the catalogue
  std::string effective;               // YYYYMMDD
  std::vector<const Change*> changes;  // inside the Amendments
};

// A part of a document that cites what changed.
struct Touch {
  std::string clause;    // as DocumentClauses gives it
  ArticleNumber number;  // as cited, with main 0 the law as a whole
  const Fate* fate;      // inside the ImpactFinder
};

// ImpactFinder: the amendments, as one looks for them in texts. Thread-safe once made.
class ImpactFinder {
 public:
  explicit ImpactFinder(const Amendments& amendments);  // which outlives it

  // Whether nothing that was asked about changed.
  bool empty() const { return fates_.empty(); }
  // What a text that cites the law says somewhere: the names that the law had up to the end of the
  // period, its official short names, and of a decree or rule those of its act.
  std::vector<std::string> Words() const;
  // In the order of the text, each clause and article once. The law as a whole counts where its
  // clause cites no article of it, and only if no article was asked about.
  std::vector<Touch> Find(std::string_view text) const;

 private:
  class Reading;

  std::set<std::string> names_;  // as they are written
  std::set<std::string> keys_;   // the same, as NameKey writes them
  std::map<ArticleNumber, Fate> fates_;
};

}  // namespace connectors::legal
