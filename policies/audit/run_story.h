// RunStory: whether the events of one run, in order, make sense together: none missing, every call
// part of the checked plan, approved before it was begun by as many people as the check demanded,
// and settled once.
//
// Pure computation. An erased record keeps its type; what it said may have been right, so nothing
// is held against the run for want of it. The bodies are those that agents/run.h lists.
#pragma once

#include <map>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "policies/audit_log.h"
#include "policies/decision.h"

namespace policies {

// What does not hold, for people.
struct Fault {
  std::string english, korean;
};

class RunStory {
 public:
  explicit RunStory(std::string run_id) : run_id_(std::move(run_id)) {}

  // What is wrong with the next record, given those before it.
  std::optional<Fault> Add(const AuditRecord& record);
  bool ended() const { return ended_; }
  uint64_t erased() const { return erased_records_; }

 private:
  using Handler = std::optional<Fault> (RunStory::*)(const base::Json& body);

  struct Asked {
    std::string step, call_hash, rule, policy_version;
    std::set<std::string> approvers;  // who said yes, for exactly this call
    bool reasons = true;              // each of them gave one
  };

  std::optional<Fault> Place(const AuditRecord& record) const;
  std::optional<Fault> Created(const base::Json& body);
  std::optional<Fault> Replied(const base::Json& body);
  std::optional<Fault> Planned(const base::Json& body);
  std::optional<Fault> Checked(const base::Json& body);
  std::optional<Fault> Requested(const base::Json& body);
  std::optional<Fault> Decided(const base::Json& body);
  std::optional<Fault> Begun(const base::Json& body);
  std::optional<Fault> Settled(const base::Json& body);
  std::optional<Fault> Ended(const base::Json& body);

  std::optional<Fault> OutsidePlan(const std::string& step, const std::string& tool) const;
  std::optional<Fault> Unapproved(const std::string& step, const base::Json& intent) const;
  bool MetBy(const Obligation& obligation, const Asked& asked, bool reasons_needed) const;
  bool HashHolds(const base::Json& intent, const std::string& policy_version) const;
  bool Erased(const std::string& type) const { return erased_types_.contains(type); }

  const std::string run_id_;
  uint64_t next_ = 0;  // index of the event that comes next
  uint64_t erased_records_ = 0;
  std::set<std::string> erased_types_;
  bool ended_ = false;
  std::string requester_;
  std::map<std::string, std::string> tools_;  // of the plan, by step
  std::string plan_hash_;                     // empty: no plan, or an erased one
  std::optional<PlanDecision> decision_;      // on that plan
  std::map<std::string, Asked> asked_;        // by approval id
  std::map<std::string, bool> begun_;         // steps of the plan with an intent; true: settled
};

}  // namespace policies
