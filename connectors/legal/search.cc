// law.search: articles on a topic. The service finds laws whose text holds the words; the articles
// are found here. A rule that is not written in articles is one item without `jo`.
#include <algorithm>

#include "connectors/legal/candidates.h"
#include "connectors/legal/matching.h"
#include "connectors/legal/tools.h"
#include "model_core/base/strings.h"
#include "tools/part.h"

namespace connectors::legal {
namespace {

using tools::MakeToolError;
using tools::ToolOutcome;

constexpr size_t kArticlesMax = 10;

// "38-2"; empty for the text of a rule that has no articles.
std::string ArticleText(const ArticleNumber& number) {
  return number.main == 0 ? "" : number.text();
}

struct Hit {
  LawVersion version;
  ArticleNumber number;
  std::string title, text, effective;
  policies::Origin origin;
  int score = 0;
};

Fallible<Candidates> OneLaw(const Drf& drf, const std::string& law, const tools::ToolCall& call,
                            const tools::CallContext& context) {
  ASSIGN_OR_FAIL(LawInForce found, FindLaw(drf, law, AsOf(call), context));
  return Candidates{{found.version}, {}};
}

void AddHits(const LawVersion& version, const VersionBody& body,
             const std::vector<std::string>& words, const std::string& day,
             std::vector<Hit>& hits) {
  for (const Article& article : body.articles) {
    if (article.effective > day || article.deleted()) continue;
    std::string text = article.text();
    const int score = Score(words, article.title, text);
    if (score == 0) continue;
    const std::string& from = article.effective.empty() ? version.effective : article.effective;
    hits.push_back({version, article.number, article.title, std::move(text), from,
                    OriginOf(body.answer, version, ArticleText(article.number)), score});
  }
}

struct Found {
  std::vector<Hit> hits;               // the best kArticlesMax …
  int64_t total = 0;                   // … of so many
  std::vector<policies::Origin> read;  // the laws looked through
};

Fallible<Found> FindArticles(const Drf& drf, const Candidates& candidates,
                             const tools::ToolCall& call, const tools::CallContext& context) {
  const std::vector<std::string> words = Words(base::StringOr(call.arguments(), "query", ""));
  const std::string day = AsOf(call);
  Found out;
  std::optional<tools::ToolError> missing;  // a law whose text the service does not have
  for (const LawVersion& version : candidates.versions) {
    Fallible<VersionBody> body = ReadBody(drf, version, nullptr, context);
    if (!body.ok() && body.error().code != "not_found" && body.error().code != kNoText)
      return body.error();
    if (!body.ok()) {
      missing = body.error();
      continue;
    }
    out.read.push_back(OriginOf(body->answer, version, ""));
    AddHits(version, *body, words, day, out.hits);
  }
  if (out.read.empty() && missing) return *missing;
  std::stable_sort(out.hits.begin(), out.hits.end(),
                   [](const Hit& a, const Hit& b) { return a.score > b.score; });
  out.total = static_cast<int64_t>(out.hits.size());
  if (out.hits.size() > kArticlesMax) out.hits.resize(kArticlesMax);
  return out;
}

base::Json Item(const Hit& hit, const std::string& query) {
  base::Json item = {{"law_id", hit.version.law_id},
                     {"law_name", hit.version.name},
                     {"jo", nullptr},
                     {"title", hit.title},
                     {"snippet", Snippet(hit.text, query)},
                     {"effective_from", IsoDay(hit.effective)}};
  if (hit.number.main != 0) item["jo"] = hit.number.text();
  return item;
}

}  // namespace

ToolOutcome SearchLaw(const Drf& drf, const tools::ToolCall& call,
                      const tools::CallContext& context) {
  const std::string query = base::StringOr(call.arguments(), "query", ""),
                    law = base::StringOr(call.arguments(), "law", "");
  if (Words(query).empty()) {
    return MakeToolError("invalid_argument", "the query has no word", "찾을 말이 없습니다");
  }
  Fallible<Candidates> candidates =
      law.empty() ? FindCandidates(drf, call, context) : OneLaw(drf, law, call, context);
  if (!candidates.ok()) return candidates.error();
  ASSIGN_OR_FAIL(Found found, FindArticles(drf, *candidates, call, context));
  base::Json items = base::Json::array();
  std::vector<policies::Origin> origins;
  for (const Hit& hit : found.hits) {
    items.push_back(Item(hit, query));
    origins.push_back(hit.origin);
  }
  if (origins.empty()) origins = found.read;
  if (origins.empty()) origins.push_back(candidates->list);
  base::Json value = {{"items", std::move(items)}};
  tools::MarkPart(value, candidates->whole ? std::optional(found.total) : std::nullopt);
  return tools::ToolResult{std::move(value), PublicLabel(), std::move(origins)};
}

}  // namespace connectors::legal
