#include "agents/planning/training/planner_report.h"

#include <cmath>
#include <fstream>
#include <map>
#include <set>

#include "agents/planning/kinds.h"
#include "model_core/base/clock.h"
#include "model_core/base/sha256.h"
#include "model_core/base/strings.h"

namespace agents {
namespace {

constexpr size_t kFourth = 4;

using base::Json;
using base::StrCat;

std::string DomainOf(const Plan& plan, const tools::Catalogue& catalogue) {
  std::set<std::string> domains;
  for (const Step& step : plan.steps) domains.insert(catalogue.Find(step.tool)->domain);
  if (domains.empty()) return std::string(Name(plan.verdict));
  return domains.size() == 1 ? *domains.begin() : "mixed";
}

// Effects outside that the plan holds and the expected one does not, each call counted.
int UnaskedEffects(const Plan& made, const Plan& expected, const tools::Catalogue& catalogue) {
  std::multiset<std::string> asked;
  for (const Step& step : expected.steps) asked.insert(step.tool);
  int count = 0;
  for (const Step& step : made.steps) {
    if (const auto it = asked.find(step.tool); it != asked.end()) {
      asked.erase(it);
    } else if (Acts(*catalogue.Find(step.tool))) {
      ++count;
    }
  }
  return count;
}

struct Tally {
  int right = 0, all = 0;
};

struct VerdictTally {
  int made = 0, expected = 0, both = 0;
  void Add(Verdict verdict, const Plan& plan, const Plan& wanted) {
    made += plan.verdict == verdict;
    expected += wanted.verdict == verdict;
    both += plan.verdict == verdict && wanted.verdict == verdict;
  }
  Json ToJson() const {
    const double precision = made == 0 ? 1 : static_cast<double>(both) / made;
    const double recall = expected == 0 ? 1 : static_cast<double>(both) / expected;
    const double f1 = precision + recall == 0 ? 0 : 2 * precision * recall / (precision + recall);
    return {{"made", made},
            {"expected", expected},
            {"both", both},
            {"f1", std::round(f1 * 1000) / 1000}};
  }
};

Json TallyJson(const std::map<std::string, Tally>& tallies) {
  Json json = Json::object();
  for (const auto& [key, tally] : tallies) {
    json[key] = {{"right", tally.right},
                 {"all", tally.all},
                 {"share", std::round(1000.0 * tally.right / tally.all) / 1000}};
  }
  return json;
}

std::vector<std::string> KeysOf(const PlannerCase& item, const tools::Catalogue& catalogue) {
  const std::string split = StrCat("split ", item.split);
  return {split, StrCat(split, ", ", item.language),
          StrCat(split, ", ", DomainOf(item.plan, catalogue)),
          StrCat(split, ", steps ", item.plan.steps.size())};
}

// What all plans together come to.
class Figures {
 public:
  explicit Figures(const tools::Catalogue& catalogue) : catalogue_(catalogue) {}

  // Whether the plan is the expected one.
  bool Add(const PlannerCase& item, const absl::StatusOr<PlanResult>& result) {
    if (result.ok()) Seal(*result);
    failed_ += !result.ok();
    const Plan made = result.ok() ? result->plan : Plan{};
    const bool right = result.ok() && Equal(made, item.plan, catalogue_, item.now);
    unasked_ += UnaskedEffects(made, item.plan, catalogue_);
    ask_.Add(Verdict::kAsk, made, item.plan);
    refuse_.Add(Verdict::kRefuse, made, item.plan);
    for (const std::string& key : KeysOf(item, catalogue_)) {
      exact_[key].right += right;
      ++exact_[key].all;
    }
    ++cases_;
    return right;
  }

  Json ToJson() const {
    return {{"rules", kPlannerRules},     {"sealed_sha256", sealed_},    {"cases", cases_},
            {"failed", failed_},          {"unasked_effects", unasked_}, {"ask", ask_.ToJson()},
            {"refuse", refuse_.ToJson()}, {"exact", TallyJson(exact_)}};
  }

 private:
  void Seal(const PlanResult& result) {
    sealed_ = base::Sha256Hex(StrCat(sealed_, result.evidence.prompt_sha256,
                                     result.evidence.grammar_sha256, result.text));
  }

  const tools::Catalogue& catalogue_;
  std::map<std::string, Tally> exact_;
  VerdictTally ask_, refuse_;
  int cases_ = 0, failed_ = 0, unasked_ = 0;
  std::string sealed_;  // what evidence would hold of the plans so far
};

}  // namespace

absl::StatusOr<std::vector<PlannerCase>> ReadPlannerCases(const std::string& path) {
  std::ifstream file(path);
  if (!file) return absl::NotFoundError(StrCat("cases file '", path, "' cannot be read"));
  std::vector<PlannerCase> cases;
  for (std::string line; std::getline(file, line);) {
    ASSIGN_OR_RETURN(const Json json,
                     base::ParseJson(line, StrCat(path, " line ", cases.size() + 1)));
    PlannerCase item;
    item.id = base::StringOr(json, "id", "");
    item.split = base::StringOr(json, "split", "");
    item.language = base::StringOr(json, "lang", "");
    item.text = base::StringOr(json, "text", "");
    ASSIGN_OR_RETURN(item.now, base::ParseTimeText(base::StringOr(json, "now", "")));
    ASSIGN_OR_RETURN(item.plan, ParsePlan(json.value("plan", Json())));
    cases.push_back(std::move(item));
  }
  return cases;
}

std::vector<PlannerCase> EveryFourth(const std::vector<PlannerCase>& cases) {
  std::vector<PlannerCase> some;
  for (size_t i = 0; i < cases.size(); i += kFourth) some.push_back(cases[i]);
  return some;
}

Json ReportPlanner(Planner& planner, const std::vector<PlannerCase>& cases,
                   const tools::Catalogue& catalogue, std::vector<double>& milliseconds,
                   std::vector<std::string>& wrong) {
  std::set<std::string> all;
  for (const tools::ToolSpec& tool : catalogue.tools()) all.insert(tool.name);
  Figures figures(catalogue), some(catalogue);
  for (size_t i = 0; i < cases.size(); ++i) {
    const PlannerCase& item = cases[i];
    PlanRequest request;
    request.text = item.text;
    request.now = item.now;
    request.offered = request.allowed = all;
    const auto result = planner.MakePlan(request);
    if (result.ok()) milliseconds.push_back(result->milliseconds);
    if (i % kFourth == 0) some.Add(item, result);
    if (figures.Add(item, result)) continue;
    const Plan made = result.ok() ? result->plan : Plan{};
    wrong.push_back(StrCat(item.id, "\t", item.text, "\t", base::DumpJson(ToJson(item.plan, false)),
                           "\t", base::DumpJson(ToJson(made, false))));
  }
  Json json = figures.ToJson();
  json["every_fourth"] = some.ToJson();
  return json;
}

}  // namespace agents
