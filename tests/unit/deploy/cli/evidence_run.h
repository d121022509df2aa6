// An export as a server makes it, of a run for one ticket that one person approves, with what is
// asked of it.
#pragma once

#include <gtest/gtest.h>

#include <filesystem>
#include <memory>
#include <string>
#include <vector>

#include "deploy/cli/evidence.h"
#include "model_core/base/strings.h"
#include "policies/decision.h"
#include "policies/permit.h"
#include "tests/unit/agents/running/decided_call.h"

namespace deploy::cli {

using base::Json;
using base::StrCat;
using Outcome = Finding::Outcome;

struct Said {
  std::string type;
  Json body;
};

inline Json Plan() {
  const Json step = {{"id", "s1"}, {"tool", "ticket.create"}, {"arguments", {{"title", "전등"}}}};
  return {{"verdict", "plan"}, {"steps", Json::array({step})}};
}

inline policies::CallBinding Binding(const std::string& title) {
  return {"run1",
          "s1",
          "ticket.create",
          {{"title", title}},
          policies::UserLabel(),
          base::HashJson(Plan()),
          "policy"};
}

// From the request to the checked plan.
inline std::vector<Said> Begin() {
  policies::StepDecision step{"s1", "ticket.create", true, {}, {}, {}, {}};
  step.obligations = {{policies::Obligation::Kind::kApproveOne, {"dept_head"}, "", "approval.one"}};
  return {{"run.created", {{"text", "가"}, {"principal", "han.clerk"}}},
          {"plan.made", {{"plan", Plan()}, {"request", "가"}}},
          {"plan.checked",
           policies::ToJson(policies::PlanDecision{true, {step}, "administration", "policy"})}};
}

inline Json Request(const policies::CallBinding& shown) {
  return {{"approval_id", "a1"},
          {"step", "s1"},
          {"tool", shown.tool},
          {"obligation", {{"kind", "approve_one"}, {"rule", "approval.one"}}},
          {"call_hash", Binding("전등").Hash()},
          {"shown",
           {{"tool", shown.tool},
            {"arguments", shown.arguments},
            {"label", policies::ToJson(shown.label)},
            {"plan_hash", shown.plan_hash},
            {"policy_version", shown.policy_version}}}};
}
inline Json Decision() {
  return {{"approval_id", "a1"},
          {"step", "s1"},
          {"approver", "seo.head"},
          {"approved", true},
          {"call_hash", Binding("전등").Hash()}};
}
inline Json Intent(const policies::CallBinding& call) {
  return {{"step", "s1"},
          {"tool", call.tool},
          {"call_hash", call.Hash()},
          {"arguments", call.arguments},
          {"label", policies::ToJson(call.label)}};
}

inline std::string ActorOf(const Said& said) {
  if (said.type == "run.created") return base::StringOr(said.body, "principal", "");
  return said.type == "approval.decided" ? "seo.head" : "maru";
}

// An export as a server makes it, of a run with these events.
class EvidenceTest : public testing::Test {
 protected:
  EvidenceTest() : directory_(testing::TempDir() + "/maru-evidence") {
    std::filesystem::remove_all(directory_);
    std::filesystem::create_directories(directory_);
    signer_ = *policies::LoadOrMakeSigner(directory_ + "/key.pem", "maru.test/log");
  }

  policies::AuditExport Export(std::vector<Said> events) {
    policies::MerkleTree tree;
    policies::AuditExport bundle;
    bundle.run_id = "run1";
    events.push_back({"run.ended", {{"state", "completed"}, {"events", events.size() + 1}}});
    for (size_t i = 0; i < events.size(); ++i) {
      policies::AuditRecord record{StrCat("r", i),
                                   "run1",
                                   "2026-11-24T10:00:00+09:00",
                                   ActorOf(events[i]),
                                   events[i].type,
                                   {{"index", i}, {"body", events[i].body}},
                                   "",
                                   ""};
      policies::Seal(record, std::string(32, 'x'));
      tree.Append(policies::LeafHash(record));
      bundle.entries.push_back({i, record, {}});
    }
    for (auto& entry : bundle.entries) entry.proof = tree.InclusionProof(entry.index, tree.size());
    bundle.verifier_key = signer_->verifier_key();
    bundle.checkpoint = *signer_->Sign(tree.size(), tree.Root(tree.size()));
    return bundle;
  }

  const std::string directory_;
  std::unique_ptr<policies::CheckpointSigner> signer_;
};

// The least that a ticket's result can have.
inline policies::Label TicketLabel() {
  return {policies::N2sf::kS, policies::Mil::kNone, policies::Privacy::kNone,
          policies::Integrity::kTrusted};
}

// Until its answer: one ticket was made.
inline std::vector<Said> Done() {
  std::vector<Said> events = Begin();
  events.push_back({"effect.intent", Intent(Binding("전등"))});
  events.push_back({"effect.outcome",
                    {{"step", "s1"},
                     {"ok", true},
                     {"value", {{"ticket_id", "TK-1"}}},
                     {"label", policies::ToJson(TicketLabel())},
                     {"origins", Json::array()}}});
  return events;
}

// What each decision of a ticket that one person approves was made from, as it is sealed.
inline std::vector<Said> Sealed(const agents::DecidedCall& call) {
  std::vector<Said> events;
  for (const auto& record : call.Whole()) events.push_back({record.type, record.body});
  events.push_back(Done().back());
  return events;
}

inline Finding Decided(const policies::AuditExport& bundle, const std::string& directory = "") {
  auto at_hand = PoliciesAtHand::Of(bundle, directory);
  EXPECT_TRUE(at_hand.ok()) << at_hand.status();
  return CheckDecisions(bundle, *at_hand);
}

}  // namespace deploy::cli
