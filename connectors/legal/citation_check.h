// CitationCheck: whether cited articles are what the law of a day has.
#pragma once

#include <map>
#include <optional>
#include <string>
#include <string_view>

#include "connectors/legal/article_lookup.h"
#include "connectors/legal/citations.h"

namespace connectors::legal {

struct CheckedCitation {
  std::string_view finding;  // finding of the catalogue
  std::string law_id;        // empty: there is no such law, or several
  std::string name;          // of Citation::names the one that was found; else Citation::law
  policies::Origin origin;   // the text it was compared with, or the search that found no law
};

// One look-up for each name and one reading of each version, however often it is cited. Nothing is
// mended: a name that is only near to a law's is not_found, as is one that several laws of that day
// share, for the citation does not say which it means. Not thread-safe.
class CitationCheck {
 public:
  static constexpr size_t kNamesMax = 20;  // looked up by one check

  // Days as YYYYMMDD.
  CitationCheck(const Drf& drf, std::string day, std::string today,
                const tools::CallContext& context)
      : drf_(drf), day_(std::move(day)), today_(std::move(today)), context_(context) {}

  // The first finding that holds, of the law, the article, its 항 and 호, and its text of today.
  // Errors: partial (more names than are looked up, or no text of the law to compare with), and
  // those of the service.
  Fallible<CheckedCitation> Run(const Citation& citation);

 private:
  struct Law {
    std::string_view finding;  // of the whole law; "ok": look at the article
    std::string law_id;
    policies::Origin search;
    std::optional<ArticleLookup> articles;  // if it is in force
  };

  Fallible<Law*> Named(const std::string& name);
  Fallible<Law> LookUp(const std::string& name) const;
  Fallible<CheckedCitation> CheckLaw(const Law& law, CheckedCitation checked) const;
  Fallible<CheckedCitation> CheckArticle(const Citation& citation, Law& law,
                                         CheckedCitation checked) const;
  Fallible<CheckedCitation> WithoutArticle(const Citation& citation, Law& law,
                                           CheckedCitation checked) const;
  Fallible<bool> Amended(const FoundArticle& found, Law& law) const;
  bool GoneToday(const LawInForce& law) const;

  const Drf& drf_;
  const std::string day_, today_;
  const tools::CallContext& context_;
  std::map<std::string, Law> laws_;  // by NameKey
};

}  // namespace connectors::legal
