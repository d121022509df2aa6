// Article look-up: from a law to the text of its articles on a day.
#pragma once

#include <map>
#include <memory>
#include <string>
#include <vector>

#include "connectors/legal/lookup.h"

namespace connectors::legal {

struct FoundArticle {
  LawVersion version;  // that the text is of
  std::shared_ptr<const VersionBody> body;
  Article article;  // inside `body`
};

// ArticleLookup: the articles of one law, as one call reads them. An amendment that takes effect in
// stages carries articles that are not in force yet: of such an article the text of the version
// before counts. Not thread-safe.
class ArticleLookup {
 public:
  // How much of a version is read: the article asked for, or all of it, which is then kept for
  // others.
  enum class Reading { kArticle, kWhole };

  ArticleLookup(const Drf& drf, LawInForce law, Reading reading, const tools::CallContext& context)
      : drf_(drf), law_(std::move(law)), reading_(reading), context_(context) {}

  const LawInForce& law() const { return law_; }
  // Errors: not_found (no such article), not_in_force, kNoText. One that is deleted is found.
  Fallible<FoundArticle> OnDay(const ArticleNumber& number, const std::string& day);
  Fallible<std::shared_ptr<const VersionBody>> Body(const LawVersion& version,
                                                    const ArticleNumber& number);
  // "there is no 의료법 제9조제2항 on 2026-01-01".
  tools::ToolError NoArticle(const ArticleNumber& number, std::string_view part,
                             const std::string& day) const;

 private:
  tools::ToolError NotYet(const ArticleNumber& number, const std::string& day,
                          const std::string& from) const;
  tools::ToolError Missing(const ArticleNumber& number, const std::string& day);

  const Drf& drf_;
  const LawInForce law_;
  const Reading reading_;
  const tools::CallContext& context_;
  std::map<std::string, std::shared_ptr<const VersionBody>> bodies_;  // by version
};

}  // namespace connectors::legal
