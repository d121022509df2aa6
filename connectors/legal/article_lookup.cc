#include "connectors/legal/article_lookup.h"

#include <algorithm>
#include <tuple>

#include "model_core/base/strings.h"
#include "model_core/base/text.h"

namespace connectors::legal {
namespace {

using base::StrCat;
using tools::MakeToolError;
using tools::ToolError;

constexpr size_t kEarlierVersionsMax = 5;

const Article* Find(const VersionBody& body, const ArticleNumber& number) {
  const auto it = std::find_if(body.articles.begin(), body.articles.end(),
                               [&](const Article& article) { return article.number == number; });
  return it == body.articles.end() ? nullptr : &*it;
}

bool Later(const LawVersion& a, const LawVersion& b) {
  return std::tie(a.effective, a.promulgated) > std::tie(b.effective, b.promulgated);
}

// Versions in force on the day or before, newest first.
std::vector<LawVersion> Backwards(const LawInForce& law, const std::string& day) {
  std::vector<LawVersion> out;
  std::copy_if(law.versions.begin(), law.versions.end(), std::back_inserter(out),
               [&](const LawVersion& version) { return version.effective <= day; });
  std::sort(out.begin(), out.end(), Later);
  if (out.size() > kEarlierVersionsMax) out.resize(kEarlierVersionsMax);
  return out;
}

}  // namespace

ToolError ArticleLookup::NoArticle(const ArticleNumber& number, std::string_view part,
                                   const std::string& day) const {
  const std::string what = StrCat(law_.version.name, " ", number.korean(), part);
  return MakeToolError(
      "not_found", StrCat("there is no ", what, " on ", IsoDay(day)),
      StrCat(IsoDay(day), " 기준으로 ", base::WithParticle(what, "이"), " 없습니다"));
}

ToolError ArticleLookup::NotYet(const ArticleNumber& number, const std::string& day,
                                const std::string& from) const {
  const std::string what = StrCat(law_.version.name, " ", number.korean());
  return MakeToolError("not_in_force",
                       StrCat(what, " is not in force on ", IsoDay(day), "; from ", IsoDay(from)),
                       StrCat(base::WithParticle(what, "은"), " ", IsoDay(day),
                              "에 시행되지 않습니다. 시행일 ", IsoDay(from)));
}

Fallible<std::shared_ptr<const VersionBody>> ArticleLookup::Body(const LawVersion& version,
                                                                 const ArticleNumber& number) {
  const bool whole = reading_ == Reading::kWhole;
  if (const auto known = bodies_.find(version.version()); known != bodies_.end())
    return known->second;
  ASSIGN_OR_FAIL(VersionBody body, ReadBody(drf_, version, whole ? nullptr : &number, context_));
  auto kept = std::make_shared<const VersionBody>(std::move(body));
  if (whole) bodies_[version.version()] = kept;
  return kept;
}

// Why the article is not in the version in force: it comes later, or it does not exist.
ToolError ArticleLookup::Missing(const ArticleNumber& number, const std::string& day) {
  const LawVersion& newest = *std::min_element(law_.versions.begin(), law_.versions.end(), Later);
  if (newest.effective <= day || newest.Repeals()) return NoArticle(number, "", day);
  const auto body = Body(newest, number);
  if (!body.ok()) {
    const std::string& why = body.error().code;
    return why == "not_found" || why == kNoText ? NoArticle(number, "", day) : body.error();
  }
  const Article* article = Find(**body, number);
  if (article == nullptr) return NoArticle(number, "", day);
  return NotYet(number, day, article->effective.empty() ? newest.effective : article->effective);
}

Fallible<FoundArticle> ArticleLookup::OnDay(const ArticleNumber& number, const std::string& day) {
  std::string from;
  for (const LawVersion& version : Backwards(law_, day)) {
    ASSIGN_OR_FAIL(const auto body, Body(version, number));
    const Article* found = Find(*body, number);
    if (found == nullptr) break;
    if (found->effective <= day) return FoundArticle{version, body, *found};
    from = found->effective;
  }
  if (!from.empty()) return NotYet(number, day, from);
  return Missing(number, day);
}

}  // namespace connectors::legal
