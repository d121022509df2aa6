// What a run costs beside its tools: plan check, permit, ledger, journal, audit, answer. The tools
// answer at once, the planner knows its plan; the store is a real PostgreSQL with synchronous
// commits, the policies are the built-in ones.
//
//   run_overhead [RUNS] [WORKERS]      prints one JSON object
//
// overhead_ms: from the end of one tool call to the beginning of the next in a chain of five, one
// run at a time. steps_per_second: steps that reached their durable outcome, by WORKERS at once,
// over chains and over plans of six steps side by side.
#include <algorithm>
#include <chrono>
#include <iostream>
#include <mutex>
#include <thread>

#include "agents/run_loop.h"
#include "model_core/base/check.h"
#include "model_core/base/log.h"
#include "model_core/base/strings.h"
#include "tests/fakes/fake_tools.h"
#include "tests/fakes/scripted_planner.h"
#include "tests/fakes/test_store.h"

namespace {

using base::Json;
using base::StrCat;
using SteadyClock = std::chrono::steady_clock;

constexpr int kChain = 5;
constexpr int kFan = 6;

Json Step(int i, Json law) {
  return {{"id", StrCat("s", i)},
          {"tool", "law.article"},
          {"arguments", {{"law", std::move(law)}, {"jo", "26"}}}};
}

Json Chain() {
  Json steps = Json::array({Step(1, "민법")});
  for (int i = 2; i <= kChain; ++i)
    steps.push_back(Step(i, {{"$ref", StrCat("s", i - 1, ".law_id")}}));
  return {{"verdict", "plan"}, {"steps", steps}};
}

Json Fan() {
  Json steps = Json::array();
  for (int i = 1; i <= kFan; ++i) steps.push_back(Step(i, StrCat("법 ", i)));
  return {{"verdict", "plan"}, {"steps", steps}};
}

double Percentile(std::vector<double>& sorted, double share) {
  std::sort(sorted.begin(), sorted.end());
  return sorted.empty()
             ? 0
             : sorted[std::min(sorted.size() - 1,
                               static_cast<size_t>(share * static_cast<double>(sorted.size())))];
}

class Bench {
 public:
  Bench() {
    fakes::PutSamplePeople(*store_);
    auto given = std::make_unique<fakes::FakeTools>();
    given->On("law.article", [this](const tools::ToolCall& call, const tools::CallContext&) {
      return Called(call);
    });
    std::vector<std::unique_ptr<tools::Connector>> connectors;
    connectors.push_back(std::move(given));
    registry_ =
        std::make_unique<tools::ToolRegistry>(tools::Catalogue::BuiltIn(), std::move(connectors));
    registry_->Refresh(absl::Now() + absl::Seconds(5));
    auto authorizer = policies::MakeCedarAuthorizer("");
    CHECK(authorizer.ok());
    authorizer_ = *std::move(authorizer);
    planner_.Teach("chain", Chain());
    planner_.Teach("fan", Fan());
    loop_ = agents::MakeRunLoop(planner_, *authorizer_, sealer_, *registry_, *store_,
                                base::SystemClock(), {});
  }

  Json Latency(int runs) {
    gaps_.clear();
    Create("chain", runs);
    Work(1);
    std::vector<double> gaps = gaps_;
    return {{"samples", gaps.size()},
            {"p50", Percentile(gaps, 0.5)},
            {"p90", Percentile(gaps, 0.9)},
            {"p99", Percentile(gaps, 0.99)}};
  }

  double StepsPerSecond(const char* text, int steps, int runs, int workers) {
    Create(text, runs);
    const auto begin = SteadyClock::now();
    Work(workers);
    return runs * steps / std::chrono::duration<double>(SteadyClock::now() - begin).count();
  }

 private:
  tools::ToolOutcome Called(const tools::ToolCall& call) {
    const auto now = SteadyClock::now();
    const std::lock_guard lock(mutex_);
    auto it = ended_.find(call.binding.run_id);
    if (it != ended_.end())
      gaps_.push_back(std::chrono::duration<double, std::milli>(now - it->second).count());
    tools::ToolResult result = result_;
    ended_[call.binding.run_id] = SteadyClock::now();
    return result;
  }

  void Create(const char* text, int runs) {
    for (int i = 0; i < runs; ++i) {
      CHECK(store_->CreateRun({text, "kim.legal", "", "", "", "ko", "2026-11-24T10:00:00+09:00"})
                .ok());
    }
  }

  void Work(int workers) {
    std::vector<std::thread> threads;
    for (int i = 0; i < workers; ++i) {
      threads.emplace_back([this] {
        for (;;) {
          const auto advanced = loop_->Advance("bench", [] { return false; });
          CHECK(advanced.ok(), "%s", advanced.status().ToString().c_str());
          if (!*advanced) return;
        }
      });
    }
    for (std::thread& thread : threads) thread.join();
  }

  const std::unique_ptr<agents::RunStore> store_ =  // its log is sequenced as a product's
      fakes::OpenTestStore(fakes::MakeTestDatabase(), base::SystemClock(),
                           connectors::PostgresOptions{}.checkpoint_interval);
  const tools::ToolResult result_ = fakes::LeastResult("law.article");
  fakes::ScriptedPlanner planner_;
  std::unique_ptr<tools::ToolRegistry> registry_;
  std::unique_ptr<policies::Authorizer> authorizer_;
  const policies::ApprovalSealer sealer_{std::string(policies::ApprovalSealer::kKeyBytes, 'k')};
  std::unique_ptr<agents::RunLoop> loop_;
  std::mutex mutex_;
  std::map<std::string, SteadyClock::time_point> ended_;  // guarded by mutex_
  std::vector<double> gaps_;                              // guarded by mutex_
};

}  // namespace

int main(int argc, char** argv) {
  base::StartLog(base::LogFormat::kText, base::LogLevel::kError);
  const int runs = argc > 1 ? std::atoi(argv[1]) : 200;
  const int workers = argc > 2 ? std::atoi(argv[2]) : 6;
  Bench bench;
  bench.StepsPerSecond("chain", kChain, 20, 2);  // warms connections, plans and caches
  const Json overhead = bench.Latency(runs);
  const double chain = bench.StepsPerSecond("chain", kChain, runs, workers);
  const double fan = bench.StepsPerSecond("fan", kFan, runs, workers);
  std::cout << base::DumpJson(
                   {{"bench", "run_overhead"},
                    {"cpus", std::thread::hardware_concurrency()},
                    {"overhead_ms", overhead},
                    {"workers", workers},
                    {"steps_per_second", {{"chain_of_5", chain}, {"six_side_by_side", fan}}}},
                   2)
            << "\n";
}
