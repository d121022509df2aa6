// case.search: decisions of courts, of the Constitutional Court, interpretations, administrative
// appeals.
#include <algorithm>
#include <cctype>

#include "connectors/legal/lookup.h"
#include "connectors/legal/rule.h"
#include "connectors/legal/tools.h"
#include "model_core/base/strings.h"
#include "model_core/base/text.h"

namespace connectors::legal {
namespace {

using base::StrCat;
using tools::ToolOutcome;

constexpr size_t kCasesMax = 5;  // of each kind; every one costs a call for its gist
constexpr size_t kGistPoints = 300;

// One collection of the service: its target and what its fields are called.
struct Collection {
  std::string_view kind, target;
  const char *serial, *number, *court, *decided, *title;
  std::vector<std::string_view> body_roots;
  std::vector<const char*> gist;  // the first that has text
  const char* articles;           // the provisions that the decision cites
};

const std::vector<Collection>& Collections() {
  static const std::vector<Collection> all{
      {"court",
       "prec",
       "판례일련번호",
       "사건번호",
       "법원명",
       "선고일자",
       "사건명",
       {"PrecService"},
       {"판결요지", "판시사항"},
       "참조조문"},
      {"constitutional",
       "detc",
       "헌재결정례일련번호",
       "사건번호",
       "",
       "종국일자",
       "사건명",
       {"DetcService"},
       {"결정요지", "판시사항"},
       "참조조문"},
      {"interpretation",
       "expc",
       "법령해석례일련번호",
       "안건번호",
       "회신기관명",
       "회신일자",
       "안건명",
       {"ExpcService"},
       {"회답", "질의요지"},
       ""},
      // The body of an appeal really comes under PrecService.
      {"appeal",
       "decc",
       "행정심판재결례일련번호",
       "사건번호",
       "재결청",
       "의결일자",
       "사건명",
       {"PrecService", "DeccService"},
       {"재결요지", "주문"},
       ""},
  };
  return all;
}

struct Question {
  std::string query, law, from, to;
  std::optional<ArticleNumber> number;
};

// "2019도1234": a year, the kind of case in Korean, a serial number.
bool IsCaseNumber(const std::string& text) {
  const std::u32string points = base::CodePoints(text);
  const auto digits = [&](size_t at) {
    while (at < points.size() && points[at] >= '0' && points[at] <= '9') ++at;
    return at;
  };
  const size_t year = digits(0);
  size_t mark = year;
  while (mark < points.size() && base::IsHangulSyllable(points[mark])) ++mark;
  return (year == 2 || year == 4) && mark > year && mark < points.size() &&
         digits(mark) == points.size();
}

Parameters Asked(const Collection& collection, const Question& question) {
  Parameters asked;
  const bool court = collection.target == "prec";
  if (court && IsCaseNumber(question.query)) {
    asked.emplace_back("nb", question.query);
  } else if (!question.query.empty()) {
    asked.emplace_back("query", question.query);
    asked.emplace_back("search", "2");
  } else if (!court) {
    asked.emplace_back("query", question.law);
    asked.emplace_back("search", "2");
  }
  if (court && !question.law.empty()) asked.emplace_back("JO", question.law);
  if (court && !question.from.empty())
    asked.emplace_back("prncYd", StrCat(Day(question.from), "~", Day(question.to)));
  return asked;
}

std::string Gist(const Collection& collection, pugi::xml_node body) {
  for (const char* name : collection.gist) {
    // The service marks line breaks inside the text as HTML.
    const std::string text = OneLine(base::ReplaceAll(body.child_value(name), "<br/>", " "));
    if (!text.empty()) return base::FirstPoints(text, kGistPoints);
  }
  return "";
}

bool Cites(const Collection& collection, pugi::xml_node body, const Question& question) {
  if (!question.number || collection.articles[0] == '\0') return true;
  const std::string cited = body.child_value(collection.articles);
  const std::string article = question.number->korean();
  for (size_t at = cited.find(article); at != std::string::npos; at = cited.find(article, at + 1)) {
    if (!std::string_view(cited).substr(at + article.size()).starts_with("의"))
      return true;  // 제26조의2 is not 제26조
  }
  return false;
}

struct Cases {
  base::Json items = base::Json::array();
  std::vector<policies::Origin> origins;
};

Fallible<bool> Append(const Drf& drf, const Collection& collection, const Question& question,
                      pugi::xml_node row, Cases& cases, const tools::CallContext& context) {
  const std::string decided = IsoDay(row.child_value(collection.decided));
  const bool in_period =
      question.from.empty() || (decided >= question.from && decided <= question.to);
  if (!in_period) return false;
  const std::string serial = row.child_value(collection.serial);
  ASSIGN_OR_FAIL(Answer body,
                 drf.Body(collection.target, {{"ID", serial}}, collection.body_roots, context));
  if (!Cites(collection, body.root(), question)) return false;
  const std::string court =
      collection.court[0] == '\0' ? "헌법재판소" : row.child_value(collection.court);
  base::Json item = {{"case_no", OneLine(row.child_value(collection.number))},
                     {"court", court},
                     {"decided", nullptr},
                     {"title", OneLine(row.child_value(collection.title))},
                     {"gist", Gist(collection, body.root())}};
  if (!decided.empty()) item["decided"] = decided;
  cases.items.push_back(std::move(item));
  cases.origins.push_back(
      MakeOrigin(kSystem, StrCat(collection.target, "/", serial), decided, body.time, body.bytes));
  return true;
}

Fallible<Question> Read(const Drf& drf, const tools::ToolCall& call,
                        const tools::CallContext& context) {
  const base::Json& arguments = call.arguments();
  Question question{
      base::StringOr(arguments, "query", ""), base::StringOr(arguments, "law", ""), "", "", {}};
  const std::string jo = base::StringOr(arguments, "jo", "");
  question.number = ParseArticleNumber(jo);
  if (!jo.empty() && !question.number) return BadArticleNumber(jo);
  if (arguments.contains("period")) {
    question.from = base::StringOr(arguments["period"], "from", "").substr(0, 10);
    question.to = base::StringOr(arguments["period"], "to", "").substr(0, 10);
  }
  const bool digits = NameKey(question.law).find_first_not_of("0123456789") == std::string::npos;
  if (!question.law.empty() && (digits || FamilyOfId(question.law) != nullptr)) {
    ASSIGN_OR_FAIL(LawInForce law,
                   FindLaw(drf, question.law, Today(call), context));  // decisions cite by name
    question.law = law.version.name;
  }
  return question;
}

}  // namespace

ToolOutcome SearchCases(const Drf& drf, const tools::ToolCall& call,
                        const tools::CallContext& context) {
  const std::string kind = base::StringOr(call.arguments(), "kind", "");
  ASSIGN_OR_FAIL(Question question, Read(drf, call, context));
  Cases cases;
  std::string lists;
  for (const Collection& collection : Collections()) {
    if (!kind.empty() && collection.kind != kind) continue;
    ASSIGN_OR_FAIL(Rows list, drf.List(collection.target, Asked(collection, question),
                                       collection.serial, 20, context));
    lists += list.bytes();
    size_t taken = 0;
    for (pugi::xml_node row : list.rows) {
      if (taken == kCasesMax) break;
      ASSIGN_OR_FAIL(bool added, Append(drf, collection, question, row, cases, context));
      taken += added;
    }
  }
  if (cases.origins.empty())
    cases.origins.push_back(MakeOrigin(kSystem, "cases", "", call.now, lists));
  policies::Label label = PublicLabel();
  label.privacy = policies::Privacy::kPersonal;  // lower courts' texts name people
  return tools::ToolResult{{{"items", std::move(cases.items)}}, label, std::move(cases.origins)};
}

}  // namespace connectors::legal
