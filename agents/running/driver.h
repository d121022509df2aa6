// Driver: advances one leased run. Everything it does is an event in the run's journal before the next thing
// is done. Not thread-safe; tool calls run on threads of its own and are joined before Drive returns.
#pragma once

#include <condition_variable>
#include <mutex>
#include <set>
#include <thread>

#include "agents/run_loop.h"
#include "model_core/base/random.h"
#include "tools/tool_executor.h"

namespace agents {

struct DriverContext {
  Planner& planner;
  policies::Authorizer& authorizer;
  tools::ToolRegistry& registry;
  tools::ToolExecutor& executor;
  RunStore& store;
  base::Clock& clock;
  base::Random& random;
  const RunLoopOptions& options;
};

class Driver {
 public:
  Driver(const DriverContext& context, Lease lease, std::function<bool()> stopping);
  ~Driver();

  // Advances the run until it ends, waits for a person, or `stopping`. True: it has no work until something
  // happens to it.
  absl::StatusOr<bool> Drive();
  const Lease& lease() const { return lease_; }

 private:
  enum class Progress { kGoOn, kWait, kEnded };

  // A call on its way. `done` and `outcome` are written by its thread under mutex_.
  struct Flight {
    tools::ToolCall call;
    std::string settled_by;
    absl::Time started;
    bool airborne = false;
    bool done = false;
    std::optional<tools::ToolOutcome> outcome;
    std::jthread thread;
  };

  // driver.cc
  absl::Status Reload();
  // False: not appended, because somebody else appended first (an approval, a cancellation); look again.
  absl::StatusOr<bool> Append(std::vector<Event> events);
  absl::Status KeepLease();
  absl::StatusOr<Progress> Next();
  absl::StatusOr<Progress> MakePlan();
  absl::StatusOr<Progress> CheckPlan();
  absl::StatusOr<Progress> Wait(RunState state, std::string_view english, std::string_view korean,
                                base::Json more = base::Json::object());
  absl::StatusOr<Progress> End(RunState state, std::string_view english, std::string_view korean);
  absl::StatusOr<Progress> Finish();
  absl::StatusOr<std::vector<policies::Principal>> People();

  // steps.cc
  absl::StatusOr<Progress> AdvanceSteps();
  absl::StatusOr<bool> Consider(const Step& step, std::vector<Event>& events);
  std::optional<base::Json> SkipReason(const Step& step) const;
  bool InputsSettled(const Step& step) const;
  bool ArgumentsSettled(const Step& step) const;
  base::Json BindDefaults(const Step& step, base::Json arguments) const;
  std::optional<tools::ToolCall> ResolveCall(const Step& step) const;
  tools::ToolCall MakeCall(const Step& step, base::Json arguments) const;
  absl::StatusOr<std::variant<policies::Permit, policies::StepDecision>> Authorize(
      const Step& step, const tools::ToolCall& call);
  absl::Status RequestApprovals(const Step& step, const tools::ToolCall& call,
                                const policies::StepDecision& decision, std::vector<Event>& events);
  absl::StatusOr<Progress> Deny(const Step& step, const policies::StepDecision& decision);

  // calls.cc
  void Stage(const Step& step, tools::ToolCall call, std::string settled_by);
  void StartStaged();    // after their intents are durable
  void DiscardStaged();  // after they turned out not to be
  void Fly(const Step& step, Flight& flight);
  absl::Status Land();
  void WaitForLanding(absl::Duration most);
  Event Outcome(const std::string& step, const Flight& flight);
  absl::Status SettleInDoubt();
  absl::Status AskWhetherDone(const Step& step, const tools::ToolCall& call, std::vector<Event>& events);
  bool Cancelled();

  const DriverContext& context_;
  Lease lease_;
  std::function<bool()> stopping_;
  Run run_;
  PrincipalRecord principal_;
  bool recovered_ = false;
  std::mutex mutex_;
  std::mutex authorize_mutex_;  // flights ask for their permits one at a time
  std::condition_variable landed_;
  bool cancelled_ = false;  // guarded by mutex_
  std::map<std::string, std::unique_ptr<Flight>> flights_;  // by step id; the map itself: driver's thread only
};

}  // namespace agents
