// law.search: articles on a topic. The service finds laws whose text holds the words; the articles
// are found here.
#include <algorithm>

#include "connectors/legal/lookup.h"
#include "connectors/legal/tools.h"
#include "model_core/base/strings.h"
#include "model_core/base/text.h"

namespace connectors::legal {
namespace {

using base::StrCat;
using tools::MakeToolError;
using tools::ToolOutcome;

constexpr size_t kLawsMax =
    5;  // bodies read in one search; the service wants about a call a second
constexpr size_t kArticlesMax = 10;
constexpr size_t kSnippetPoints = 120;

struct Hit {
  LawVersion version;
  ArticleNumber number;
  std::string title, text, effective;
  policies::Origin origin;
  int score = 0;
};

std::vector<std::string> Words(const std::string& query) {
  const std::string line = OneLine(query);
  std::vector<std::string> words;
  for (std::string_view word : base::StrSplit(line, ' ')) {
    if (std::string key = NameKey(word); !key.empty()) words.push_back(std::move(key));
  }
  return words;
}

// A word in the title counts three times one in the text; an article with less than half of the
// words is no hit.
int Score(const std::vector<std::string>& words, const std::string& title,
          const std::string& text) {
  const std::string title_key = NameKey(title), text_key = NameKey(text);
  size_t found = 0;
  int score = 0;
  for (const std::string& word : words) {
    const bool in_title = title_key.find(word) != std::string::npos;
    const bool in_text = text_key.find(word) != std::string::npos;
    found += in_title || in_text;
    score += 3 * in_title + in_text;
  }
  return 2 * found >= words.size() ? score : 0;
}

// The text around the first word of the query, with its own spacing.
std::string Snippet(const std::string& text, const std::string& query) {
  const std::u32string points = base::CodePoints(OneLine(text));
  const std::string line = OneLine(query);
  size_t at = 0;
  for (std::string_view word : base::StrSplit(line, ' ')) {
    at = points.find(base::CodePoints(word));
    if (at != std::u32string::npos) break;
  }
  const size_t begin =
      at == std::u32string::npos || at < kSnippetPoints / 3 ? 0 : at - kSnippetPoints / 3;
  std::string snippet = base::Utf8(points.substr(begin, kSnippetPoints));
  if (begin > 0) snippet.insert(0, "…");
  if (begin + kSnippetPoints < points.size()) snippet += "…";
  return snippet;
}

struct Candidates {
  std::vector<LawVersion> versions;
  policies::Origin list;
};

// The versions that were found, of each law together. The service lists by name; here laws named by
// the query come first, then acts before decrees before rules.
std::vector<std::vector<LawVersion>> ByLaw(const Rows& list, const std::string& query,
                                           const std::string& kind) {
  std::vector<std::vector<LawVersion>> laws;
  for (pugi::xml_node row : list.rows) {
    LawVersion version = ReadVersion(row);
    if (!kind.empty() && LawKind(version.type) != kind) continue;
    auto law = std::find_if(laws.begin(), laws.end(), [&](const auto& versions) {
      return versions.front().law_id == version.law_id;
    });
    if (law == laws.end()) law = laws.emplace(laws.end());
    law->push_back(std::move(version));
  }
  const std::vector<std::string> words = Words(query);
  const auto rank = [&](const std::vector<LawVersion>& law) {
    constexpr std::string_view kOrder[] = {"act", "decree", "rule"};
    const auto kind_rank =
        std::find(std::begin(kOrder), std::end(kOrder), LawKind(law.front().type)) -
        std::begin(kOrder);
    return std::pair(-Score(words, law.front().name, ""), kind_rank);
  };
  std::stable_sort(laws.begin(), laws.end(),
                   [&](const auto& a, const auto& b) { return rank(a) < rank(b); });
  return laws;
}

// The version among `found` that is in force on `day`. What is in force today the service knows
// (nw=3); for another day the law's history decides, and the law counts only if that very version
// was found.
Fallible<std::optional<LawVersion>> FoundInForce(const Drf& drf,
                                                 const std::vector<LawVersion>& found, bool today,
                                                 const std::string& day,
                                                 const tools::CallContext& context) {
  const LawVersion* version = &found.front();
  std::vector<LawVersion> history;
  if (!today) {
    ASSIGN_OR_FAIL(history, History(drf, found.front().law_id, context));
    version = InForce(history, day);
    const bool among =
        version != nullptr && std::any_of(found.begin(), found.end(), [&](const LawVersion& one) {
          return one.version() == version->version();
        });
    if (!among) return std::optional<LawVersion>();
  }
  return version->Repeals() ? std::optional<LawVersion>() : std::optional(*version);
}

Fallible<Candidates> FindCandidates(const Drf& drf, const tools::ToolCall& call,
                                    const tools::CallContext& context) {
  const std::string query = base::StringOr(call.arguments(), "query", ""), day = AsOf(call);
  const bool today = day == Today(call);
  const Parameters asked{{"query", query}, {"search", "2"}, {"nw", today ? "3" : "1,2,3"}};
  ASSIGN_OR_FAIL(Rows list, drf.List("eflaw", asked, "법령ID", today ? 100 : 0, context));
  Candidates out{
      {}, MakeOrigin(kSystem, StrCat("search:", query), "", list.pages.front().time, list.bytes())};
  size_t looked_at = 0;
  for (const auto& law : ByLaw(list, query, base::StringOr(call.arguments(), "kind", ""))) {
    if (out.versions.size() == kLawsMax || ++looked_at > 2 * kLawsMax) break;
    ASSIGN_OR_FAIL(std::optional<LawVersion> version, FoundInForce(drf, law, today, day, context));
    if (version) out.versions.push_back(*std::move(version));
  }
  return out;
}

Fallible<Candidates> OneLaw(const Drf& drf, const std::string& law, const tools::ToolCall& call,
                            const tools::CallContext& context) {
  ASSIGN_OR_FAIL(LawInForce found, FindLaw(drf, law, AsOf(call), context));
  return Candidates{{found.version}, {}};
}

struct Found {
  std::vector<Hit> hits;
  std::vector<policies::Origin> read;  // the laws looked through
};

Fallible<Found> FindArticles(const Drf& drf, const Candidates& candidates,
                             const tools::ToolCall& call, const tools::CallContext& context) {
  const std::vector<std::string> words = Words(base::StringOr(call.arguments(), "query", ""));
  const std::string day = AsOf(call);
  Found out;
  for (const LawVersion& version : candidates.versions) {
    ASSIGN_OR_FAIL(VersionBody body, ReadBody(drf, version, nullptr, context));
    out.read.push_back(OriginOf(body.answer, version, ""));
    for (const Article& article : body.articles) {
      if (article.effective > day || article.deleted()) continue;
      std::string text = article.text();
      const int score = Score(words, article.title, text);
      if (score == 0) continue;
      const std::string& from = article.effective.empty() ? version.effective : article.effective;
      out.hits.push_back({version, article.number, article.title, std::move(text), from,
                          OriginOf(body.answer, version, article.number.text()), score});
    }
  }
  std::stable_sort(out.hits.begin(), out.hits.end(),
                   [](const Hit& a, const Hit& b) { return a.score > b.score; });
  if (out.hits.size() > kArticlesMax) out.hits.resize(kArticlesMax);
  return out;
}

}  // namespace

ToolOutcome SearchLaw(const Drf& drf, const tools::ToolCall& call,
                      const tools::CallContext& context) {
  const std::string query = base::StringOr(call.arguments(), "query", ""),
                    law = base::StringOr(call.arguments(), "law", "");
  const std::string kind = base::StringOr(call.arguments(), "kind", "");
  if (Words(query).empty()) {
    return MakeToolError("invalid_argument", "the query has no word", "찾을 말이 없습니다");
  }
  if (kind == "admin_rule" || kind == "ordinance") {
    return MakeToolError(
        "invalid_argument",
        StrCat("kind '", kind, "': only acts, decrees and rules are searched here"),
        "행정규칙과 자치법규는 조문 검색 대상이 아닙니다");
  }
  Fallible<Candidates> candidates =
      law.empty() ? FindCandidates(drf, call, context) : OneLaw(drf, law, call, context);
  if (!candidates.ok()) return candidates.error();
  ASSIGN_OR_FAIL(Found found, FindArticles(drf, *candidates, call, context));
  base::Json items = base::Json::array();
  std::vector<policies::Origin> origins;
  for (const Hit& hit : found.hits) {
    items.push_back({{"law_id", hit.version.law_id},
                     {"law_name", hit.version.name},
                     {"jo", hit.number.text()},
                     {"title", hit.title},
                     {"snippet", Snippet(hit.text, query)},
                     {"effective_from", IsoDay(hit.effective)}});
    origins.push_back(hit.origin);
  }
  if (origins.empty()) origins = found.read;
  if (origins.empty()) origins.push_back(candidates->list);
  return tools::ToolResult{{{"items", std::move(items)}}, PublicLabel(), std::move(origins)};
}

}  // namespace connectors::legal
