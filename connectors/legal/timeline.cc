#include "connectors/legal/timeline.h"

#include <algorithm>
#include <optional>
#include <set>
#include <tuple>

#include "absl/time/civil_time.h"
#include "connectors/legal/rule_lookup.h"
#include "model_core/base/strings.h"

namespace connectors::legal {
namespace {

using base::StrCat;

constexpr size_t kVersionsMax = 20;  // bodies of one call; the service wants about a call a second
constexpr size_t kEarlierVersionsMax = 5;

tools::ToolError TooMany(const std::string& law, size_t count) {
  return tools::MakeToolError(
      "partial",
      StrCat("'", law, "' has ", count, " versions in the period, more than ", kVersionsMax,
             "; ask for a shorter one"),
      StrCat("기간 안에 '", law, "'의 판이 ", count, "개로 한도(", kVersionsMax,
             "개)를 넘습니다. 기간을 줄여 주십시오"));
}

// Versions that take effect up to `day`, oldest first.
std::vector<LawVersion> UpTo(const std::vector<LawVersion>& versions, const std::string& day) {
  std::vector<LawVersion> out;
  std::copy_if(versions.begin(), versions.end(), std::back_inserter(out),
               [&](const LawVersion& version) { return version.effective <= day; });
  std::sort(out.begin(), out.end(), [](const LawVersion& a, const LawVersion& b) {
    return std::tie(a.effective, a.promulgated) < std::tie(b.effective, b.promulgated);
  });
  return out;
}

// A day of which the text is not known, as far as the history tells; `earlier` of `versions` (one
// at least) are from before the period.
std::optional<std::string> UnknownDay(const LawInForce& law,
                                      const std::vector<LawVersion>& versions, size_t earlier,
                                      const std::string& from, const std::string& to) {
  const RuleHistory history{law.versions, law.unlisted};
  const std::string before = DayBefore(from);
  if (earlier == 0 && !TextKnown(history, nullptr, before)) return before;
  const LawVersion& first = versions[earlier == 0 ? 0 : earlier - 1];
  return TextKnown(history, &first, to) ? std::nullopt : std::optional(to);
}

// StageReader: the stages of one law; each body is read once.
class StageReader {
 public:
  StageReader(const Drf& drf, std::vector<LawVersion> versions, const ArticleNumber* number,
              const tools::CallContext& context)
      : drf_(drf), versions_(std::move(versions)), number_(number), context_(context) {}

  // An amendment that takes effect in stages carries articles that are not in force yet: for such
  // an article the text of the version before counts.
  Fallible<Stage> At(size_t index, const std::string& day) {
    Stage stage{versions_[index], {}, "", absl::InfinitePast()};
    std::set<ArticleNumber> waiting;
    for (size_t back = 0; back <= std::min(index, kEarlierVersionsMax); ++back) {
      if (versions_[index - back].Repeals()) break;
      ASSIGN_OR_FAIL(const VersionBody* body, Body(index - back));
      if (back == 0) stage.bytes = body->answer.bytes;
      if (back == 0) stage.time = body->answer.time;
      waiting = Take(*body, day, back == 0 ? nullptr : &waiting, stage.clauses);
      if (waiting.empty()) break;
    }
    return stage;
  }

 private:
  Fallible<const VersionBody*> Body(size_t index) {
    const LawVersion& version = versions_[index];
    if (const auto known = bodies_.find(index); known != bodies_.end()) return &known->second;
    const bool rule = FamilyOfId(version.law_id) != nullptr;
    ASSIGN_OR_FAIL(VersionBody body, ReadBody(drf_, version, rule ? number_ : nullptr, context_));
    if (body.articles.empty()) return NoText(version.name, version.effective);
    const VersionBody* kept = &bodies_.emplace(index, std::move(body)).first->second;
    return kept;
  }

  // Adds the articles in force on `day`, of `wanted` alone if it is given; those still to come.
  static std::set<ArticleNumber> Take(const VersionBody& body, const std::string& day,
                                      const std::set<ArticleNumber>* wanted, Clauses& clauses) {
    std::set<ArticleNumber> waiting;
    for (const Article& article : body.articles) {
      if (wanted != nullptr && !wanted->contains(article.number)) continue;
      if (article.effective > day) {
        waiting.insert(article.number);
      } else {
        clauses.try_emplace(article.number, Clause{article.number, article.text(),
                                                   article.effective, article.deleted()});
      }
    }
    std::erase_if(waiting, [&](const ArticleNumber& number) { return clauses.contains(number); });
    return waiting;
  }

  const Drf& drf_;
  const std::vector<LawVersion> versions_;
  const ArticleNumber* const number_;
  const tools::CallContext& context_;
  std::map<size_t, VersionBody> bodies_;  // by index
};

}  // namespace

std::string_view Clause::unnumbered() const {
  std::string_view rest = text;
  const std::string heading = number.korean();
  if (rest.starts_with(heading)) rest.remove_prefix(heading.size());
  return rest;
}

std::string DayBefore(std::string_view day) {
  absl::CivilDay civil;
  if (!absl::ParseCivilTime(IsoDay(day), &civil)) return "";
  return Day(absl::FormatCivilTime(civil - 1));
}

Fallible<std::vector<Stage>> ReadStages(const Drf& drf, const LawInForce& law,
                                        const std::string& from, const std::string& to,
                                        const ArticleNumber* number,
                                        const tools::CallContext& context) {
  const std::vector<LawVersion> versions = UpTo(law.versions, to);
  const size_t earlier =
      static_cast<size_t>(std::count_if(versions.begin(), versions.end(), [&](const auto& version) {
        return version.effective < from;
      }));
  if (const auto day = UnknownDay(law, versions, earlier, from, to))
    return NoText(law.version.name, *day);
  if (versions.size() - earlier > kVersionsMax)
    return TooMany(law.version.name, versions.size() - earlier);
  StageReader reader(drf, versions, number, context);
  std::vector<Stage> stages(1);
  if (earlier > 0) {
    ASSIGN_OR_FAIL(stages[0], reader.At(earlier - 1, DayBefore(from)));
  }
  for (size_t i = earlier == 0 ? 0 : earlier - 1; i < versions.size(); ++i) {
    const std::string end = i + 1 == versions.size() ? to : DayBefore(versions[i + 1].effective);
    ASSIGN_OR_FAIL(Stage stage, reader.At(i, std::max(end, versions[i].effective)));
    stages.push_back(std::move(stage));
  }
  return stages;
}

}  // namespace connectors::legal
