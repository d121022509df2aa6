// RunStory: whether the events of one run, in order, make sense together: none missing or dated
// before the one it follows, each by whom its content names, the plan made from what was asked,
// every call part of the checked plan and the one that its hash names, approved before it was begun
// by as many people as the check demanded, by none whose seal did not hold (whatever such an answer
// says), nobody having said no, not begun after its step was skipped or the run canceled, taken up
// again after a crash only while it was open and not made anew where policy denied it, settled
// once, and no failure called a success.
//
// Pure computation, over records with their payloads. The bodies are those that agents/run.h lists.
#pragma once

#include <map>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "absl/time/time.h"
#include "policies/audit_log.h"
#include "policies/decision.h"

namespace policies {

// What does not hold, for people.
struct Fault {
  std::string english, korean;
};

class RunStory {
 public:
  // Of the run that `bundle` is of.
  explicit RunStory(const AuditExport& bundle)
      : run_id_(bundle.run_id), refused_(RefusedAnswers(bundle)) {}

  // What is wrong with the next record, given those before it.
  std::optional<Fault> Add(const AuditRecord& record);
  bool ended() const { return ended_; }

 private:
  using Handler = std::optional<Fault> (RunStory::*)(const base::Json& body);

  enum class Call { kBegun, kDenied, kSucceeded, kFailed };  // denied: when it was taken up again
  struct Asked {
    std::string step, call_hash, rule, policy_version;
    std::set<std::string> approvers;  // who said yes, for exactly this call
    bool reasons = true;              // each of them gave one
    std::optional<Obligation> obligation = {};
    bool rejected = false;
  };

  std::optional<Fault> Place(const AuditRecord& record) const;
  std::optional<Fault> Date(const AuditRecord& record);
  std::optional<Fault> Speaker(const AuditRecord& record) const;
  std::optional<Fault> Created(const base::Json& body);
  std::optional<Fault> Replied(const base::Json& body);
  std::optional<Fault> Planned(const base::Json& body);
  std::optional<Fault> Checked(const base::Json& body);
  std::optional<Fault> Requested(const base::Json& body);
  std::optional<Fault> Decided(const base::Json& body);
  std::optional<Fault> Refused(const base::Json& body);
  std::optional<Fault> Skipped(const base::Json& body);
  std::optional<Fault> Canceled(const base::Json& body);
  std::optional<Fault> Begun(const base::Json& body);
  std::optional<Fault> Repeated(const base::Json& body);
  std::optional<Fault> Resumed(const base::Json& body);
  std::optional<Fault> Settled(const base::Json& body);
  std::optional<Fault> Answered(const base::Json& body);
  std::optional<Fault> Ended(const base::Json& body);

  void ForgetPlan();
  static bool Settled(const Asked& asked);
  std::optional<Fault> ShownOther(const std::string& step, const base::Json& shown) const;
  std::optional<Fault> NotACompletedRun() const;
  std::optional<Fault> OutsidePlan(const std::string& step, const std::string& tool) const;
  bool NamesOthers(const std::string& step, const base::Json& intent) const;
  std::optional<Fault> Unapproved(const std::string& step, const base::Json& intent) const;
  bool MetBy(const Obligation& obligation, const Asked& asked, bool reasons_needed) const;
  bool HashHolds(const base::Json& intent, const std::string& policy_version) const;
  bool CallHolds(const base::Json& intent) const;

  const std::string run_id_;
  const std::set<size_t> refused_;  // answers and questions that marud refused, by index
  uint64_t next_ = 0;               // index of the event that comes next
  absl::Time latest_ = absl::InfinitePast();
  bool ended_ = false;
  std::string requester_;
  std::string text_, now_;                     // what was asked so far, and when
  std::map<std::string, std::string> tools_;   // of the plan, by step
  std::string plan_hash_;                      // empty: no plan
  std::optional<PlanDecision> decision_;       // on that plan
  std::map<std::string, base::Json> records_;  // that were known at that check, by step
  std::set<std::string> skipped_;              // steps
  bool canceled_ = false;                      // by the requester: nothing more is begun
  std::map<std::string, Asked> asked_;         // by approval id
  std::set<std::string> void_;                 // approvals that count for nothing any more
  std::set<std::string> refused_calls_;        // hashes of the calls that they were for
  // Whether an effect happened: step and, once somebody said that it did not and is to be done once
  // more, leave to do so; by approval id.
  struct Question {
    std::string step;
    bool once_more = false;
  };
  std::map<std::string, Question> questions_;
  std::map<std::string, Call> calls_;  // steps of the plan with an intent
};

}  // namespace policies
