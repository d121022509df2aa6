// law.article: the text of a numbered article in force on a day.
#include <algorithm>

#include "connectors/legal/lookup.h"
#include "connectors/legal/tools.h"
#include "model_core/base/strings.h"

namespace connectors::legal {
namespace {

using base::StrCat;
using tools::MakeToolError;
using tools::ToolError;
using tools::ToolOutcome;

constexpr size_t kEarlierVersionsMax = 5;

struct Question {
  std::string law, day;
  ArticleNumber number;
  int hang = 0, ho = 0;
};

struct Found {
  LawVersion version;
  VersionBody body;
  Article article;
};

const Article* Find(const VersionBody& body, const ArticleNumber& number) {
  const auto it = std::find_if(body.articles.begin(), body.articles.end(),
                               [&](const Article& article) { return article.number == number; });
  return it == body.articles.end() ? nullptr : &*it;
}

ToolError NotYet(const Question& question, const std::string& from) {
  const std::string what = StrCat(question.law, " ", question.number.korean());
  return MakeToolError(
      "not_in_force",
      StrCat(what, " is not in force on ", IsoDay(question.day), "; from ", IsoDay(from)),
      StrCat(what, "는 ", IsoDay(question.day), "에 시행되지 않습니다. 시행일 ", IsoDay(from)));
}

ToolError NoArticle(const Question& question, const std::string& part) {
  const std::string what = StrCat(question.law, " ", question.number.korean(), part);
  return MakeToolError("not_found", StrCat("there is no ", what, " on ", IsoDay(question.day)),
                       StrCat(IsoDay(question.day), " 기준으로 ", what, "가 없습니다"));
}

// Versions in force on the day or before, newest first.
std::vector<LawVersion> Backwards(const LawInForce& law, const std::string& day) {
  std::vector<LawVersion> out;
  std::copy_if(law.versions.begin(), law.versions.end(), std::back_inserter(out),
               [&](const LawVersion& version) { return version.effective <= day; });
  std::sort(out.begin(), out.end(), [](const LawVersion& a, const LawVersion& b) {
    return std::tie(a.effective, a.promulgated) > std::tie(b.effective, b.promulgated);
  });
  if (out.size() > kEarlierVersionsMax) out.resize(kEarlierVersionsMax);
  return out;
}

// Why the article is not in the version in force: it comes later, or it does not exist.
ToolError Missing(const Drf& drf, const LawInForce& law, const Question& question,
                  const tools::CallContext& context) {
  const auto newest =
      std::max_element(law.versions.begin(), law.versions.end(), [](const auto& a, const auto& b) {
        return std::tie(a.effective, a.promulgated) < std::tie(b.effective, b.promulgated);
      });
  if (newest->effective <= question.day) return NoArticle(question, "");
  Fallible<VersionBody> body = ReadBody(drf, *newest, &question.number, context);
  if (!body.ok()) return body.error().code == "not_found" ? NoArticle(question, "") : body.error();
  const Article* article = Find(*body, question.number);
  if (article == nullptr) return NoArticle(question, "");
  return NotYet(question, article->effective.empty() ? newest->effective : article->effective);
}

// An amendment that takes effect in stages carries articles that are not in force yet: for such an
// article the text of the version before counts.
Fallible<Found> ArticleInForce(const Drf& drf, const LawInForce& law, const Question& question,
                               const tools::CallContext& context) {
  std::string from;
  for (const LawVersion& version : Backwards(law, question.day)) {
    ASSIGN_OR_FAIL(VersionBody body, ReadBody(drf, version, &question.number, context));
    const Article* found = Find(body, question.number);
    if (found == nullptr) break;
    const Article article = *found;
    if (article.effective <= question.day) return Found{version, std::move(body), article};
    from = article.effective;
  }
  if (!from.empty()) return NotYet(question, from);
  return Missing(drf, law, question, context);
}

ToolOutcome Result(const Found& found, const std::string& text) {
  const std::string from =
      found.article.effective.empty() ? found.version.effective : found.article.effective;
  base::Json value = {{"law_id", found.version.law_id},
                      {"law_name", found.version.name},
                      {"jo", found.article.number.text()},
                      {"title", found.article.title},
                      {"text", text},
                      {"effective_from", IsoDay(from)},
                      {"version", found.version.version()}};
  return tools::ToolResult{
      std::move(value),
      PublicLabel(),
      {OriginOf(found.body.answer, found.version, found.article.number.text())}};
}

ToolOutcome Answered(const Question& question, const Found& found) {
  if (found.article.deleted()) {
    const std::string what = StrCat(question.law, " ", question.number.korean());
    return MakeToolError("repealed", StrCat(what, " is deleted: ", found.article.text()),
                         StrCat(what, "는 삭제되었습니다: ", found.article.text()));
  }
  if (question.hang == 0 && question.ho != 0 &&
      ParagraphsWithItem(found.article, question.ho) > 1) {
    return MakeToolError(
        "invalid_argument",
        StrCat("several paragraphs have an item ", question.ho, "; name the paragraph"),
        StrCat("제", question.ho, "호가 있는 항이 여럿입니다. 항을 적어 주십시오"));
  }
  const std::optional<std::string> text = Part(found.article, question.hang, question.ho);
  if (text) return Result(found, *text);
  return NoArticle(question, StrCat(question.hang == 0 ? "" : StrCat("제", question.hang, "항"),
                                    question.ho == 0 ? "" : StrCat("제", question.ho, "호")));
}

}  // namespace

ToolOutcome GetArticle(const Drf& drf, const tools::ToolCall& call,
                       const tools::CallContext& context) {
  const base::Json& arguments = call.arguments();
  const std::string jo = base::StringOr(arguments, "jo", "");
  const auto number = ParseArticleNumber(jo);
  if (!number) return BadArticleNumber(jo);
  Question question{base::StringOr(arguments, "law", ""), AsOf(call), *number,
                    static_cast<int>(base::IntOr(arguments, "hang", 0)),
                    static_cast<int>(base::IntOr(arguments, "ho", 0))};
  ASSIGN_OR_FAIL(LawInForce law, FindLaw(drf, question.law, question.day, context));
  question.law = law.version.name;
  ASSIGN_OR_FAIL(Found found, ArticleInForce(drf, law, question, context));
  return Answered(question, found);
}

}  // namespace connectors::legal
