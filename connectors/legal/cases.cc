// case.search: decisions of courts, of the Constitutional Court, interpretations, administrative
// appeals.
#include <algorithm>
#include <cctype>

#include "connectors/legal/case_collections.h"
#include "connectors/legal/lookup.h"
#include "connectors/legal/rule.h"
#include "connectors/legal/tools.h"
#include "model_core/base/strings.h"
#include "model_core/base/text.h"
#include "tools/part.h"

namespace connectors::legal {
namespace {

using base::StrCat;
using tools::ToolOutcome;

constexpr size_t kCasesMax = 5;    // of each kind; every one costs a call for its gist
constexpr size_t kRowsMax = 100;   // of a list: one page of the service
constexpr size_t kBodiesMax = 20;  // read to find those that cite an article
constexpr size_t kGistPoints = 300;

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
  if (!question.from.empty())
    asked.emplace_back(collection.period, StrCat(Day(question.from), "~", Day(question.to)));
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
  std::string lists;  // as the service gave them
  bool whole = true;
  std::optional<int64_t> total = 0;  // nullopt: nobody counts them
  int64_t left_out = 0;              // listed, and the service has no text of it
};

bool InPeriod(const Collection& collection, const Question& question, pugi::xml_node row) {
  const std::string decided = IsoDay(row.child_value(collection.decided));
  return question.from.empty() || (decided >= question.from && decided <= question.to);
}

// Whether the decision of `row` was added: it may cite another article.
Fallible<bool> Append(const Drf& drf, const Collection& collection, const Question& question,
                      pugi::xml_node row, Cases& cases, const tools::CallContext& context) {
  const std::string decided = IsoDay(row.child_value(collection.decided));
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

// The first kCasesMax that fit, and whether there may be more.
std::optional<tools::ToolError> AddCollection(const Drf& drf, const Collection& collection,
                                              const Question& question, Cases& cases,
                                              const tools::CallContext& context) {
  const auto list = drf.List(collection.target, Asked(collection, question), collection.serial,
                             kRowsMax, context);
  if (!list.ok()) return list.error();
  cases.lists += list->bytes();
  size_t taken = 0, read = 0, passed_over = 0;
  auto row = list->rows.begin();
  for (; row != list->rows.end() && taken < kCasesMax && read < kBodiesMax; ++row) {
    if (!InPeriod(collection, question, *row)) {
      ++passed_over;
      continue;
    }
    const auto added = Append(drf, collection, question, *row, cases, context);
    const bool absent = !added.ok() && added.error().code == "not_found";
    if (!added.ok() && !absent) return added.error();
    ++read;
    cases.left_out += absent ? 1 : 0;
    taken += added.ok() && *added ? 1 : 0;
  }
  const auto fits = [&](pugi::xml_node left) { return InPeriod(collection, question, left); };
  const bool more = list->total > static_cast<int64_t>(list->rows.size()) ||
                    std::any_of(row, list->rows.end(), fits);
  // The service's own count is that of the answer where nothing was left out here.
  const bool counted = !more || (taken == read && passed_over == 0);
  cases.whole = cases.whole && !more;
  if (!counted) cases.total.reset();
  if (cases.total) *cases.total += more ? list->total : static_cast<int64_t>(taken);
  return std::nullopt;
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
  for (const Collection& collection : Collections()) {
    if (!kind.empty() && collection.kind != kind) continue;
    if (auto error = AddCollection(drf, collection, question, cases, context)) return *error;
  }
  if (cases.origins.empty())
    cases.origins.push_back(MakeOrigin(kSystem, "cases", "", call.now, cases.lists));
  policies::Label label = PublicLabel();
  label.privacy = policies::Privacy::kPersonal;  // lower courts' texts name people
  base::Json value = {{"items", std::move(cases.items)}};
  if (!cases.whole) tools::MarkPart(value, cases.total);
  tools::MarkLeftOut(value, cases.left_out);
  return tools::ToolResult{std::move(value), label, std::move(cases.origins)};
}

}  // namespace connectors::legal
