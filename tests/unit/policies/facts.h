// People, steps and approvals for the tests of policy.
#pragma once

#include <string>
#include <vector>

#include "policies/authorizer.h"

namespace policies {

inline Principal Person(std::string id, std::string unit, std::vector<std::string> roles) {
  Principal person;
  person.id = std::move(id);
  person.unit = std::move(unit);
  person.roles = std::move(roles);
  person.clearance = {N2sf::kS, Mil::kNone};
  person.purposes = {"administration"};
  person.tools = {"ticket.create", "doc.search"};
  return person;
}

inline Principal Clerk() { return Person("han.clerk", "civil_affairs", {"clerk"}); }
inline Principal Head() { return Person("seo.head", "head_office", {"dept_head"}); }
inline Principal Lead() { return Person("jung.shift", "production", {"shift_lead"}); }

// An office request: a write into a system run for S, with the given approval line.
inline StepFacts Ticket(std::string approval_line = "none", std::vector<std::string> roles = {}) {
  StepFacts step;
  step.step_id = "s1";
  step.tool = "ticket.create";
  step.domain = "administration";
  step.kind = "write";
  step.purposes = {"administration"};
  step.approval_line = std::move(approval_line);
  step.approval_roles = std::move(roles);
  step.input = UserLabel();
  step.output = {N2sf::kS, Mil::kNone, Privacy::kNone, Integrity::kTrusted};
  return step;
}

inline CallBinding BindingOf(const StepFacts& step, const std::string& policy_version) {
  return {"run1", step.step_id, step.tool, {{"title", "전등"}}, step.input, "plan", policy_version};
}

inline ApprovalFact Yes(Principal approver, std::string call_hash, std::string reason = "") {
  return {std::move(approver), true, std::move(call_hash), std::move(reason)};
}

}  // namespace policies
