// AuditedRun: an export as a server makes it, of a run that looks something up and makes a ticket
// that one person approves, in a log that other runs write to as well.
#pragma once

#include <filesystem>
#include <string>
#include <vector>

#include "model_core/base/check.h"
#include "model_core/base/strings.h"
#include "policies/audit_log.h"
#include "policies/decision.h"
#include "policies/permit.h"

namespace policies {

struct Said {
  std::string type;
  base::Json body;
};

class AuditedRun {
 public:
  static constexpr char kText[] = "전등을 갈아줘";
  static constexpr char kNow[] = "2026-11-24T10:00:00+09:00";

  AuditedRun() : AuditedRun("maru-audited-run") {}
  explicit AuditedRun(const std::string& name) {
    const auto directory = std::filesystem::temp_directory_path() / name;
    std::filesystem::remove_all(directory);
    std::filesystem::create_directories(directory);
    signer_ = *LoadOrMakeSigner((directory / "key.pem").string(), "maru.test/log");
  }

  CheckpointSigner& signer() { return *signer_; }

  static base::Json Plan() {
    using base::Json;
    const Json first = {{"id", "s1"}, {"tool", "law.search"}, {"arguments", {{"query", "소음"}}}};
    const Json second = {
        {"id", "s2"}, {"tool", "ticket.create"}, {"arguments", {{"title", "전등"}}}};
    return {{"verdict", "plan"}, {"steps", Json::array({first, second})}};
  }
  static CallBinding Call(const std::string& step, const std::string& tool, base::Json arguments) {
    return {"run1",  step, tool, std::move(arguments), UserLabel(), base::HashJson(Plan()),
            "policy"};
  }
  static CallBinding LookUp() { return Call("s1", "law.search", {{"query", "소음"}}); }
  static CallBinding Ticket() { return Call("s2", "ticket.create", {{"title", "전등"}}); }

  static base::Json Decision(Obligation::Kind kind = Obligation::Kind::kApproveOne) {
    StepDecision first{"s1", "law.search", true, {}, {}, {}, {}};
    StepDecision second{"s2", "ticket.create", true, {}, {}, {}, {}};
    second.obligations = {{kind, {"dept_head", "shift_lead"}, "", "approval.one"}};
    return ToJson(PlanDecision{true, {first, second}, "administration", "policy"});
  }
  static Said Request(const CallBinding& call = Ticket(), const char* kind = "approve_one") {
    return {
        "approval.requested",
        {{"approval_id", "a1"},
         {"step", call.step_id},
         {"obligation", {{"kind", kind}, {"roles", base::Json::array()}, {"rule", "approval.one"}}},
         {"call_hash", call.Hash()},
         {"shown", {{"plan_hash", call.plan_hash}, {"policy_version", call.policy_version}}}}};
  }
  static Said Answer(const std::string& approver = "seo.head", bool approved = true,
                     const CallBinding& call = Ticket()) {
    return {"approval.decided",
            {{"approval_id", "a1"},
             {"step", call.step_id},
             {"approver", approver},
             {"approved", approved},
             {"reason", ""},
             {"call_hash", call.Hash()}}};
  }
  static Said Intent(const CallBinding& call) {
    return {"effect.intent",
            {{"step", call.step_id},
             {"tool", call.tool},
             {"key", base::StrCat("run1/", call.step_id)},
             {"call_hash", call.Hash()},
             {"arguments", call.arguments},
             {"label", ToJson(call.label)}}};
  }
  static Said Outcome(const std::string& step) {
    return {"effect.outcome", {{"step", step}, {"key", base::StrCat("run1/", step)}, {"ok", true}}};
  }
  // Up to the checked plan.
  static std::vector<Said> Begin(Obligation::Kind kind = Obligation::Kind::kApproveOne) {
    return {{"run.created", {{"text", kText}, {"principal", "han.clerk"}, {"now", kNow}}},
            Planned(kText),
            {"plan.checked", Decision(kind)}};
  }
  static Said Planned(const std::string& request) {
    return {"plan.made", {{"plan", Plan()}, {"request", request}, {"now", kNow}}};
  }
  // Begin, `middle`, and the end.
  static std::vector<Said> Whole(const std::vector<Said>& middle) {
    std::vector<Said> events = Begin();
    events.insert(events.end(), middle.begin(), middle.end());
    events.push_back({"run.ended", {{"state", "completed"}, {"events", events.size() + 1}}});
    return events;
  }
  static std::vector<Said> Honest() {
    return Whole({Intent(LookUp()),
                  Outcome("s1"),
                  Request(),
                  Answer(),
                  Intent(Ticket()),
                  Outcome("s2"),
                  {"answer.released", {{"text", "등록했습니다"}}}});
  }

  static std::string ActorOf(const Said& said) {
    if (said.type == "run.created") return base::StringOr(said.body, "principal", "");
    if (said.type == "run.replied") return "han.clerk";
    return said.type == "approval.decided" ? base::StringOr(said.body, "approver", "") : "maru";
  }
  static AuditRecord Record(const std::string& id, const std::string& run, const Said& said,
                            size_t index) {
    AuditRecord record{
        id, run, kNow, ActorOf(said), said.type, {{"index", index}, {"body", said.body}}, "", ""};
    Seal(record, base::StrCat(id, std::string(32 - id.size(), 'x')));
    return record;
  }

  // The log gets a record of another run after each of this run's.
  AuditExport Export(const std::vector<Said>& events) {
    std::vector<AuditRecord> records;
    for (size_t i = 0; i < events.size(); ++i)
      records.push_back(Record(base::StrCat("r", i), "run1", events[i], i));
    return Export(records);
  }
  AuditExport Export(const std::vector<AuditRecord>& records) {
    MerkleTree tree;
    AuditExport bundle;
    bundle.run_id = "run1";
    for (size_t i = 0; i < records.size(); ++i) {
      const AuditRecord& record = records[i];
      bundle.entries.push_back({tree.size(), record, {}});
      tree.Append(LeafHash(record));
      tree.Append(LeafHash(Other(i)));
      if (i == 2) AddEarlier(tree, bundle);
    }
    for (auto& entry : bundle.entries) entry.proof = tree.InclusionProof(entry.index, tree.size());
    for (auto& earlier : bundle.earlier) earlier.proof = tree.ConsistencyProof(6, tree.size());
    bundle.verifier_key = signer_->verifier_key();
    bundle.checkpoint = *signer_->Sign(tree.size(), tree.Root(tree.size()));
    return bundle;
  }
  static AuditRecord Other(size_t i) {
    return Record(base::StrCat("o", i), "run2", {"run.created", {{"n", i}}}, 0);
  }

 private:
  void AddEarlier(const MerkleTree& tree, AuditExport& bundle) {
    bundle.earlier.push_back({*signer_->Sign(tree.size(), tree.Root(tree.size())), {}});
  }

  std::unique_ptr<CheckpointSigner> signer_;
};

}  // namespace policies
