// law.article: the text of a numbered article in force on a day.
#include "connectors/legal/article_lookup.h"
#include "connectors/legal/tools.h"
#include "model_core/base/strings.h"
#include "model_core/base/text.h"

namespace connectors::legal {
namespace {

using base::StrCat;
using tools::MakeToolError;
using tools::ToolOutcome;

struct Question {
  std::string law, day;
  ArticleNumber number;
  int hang = 0, ho = 0;
};

ToolOutcome Result(const FoundArticle& found, const std::string& text) {
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
      {OriginOf(found.body->answer, found.version, found.article.number.text())}};
}

ToolOutcome Answered(const ArticleLookup& lookup, const Question& question,
                     const FoundArticle& found) {
  if (found.article.deleted()) {
    const std::string what = StrCat(lookup.law().version.name, " ", question.number.korean());
    return MakeToolError(
        "repealed", StrCat(what, " is deleted: ", found.article.text()),
        StrCat(base::WithParticle(what, "은"), " 삭제되었습니다: ", found.article.text()));
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
  const std::string part = StrCat(question.hang == 0 ? "" : StrCat("제", question.hang, "항"),
                                  question.ho == 0 ? "" : StrCat("제", question.ho, "호"));
  return lookup.NoArticle(question.number, part, question.day);
}

}  // namespace

ToolOutcome GetArticle(const Drf& drf, const tools::ToolCall& call,
                       const tools::CallContext& context) {
  const base::Json& arguments = call.arguments();
  const std::string jo = base::StringOr(arguments, "jo", "");
  const auto number = ParseArticleNumber(jo);
  if (!number) return BadArticleNumber(jo);
  const Question question{base::StringOr(arguments, "law", ""), AsOf(call), *number,
                          static_cast<int>(base::IntOr(arguments, "hang", 0)),
                          static_cast<int>(base::IntOr(arguments, "ho", 0))};
  ASSIGN_OR_FAIL(LawInForce law, FindLaw(drf, question.law, question.day, context));
  ArticleLookup lookup(drf, std::move(law), ArticleLookup::Reading::kArticle, context);
  ASSIGN_OR_FAIL(const FoundArticle found, lookup.OnDay(question.number, question.day));
  return Answered(lookup, question, found);
}

}  // namespace connectors::legal
