// Run: one durable execution of an agent toward a goal. Its state is folded from its journal and
// from nothing else.
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "agents/plan.h"
#include "policies/decision.h"
#include "policies/named_record.h"

namespace agents {

enum class RunState {
  kSubmitted,
  kWorking,
  kInputRequired,     // a slot is missing, or the requester must confirm
  kApprovalRequired,  // a person's approval is awaited
  kInDoubt,           // a person must tell whether an effect happened
  kCompleted,
  kFailed,
  kCanceled,
  kRejected,  // refused or denied
};
bool Terminal(RunState state);
bool Waits(RunState state);   // for a person
bool AtRest(RunState state);  // terminal, or waits
std::string_view Name(RunState state);
std::optional<RunState> ParseRunState(std::string_view name);

struct RunRequest {
  std::string text;
  std::string principal;
  std::string purpose;          // empty: the one that fits
  std::string conversation_id;  // A2A context; made by the server if empty
  std::string message_id;       // of the caller; the same message never starts two runs
  std::string language;         // "ko" or "en": of the request
  std::string now;              // RFC 3339: what 오늘 means in this run
};
base::Json ToJson(const RunRequest& request);
absl::StatusOr<RunRequest> ParseRunRequest(const base::Json& json);

// clang-format off
// One recorded fact. Types and bodies:
//   run.created          RunRequest
//   run.replied          {text, message_id}: the requester's words after input_required
//   plan.made            {plan, evidence, text, request, now, offered, allowed, unusable_tool,
//                        milliseconds}
//   plan.checked         PlanDecision and facts {principal, steps, eligible}: what it was made from
//   approval.requested   {approval_id, step, tool, requester, obligation, call_hash, shown}; shown
//                        holds `records` where the call names some
//   approval.decided     {approval_id, step, approver, approved, reason, call_hash, standing,
//                        answered, seal}: what the approver was at that moment, and a seal
//                        (policies/approval_seal.h) that only marud can make; and once_more, of a
//                        question whether an effect happened: it did not, and is to be done now
//   approval.seal_broken {approval_id, step, approver}: marud took no such answer; the approval is
//                        void, and people are asked anew
//   effect.intent        {step, tool, key, call_hash, policy_version, arguments, label, records,
//                        facts}: before the call, also of reads; records are those that it names,
//                        where it names some; facts are {principal, step, approvers}
//   effect.resumed       {step, tool, how, call_hash, policy_version, arguments, label, records,
//                        facts, permitted, rules, obligations}: a call that a crash left in doubt
//                        is taken up, and what policy says now of making it anew; obligations are
//                        unmet ones
//   effect.repeated      {step, key, call_hash, approval_id}: before the call is made once more, on
//                        the answer to that question
//   effect.outcome       {step, key, ok, value, label, origins, error, milliseconds, settled_by};
//                        error is {code, message_en, message_ko, rules}: rules of a denial only,
//                        which says from what in `decided`: {policy_version, arguments, label,
//                        records, facts}
//   step.skipped         {step, reason, …}; reason is one of
//                          input_failed, input_skipped {input}
//                          empty_input
//                          guard {input, field, value}
//                          denied {message_en, message_ko, rules, policy_version, arguments,
//                          label, records without titles, facts}; only the first two where policy
//                          could not decide, or where records are not those that were approved
//                          look_up_failed {code, message_en, message_ko}: of a record it names
//                          rejected {message_en, message_ko}
//                          declined: the requester said no
//   answer.released      {text, citations, label, composer, catalogue}: by which version of the
//                        composer, with which catalogue (its hash)
//   run.cancel_requested {}: by the event's actor
//   run.waiting          {state, reason_en, reason_ko, missing}: state is input_required,
//                        approval_required or in_doubt
//   run.ended            {state, reason_en, reason_ko, events}
// clang-format on
struct Event {
  uint64_t index = 0;  // from 0, without gaps
  std::string time;    // RFC 3339
  std::string actor;   // principal id or "maru"
  std::string type;
  base::Json body;
};

enum class StepState { kPending, kAwaitingApproval, kIntended, kSucceeded, kFailed, kSkipped };

struct StepRecord {
  StepState state = StepState::kPending;
  base::Json value;  // of the result
  policies::Label label;
  std::vector<policies::Origin> origins;
  base::Json error;  // why it failed, was skipped, or its result is withheld; else null
  std::string call_hash;
  policies::NamedRecords records;  // that its call names, as they were when it was begun
  base::Json decided;              // body of its newest effect.intent or effect.resumed
  std::string settled_by;          // as in effect.outcome
  std::string started, ended;      // RFC 3339
  double milliseconds = 0;
};
bool Settled(const StepRecord& record);  // nothing more happens to it

struct Approval {
  std::string id;
  std::string run_id;
  std::string step_id;
  std::string tool;
  std::string requester;
  policies::Obligation obligation;
  std::string call_hash;  // what an approver signs
  // What is hashed, for the screen, among it "records" that exist already with title and label;
  // "reason_required": an answer needs a reason; "why_en", "why_ko": of a question whether an
  // effect happened.
  base::Json shown;
  std::string requested;  // RFC 3339
  std::string state;      // pending, approved, rejected, void
  struct Answer {
    std::string approver;
    bool approved = false;
    std::string reason;
    std::string time;        // sealed; of an answer without one: the event's
    bool once_more = false;  // as in approval.decided
    std::string seal = {};   // of the journal alone
  };
  std::vector<Answer> answers;
  bool acted_on = false;  // of a question: the call that its answer asked for was begun
};
base::Json ToJson(const Approval& approval);
// Of what an approval is about; an older question, which does not say, is open to whoever may
// answer.
policies::Label LabelOf(const Approval& approval);

// A run folded from its journal.
struct Run {
  std::string id;
  RunRequest request;
  RunState state = RunState::kSubmitted;
  std::optional<Plan> plan;
  base::Json planned;  // body of plan.made
  std::optional<policies::PlanDecision> decision;
  base::Json decision_facts;                  // what it was made from; null: not recorded
  std::map<std::string, StepRecord> steps;    // by step id
  std::map<std::string, Approval> approvals;  // by approval id
  std::string answer;
  base::Json citations;
  policies::Label answer_label;
  bool cancel_requested = false;
  std::string reason_en, reason_ko;  // why it failed, was denied or waits
  std::string created, updated;
  uint64_t event_count = 0;
};
absl::StatusOr<Run> Fold(const std::string& id, const std::vector<Event>& journal);
// Folds one more event. DataLoss: it is not the next one, or not one that this Maru knows.
absl::Status Apply(const Event& event, Run& run);

// NotFound, in the words for a run that does not exist and for one that is not the caller's: the
// two look the same.
absl::Status NoRun(const std::string& id);

}  // namespace agents
