// Driver: advances one leased run. Everything it does is an event: applied to the run in memory,
// and durable before the next act outside. Not thread-safe; the planner and tool calls work on
// threads of their own, which see nothing of the run, ask nothing of the store and are joined
// before the driver goes.
#pragma once

#include <atomic>
#include <condition_variable>
#include <map>
#include <mutex>
#include <set>
#include <thread>

#include "agents/run_loop.h"
#include "agents/running/hindrance.h"
#include "agents/running/plan_turns.h"
#include "agents/running/wording.h"
#include "model_core/base/random.h"
#include "tools/tool_executor.h"

namespace agents {

struct DriverContext {
  Planner& planner;
  policies::Authorizer& authorizer;
  const policies::ApprovalSealer& sealer;
  tools::ToolRegistry& registry;
  tools::ToolExecutor& executor;
  RunStore& store;
  base::Clock& clock;
  base::Random& random;
  PlanTurns& turns;
  Hindrance& hindrance;
  const RunLoopOptions& options;
};

inline constexpr absl::Duration kLookForNewsEvery = absl::Milliseconds(200);

// effect.outcome: settled_by; else "the word of " somebody.
inline constexpr char kByCall[] = "call", kByRepeat[] = "repeat", kByKey[] = "repeat with its key",
                      kByLookUp[] = "reconcile", kByOnceMore[] = "call once more";
// Records that exist already and are named by `call`: their labels join its own.
void NameRecords(tools::ToolCall& call, policies::NamedRecords records);

class Driver {
 public:
  Driver(const DriverContext& context, Lease lease, std::function<bool()> stopping);
  ~Driver();

  // Why a driver leaves its run: it has no work until something happens to it, the worker is to
  // stop, or it is not its requester's turn to have a plan made.
  enum class Left { kWaiting, kStopping, kNoTurn };

  // Advances the run until it is left. FailedPrecondition: the lease was lost; whoever holds it now
  // goes on. `stopping` is also asked from the threads of the planner and of reads.
  absl::StatusOr<Left> Drive();
  const Lease& lease() const { return lease_; }

 private:
  enum class Progress { kGoOn, kWait, kEnded, kNoTurn };

  // All that policy is told about one call, gathered once; attempts on other threads only read it.
  struct CallFacts {
    std::shared_ptr<const policies::PlanFacts> plan;
    policies::StepFacts step;
    std::vector<policies::ApprovalFact> approvals;
    bool confirmed = false;
  };

  // A call on its way. Its thread writes `outcome`, `withheld`, `lease_lost` and, last, `done`,
  // under mutex_.
  struct Flight {
    tools::ToolCall call;
    CallFacts facts;
    std::string settled_by;  // as in effect.outcome
    bool read = false;
    // Of a look-up: when the call was sent; until when the other side may still be at work on it;
    // from when on it can hardly arrive any more.
    absl::Time sent, not_before, late;
    absl::Time started;
    bool airborne = false;
    bool landed = false;  // its event is queued
    bool done = false;
    bool lease_lost = false;
    std::vector<policies::Rule> withheld;  // the rules that refused a permit at the last moment
    std::optional<tools::ToolOutcome> outcome;
    std::jthread thread;
  };

  // journalling.cc
  absl::Status Reload();
  void ForgetPlan();
  absl::Status Emit(std::string type, base::Json body);
  // Makes queued events durable. False: somebody else appended first (an approval, a cancellation);
  // the queue is gone and the run is as the journal has it.
  absl::StatusOr<bool> Flush();
  absl::Status KeepLease();
  absl::Status LookForNews();
  void LookForCancellation();

  // driver.cc
  absl::StatusOr<Left> Leave();
  absl::StatusOr<Progress> Next();
  absl::StatusOr<Progress> MakePlan();
  absl::StatusOr<PlanResult> AskPlanner(const PlanRequest& request);
  absl::StatusOr<Progress> NoPlan(const absl::Status& status);
  absl::Status EmitPlan(const PlanRequest& request, const PlanResult& result);
  absl::StatusOr<Progress> CheckPlan();
  absl::StatusOr<Progress> Wait(RunState state, const Wording& why,
                                base::Json more = base::Json::object());
  absl::StatusOr<Progress> End(RunState state, const Wording& why);
  absl::Status EmitEnd(RunState state, const Wording& why);
  absl::StatusOr<std::vector<policies::Principal>> People();

  // steps.cc
  absl::StatusOr<Progress> AdvanceSteps();
  absl::StatusOr<Progress> Rest();
  absl::Status ConsiderSteps();
  absl::Status Consider(const Step& step);
  absl::Status Skip(const Step& step, base::Json reason);
  std::optional<base::Json> SkipReason(const Step& step) const;
  bool InputsSettled(const Step& step) const;
  bool NoMore() const;
  absl::Status EmitWait();
  absl::Status EmitFinish();
  bool AnyStep(StepState state) const;

  // calls.cc: what is called
  base::Json BindDefaults(const Step& step, base::Json arguments) const;
  std::optional<tools::ToolCall> ResolveCall(const Step& step);
  absl::Status InputsGone(const Step& step) const;  // of a call that was begun: nothing to resolve
  // The call with the records that it names. nullopt: the step is skipped, and why is queued.
  absl::StatusOr<std::optional<tools::ToolCall>> PrepareCall(const Step& step);
  absl::Time LookUpDeadline() const;
  tools::ToolCall MakeCall(const Step& step, base::Json arguments);
  const std::string& PlanHash();
  void KeepPlanFacts(policies::PlanFacts facts);
  absl::StatusOr<CallFacts> FactsOfCall(const Step& step, const tools::ToolCall& call);

  // sealing.cc
  absl::Status RefuseUnsealed();
  void LogForged(const std::vector<Event>& forged);

  // approvals.cc
  bool AnswerPending(const Step& step) const;
  std::optional<base::Json> Refused(const Step& step, const std::string& call_hash) const;
  absl::Status RequestApprovals(const Step& step, const tools::ToolCall& call,
                                const policies::StepDecision& decision);
  std::optional<policies::Rule> ChangedSinceAnswered(const Step& step,
                                                     const tools::ToolCall& call) const;
  absl::StatusOr<std::optional<policies::Rule>> NobodyMayMeet(
      const tools::ToolCall& call, const policies::StepDecision& decision);
  absl::Status RequestApproval(const Step& step, const tools::ToolCall& call,
                               const policies::Obligation& obligation, base::Json shown);
  const Approval* InDoubtQuestion(const Step& step) const;
  // `why` it is in doubt, where a call said so.
  absl::Status AskWhetherDone(const Step& step, const tools::ToolCall& call,
                              const tools::ToolError* why);
  absl::Status SettleByAnswer(const Step& step, const Approval& question);
  absl::Status RepeatOnWord(const Step& step, const Approval& question);

  // flights.cc
  Flight& Stage(const Step& step, tools::ToolCall call, CallFacts facts, std::string settled_by);
  void StartStaged();      // after their intents are durable
  void ForgetUnflushed();  // after a flush failed: staged calls are dropped, landed ones land again
  void Fly(Flight& flight);
  absl::StatusOr<policies::Permit> PermitFor(Flight& flight);
  absl::Status Withhold(Flight& flight, const policies::StepDecision& decision);
  tools::ToolOutcome LookUp(Flight& flight);
  bool PauseLookUp(absl::Time until) const;
  void PrepareLookUp(Flight& flight, absl::Time sent) const;
  std::optional<tools::ToolOutcome> LookAtRecords(Flight& flight);
  absl::Status LandAll();
  absl::Status Land(const Step& step, Flight& flight);
  bool LeftForLater(const Flight& flight, tools::Recovery recovery, bool in_doubt);
  bool WaitForLanding(absl::Duration most);
  base::Json OutcomeBody(const std::string& step, const Flight& flight) const;
  base::Json ErrorBody(const Flight& flight) const;
  absl::Status SettleInDoubt();
  absl::Status Settle(const Step& step);
  absl::Status EmitResumed(const tools::ToolCall& call, const CallFacts& facts, const char* how);
  bool Cancelled() const { return cancelled_; }

  const DriverContext& context_;
  Lease lease_;
  std::function<bool()> stopping_;
  Run run_;
  std::vector<Event> queue_;    // applied to run_, not durable yet
  bool seals_checked_ = false;  // of the answers that run_ holds
  uint64_t told_ = 0;           // forged events before this one are logged
  PrincipalRecord principal_;
  std::shared_ptr<const policies::PlanFacts> plan_facts_;  // of run_.plan, for the purpose decided
  std::string plan_hash_;                                  // of run_.plan; empty: not computed yet
  absl::Time looked_;                                      // for news, last
  absl::Time renewed_;
  std::atomic<int64_t> lease_ends_ns_{0};  // unix time; read by flights
  std::mutex mutex_;
  std::condition_variable done_;
  std::atomic<bool> cancelled_{false};  // set by the driver's thread, read by all
  std::atomic<bool> leaving_{false};    // the driver goes; set by its thread, read by all
  std::set<std::string> left_;  // steps whose intents the next worker settles; see LeftForLater
  std::map<std::string, std::unique_ptr<Flight>>
      flights_;  // by step id; the map itself: driver's thread only
};

}  // namespace agents
