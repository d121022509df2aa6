// DecidedCall: the records of a request for one ticket that one person approves, with what policy
// decided from, as a run loop writes them.
#pragma once

#include <string>
#include <vector>

#include "agents/redecide.h"
#include "model_core/base/check.h"
#include "policies/facts.h"
#include "policies/permit.h"
#include "tests/unit/policies/facts.h"

namespace agents {

struct DecidedCall {
  struct Record {
    std::string type;
    base::Json body;
  };

  explicit DecidedCall(policies::Authorizer& authorizer) : authorizer(authorizer) {
    step.attributes = {{"title", "전등"}};
  }

  static base::Json PlanJson() {
    return {{"verdict", "plan"},
            {"steps",
             base::Json::array(
                 {{{"id", "s1"}, {"tool", "ticket.create"}, {"arguments", {{"title", "전등"}}}}})}};
  }
  policies::CallBinding Call() const {
    return {"run1",
            "s1",
            "ticket.create",
            {{"title", "전등"}},
            step.input,
            base::HashJson(PlanJson()),
            authorizer.policy_version()};
  }

  Record Created() const {
    return {"run.created", {{"text", "전등을 갈아줘"}, {"principal", requester.id}}};
  }
  Record Planned() const {
    return {"plan.made", {{"plan", PlanJson()}, {"request", "전등을 갈아줘"}}};
  }
  policies::PlanDecision Decision() const {
    auto decision = authorizer.CheckPlan({requester, "", {step}}, people);
    CHECK(decision.ok(), "%s", decision.status().ToString().c_str());
    return *std::move(decision);
  }
  Record Checked() const {
    return {"plan.checked", CheckedBody(Decision(), {requester, "", {step}}, people)};
  }
  Record Asked() const {
    return {"approval.requested",
            {{"approval_id", "a1"},
             {"step", "s1"},
             {"tool", "ticket.create"},
             {"requester", requester.id},
             {"obligation", policies::ToJson(Decision().steps.at(0).obligations.at(0))},
             {"call_hash", Call().Hash()},
             {"shown",
              {{"tool", "ticket.create"},
               {"arguments", Call().arguments},
               {"label", policies::ToJson(step.input)},
               {"plan_hash", Call().plan_hash},
               {"policy_version", Call().policy_version}}}}};
  }
  Record Answered() const {
    return {"approval.decided",
            {{"approval_id", "a1"},
             {"step", "s1"},
             {"approver", approver.id},
             {"approved", true},
             {"reason", ""},
             {"call_hash", Call().Hash()},
             {"standing", policies::StandingJson(approver)}}};
  }
  base::Json OnTheCall(const std::vector<policies::ApprovalFact>& approvals) const {
    return {{"step", "s1"},
            {"policy_version", authorizer.policy_version()},
            {"arguments", Call().arguments},
            {"label", policies::ToJson(step.input)},
            {"facts", CallFactsJson(requester, step, approvals)}};
  }
  Record Begun() const {
    base::Json body = OnTheCall({{approver, true, Call().Hash(), ""}});
    body.update({{"tool", "ticket.create"}, {"key", "run1/s1"}, {"call_hash", Call().Hash()}});
    return {"effect.intent", std::move(body)};
  }
  Record Denied(const std::string& rule) const {
    base::Json body = OnTheCall({});
    body.update({{"reason", "denied"}, {"rules", base::Json::array({{{"id", rule}}})}});
    return {"step.skipped", std::move(body)};
  }
  // Taken up after a crash; `denied_by` a rule, or permitted.
  Record Resumed(const std::string& denied_by = "") const {
    Record record = Begun();
    record.type = "effect.resumed";
    record.body.update({{"how", "repeat"}, {"permitted", denied_by.empty()}});
    if (denied_by.empty()) return record;
    record.body.update({{"rules", base::Json::array({{{"id", denied_by}}})},
                        {"obligations", base::Json::array()}});
    return record;
  }
  // At the last moment.
  Record DeniedLate(const std::string& rule) const {
    return {"effect.outcome",
            {{"step", "s1"},
             {"ok", false},
             {"error", {{"code", "forbidden"}, {"rules", base::Json::array({{{"id", rule}}})}}}}};
  }
  std::vector<Record> Whole() const {
    return {Created(), Planned(), Checked(), Asked(), Answered(), Begun()};
  }

  policies::Authorizer& authorizer;
  policies::Principal requester = policies::Clerk(), approver = policies::Head();
  std::vector<policies::Principal> people = {policies::Clerk(), policies::Head()};
  policies::StepFacts step = policies::Ticket("one", {"dept_head"});
};

}  // namespace agents
