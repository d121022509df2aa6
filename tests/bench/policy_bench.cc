// What a policy decision costs over about a hundred rules: those built in, and rules of the kinds
// that an organisation adds (for one tool, for one role, for everybody). The requests are those of
// the policies' own cases.
//
//   policy_bench [DECISIONS]      prints one JSON object; times in microseconds
//
// decide: the rules that decide. authorize: the same with reasons or permit, the call's hash
// included. first: the median where person and tool were not seen before.
#include <algorithm>
#include <chrono>
#include <cstdlib>
#include <iostream>

#include "model_core/base/check.h"
#include "model_core/base/strings.h"
#include "policies/cedar_cases.h"
#include "policies/cedar_engine.h"

namespace {

using base::Json;
using base::StrCat;
using SteadyClock = std::chrono::steady_clock;

constexpr size_t kRules = 100;

std::string Rule(size_t i) {
  constexpr const char* kPrincipals[] = {"principal", "principal", "principal in Role::\"role"};
  constexpr const char* kResources[] = {"resource == Tool::\"tool", "resource", "resource"};
  const size_t kind = i % 10 < 6   ? 0
                      : i % 10 < 8 ? 1
                                   : 2;  // six for a tool, two for everybody, two for a role
  const std::string number = StrCat(i, "\"");
  return StrCat("@id(\"bench.", i, "\") @reason_ko(\"가\") @reason_en(\"a\") @lift_ko(\"나\") ",
                "@lift_en(\"b\") forbid (", kPrincipals[kind], kind == 2 ? number : "",
                ", action == Action::\"call\", ", kResources[kind], kind == 0 ? number : "",
                ") when { context.input_n2sf > ", 2 + i, " && context.purpose == \"purpose", i,
                "\" };\n");
}

policies::PolicyFiles Files() {
  policies::PolicyFiles files = *policies::ReadPolicyFiles("");
  const size_t built_in = (*policies::CedarEngine::Load(files))->rules().size();
  std::string more;
  for (size_t i = built_in; i < kRules; ++i) more += Rule(i);
  files.files.push_back({"more.cedar", more});
  return files;
}

std::vector<policies::PolicyCase> Requests(const policies::PolicyFiles& files) {
  std::vector<policies::PolicyCase> requests;
  for (const policies::PolicyFile& file : files.cases) {
    auto cases = policies::ReadPolicyCases(file);
    CHECK(cases.ok(), "%s", cases.status().ToString().c_str());
    for (policies::PolicyCase& given : *cases) {
      given.plan.principal.id =
          StrCat("person", requests.size());  // each case describes another person
      requests.push_back(std::move(given));
    }
  }
  return requests;
}

template <typename Work>
Json Measure(size_t count, const std::vector<policies::PolicyCase>& requests, const Work& work) {
  std::vector<double> first, times;
  for (size_t i = 0; i < count + requests.size(); ++i) {
    const auto begin = SteadyClock::now();
    work(requests[i % requests.size()]);
    const std::chrono::duration<double, std::micro> time = SteadyClock::now() - begin;
    (i < requests.size() ? first : times).push_back(time.count());
  }
  const auto at = [](std::vector<double>& list, double share) {
    std::sort(list.begin(), list.end());
    return list[static_cast<size_t>(share * static_cast<double>(list.size() - 1))];
  };
  return {{"first", at(first, 0.5)},
          {"p50", at(times, 0.5)},
          {"p90", at(times, 0.9)},
          {"p99", at(times, 0.99)}};
}

}  // namespace

int main(int argc, char** argv) {
  const size_t count = argc > 1 ? static_cast<size_t>(std::atoll(argv[1])) : 100000;
  const policies::PolicyFiles files = Files();
  const auto requests = Requests(files);
  const auto engine = policies::CedarEngine::Load(files);
  CHECK(engine.ok(), "%s", engine.status().ToString().c_str());
  const auto authorizer = policies::MakeCedarAuthorizer(files);
  CHECK(authorizer.ok(), "%s", authorizer.status().ToString().c_str());
  const Json decide = Measure(count, requests, [&](const policies::PolicyCase& given) {
    CHECK((*engine)->Decide(given.plan.principal, given.plan.purpose, given.plan.steps[0]).ok());
  });
  const Json authorize = Measure(count, requests, [&](const policies::PolicyCase& given) {
    const policies::StepFacts& step = given.plan.steps[0];
    const policies::CallBinding binding{"run",
                                        "s1",
                                        step.tool,
                                        {{"query", "개인정보 보호법"}},
                                        step.input,
                                        "plan",
                                        (*authorizer)->policy_version()};
    CHECK((*authorizer)->AuthorizeCall(given.plan, step, binding, {}, false).ok());
  });
  std::cout << base::DumpJson({{"bench", "policy"},
                               {"rules", (*engine)->rules().size()},
                               {"requests", requests.size()},
                               {"decisions", count},
                               {"decide_us", decide},
                               {"authorize_us", authorize}},
                              2)
            << "\n";
}
