#include "connectors/legal/amendments.h"

#include <algorithm>

#include "connectors/legal/tools.h"
#include "model_core/base/strings.h"
#include "model_core/base/text.h"

namespace connectors::legal {
namespace {

using base::StrCat;
using tools::MakeToolError;
using tools::ToolError;

struct Question {
  std::string law, from, to;  // days as YYYYMMDD, both in the period
  std::optional<ArticleNumber> number;
};

ToolError BadPeriod(const std::string& from, const std::string& to) {
  return MakeToolError("invalid_argument",
                       StrCat("'", from, "' to '", to, "' is no period of two days, earlier first"),
                       StrCat("'", from, "'부터 '", to, "'까지는 올바른 기간이 아닙니다"));
}

Fallible<Question> ReadQuestion(const base::Json& arguments) {
  const std::string jo = base::StringOr(arguments, "jo", "");
  const base::Json period = arguments.value("period", base::Json::object());
  const std::string from = base::StringOr(period, "from", "").substr(0, 10);  // a time has its day
  const std::string to = base::StringOr(period, "to", "").substr(0, 10);
  Question question{base::StringOr(arguments, "law", ""), Day(from), Day(to),
                    ParseArticleNumber(jo)};
  if (!jo.empty() && !question.number) return BadArticleNumber(jo);
  const bool days = !DayBefore(question.from).empty() && !DayBefore(question.to).empty();
  if (!days || question.from > question.to) return BadPeriod(from, to);
  return question;
}

// The law of the last day, or if it is repealed by then, of the day before the first. A law that
// was repealed all along is not in force.
Fallible<LawInForce> Find(const Drf& drf, const Question& question,
                          const tools::CallContext& context) {
  Fallible<LawInForce> law = FindLaw(drf, question.law, question.to, context);
  if (law.ok() || law.error().code != "repealed") return law;
  Fallible<LawInForce> earlier = FindLaw(drf, question.law, DayBefore(question.from), context);
  if (earlier.ok()) return earlier;
  ToolError error = law.error();
  error.code = "not_in_force";
  return error;
}

ToolError NoArticle(const Question& question, const std::string& law) {
  const std::string what = StrCat(law, " ", question.number->korean());
  const std::string from = IsoDay(question.from), to = IsoDay(question.to);
  return MakeToolError(
      "not_found", StrCat("there is no ", what, " from ", from, " to ", to),
      StrCat(from, "부터 ", to, "까지 ", base::WithParticle(what, "이"), " 없습니다"));
}

bool Known(const std::vector<Stage>& stages, const ArticleNumber& number) {
  return std::any_of(stages.begin(), stages.end(),
                     [&](const Stage& stage) { return stage.clauses.contains(number); });
}

// "910103@20251002 법률 제21003호, 2025-04-01"; rules are cited in their version as they are.
std::string Cited(const LawVersion& version) {
  if (!version.citation.empty() || version.promulgated.size() <= 8) return version.version();
  std::string number = version.promulgated.substr(8);
  number.erase(0, std::min(number.find_first_not_of('0'), number.size() - 1));
  return StrCat(version.version(), " ", version.type, " 제", number, "호, ",
                IsoDay(version.promulgated.substr(0, 8)));
}

policies::Origin OriginFrom(const std::vector<Stage>& stages, const std::vector<size_t>& amending,
                            const std::string& record) {
  std::string versions, bytes;
  absl::Time time = absl::InfinitePast();
  const auto add = [&](const Stage& stage) {
    versions += StrCat(versions.empty() ? "" : " → ", Cited(stage.version));
    bytes += stage.bytes;
    time = std::max(time, stage.time);
  };
  const LawVersion& before = stages[0].version;
  if (!before.mst.empty()) add(stages[0]);
  for (size_t i : amending) {
    if (stages[i].version.version() != before.version()) add(stages[i]);
  }
  return MakeOrigin(kSystem, record, versions, time, bytes);
}

std::string Record(const Amendments& amendments) {
  return amendments.number ? StrCat(amendments.law_id(), "/", amendments.number->text())
                           : amendments.law_id();
}

}  // namespace

bool Amendments::Asked(const Change& change) const {
  return !number || change.number == *number || change.moved_from == number;
}

policies::Origin Amendments::OriginOf(const Change& change) const {
  return OriginFrom(stages, change.stages, Record(*this));
}

policies::Origin Amendments::OriginOfAll() const {
  std::vector<size_t> all;
  for (size_t i = 1; i < stages.size(); ++i) all.push_back(i);
  return OriginFrom(stages, all, Record(*this));
}

Fallible<Amendments> ReadAmendments(const Drf& drf, const base::Json& arguments,
                                    const tools::CallContext& context) {
  ASSIGN_OR_FAIL(const Question question, ReadQuestion(arguments));
  ASSIGN_OR_FAIL(LawInForce law, Find(drf, question, context));
  const ArticleNumber* number = question.number ? &*question.number : nullptr;
  ASSIGN_OR_FAIL(std::vector<Stage> stages,
                 ReadStages(drf, law, question.from, question.to, number, context));
  if (number != nullptr && !Known(stages, *number)) return NoArticle(question, law.version.name);
  std::vector<Change> changes = NetChanges(stages);
  return Amendments{std::move(law), std::move(stages), std::move(changes), question.number};
}

}  // namespace connectors::legal
