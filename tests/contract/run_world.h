// RunWorld: a run loop over the real store, the built-in policies and the sample organisation's
// people, with a planner that knows its plans by heart and tools that answer as they are told.
#pragma once

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <memory>
#include <string>
#include <vector>

#include "agents/redecide.h"
#include "agents/run_loop.h"
#include "model_core/base/check.h"
#include "model_core/base/strings.h"
#include "tests/fakes/fake_tools.h"
#include "tests/fakes/faulty_store.h"
#include "tests/fakes/scripted_planner.h"
#include "tests/fakes/test_store.h"

namespace agents {

using base::Json;
using base::StrCat;

inline RunLoopOptions QuickOptions() {
  RunLoopOptions options;
  options.backoff = absl::Milliseconds(1);
  options.settle_after = options.late_after = absl::ZeroDuration();
  options.retry_after = absl::Milliseconds(10);
  return options;
}

class RunWorld {
 public:
  explicit RunWorld(RunLoopOptions options = QuickOptions()) : options_(options) {
    fakes::PutSamplePeople(*store_);
    auto given = std::make_unique<fakes::FakeTools>();
    tools_ = given.get();
    std::vector<std::unique_ptr<tools::Connector>> connectors;
    connectors.push_back(std::move(given));
    registry_ =
        std::make_unique<tools::ToolRegistry>(tools::Catalogue::BuiltIn(), std::move(connectors));
    registry_->Refresh(absl::Now() + absl::Seconds(5));
    auto authorizer = policies::MakeCedarAuthorizer("");
    CHECK(authorizer.ok(), "%s", authorizer.status().ToString().c_str());
    authorizer_ = *std::move(authorizer);
    loop_ = Loop(*store_);
  }

  // A loop over `store`, as another process would run it.
  std::unique_ptr<RunLoop> Loop(RunStore& store) { return Loop(store, *authorizer_); }
  std::unique_ptr<RunLoop> Loop(RunStore& store, policies::Authorizer& authorizer) {
    return Loop(store, authorizer, sealer_);
  }
  std::unique_ptr<RunLoop> Loop(RunStore& store, policies::Authorizer& authorizer,
                                const policies::ApprovalSealer& sealer) {
    return MakeRunLoop(planner_, authorizer, sealer, *registry_, store, base::SystemClock(),
                       options_);
  }

  // One step: {"s1", "law.article", {…}}.
  static Json Step(const char* id, const char* tool, Json arguments) {
    return {{"id", id}, {"tool", tool}, {"arguments", std::move(arguments)}};
  }
  static Json Ref(const char* path) { return {{"$ref", path}}; }
  static Json Plan(std::vector<Json> steps) {
    return {{"verdict", "plan"}, {"steps", std::move(steps)}};
  }

  // Starts a run whose request is planned as `plan`.
  std::string Start(const std::string& principal, const std::string& text, const Json& plan) {
    planner_.Teach(text, plan);
    auto id = store_->CreateRun({text, principal, "", "", "", "ko", "2026-11-24T10:00:00+09:00"});
    CHECK(id.ok(), "%s", id.status().ToString().c_str());
    return *id;
  }

  // Advances until no run has work.
  void Work() {
    for (;;) {
      const auto advanced = loop_->Advance("worker", [] { return false; });
      ASSERT_TRUE(advanced.ok()) << advanced.status();
      if (!*advanced) return;
    }
  }

  Run Get(const std::string& id) {
    auto run = Fold(id, *store_->Journal(id, 0));
    CHECK(run.ok(), "%s", run.status().ToString().c_str());
    return *std::move(run);
  }

  // The one approval of the run that waits.
  Approval Pending(const std::string& id) {
    const agents::Run run = Get(id);
    for (const auto& [approval_id, approval] : run.approvals) {
      if (approval.state == "pending") return approval;
    }
    ADD_FAILURE() << "no approval of " << id << " is pending";
    return {};
  }
  absl::Status Decide(const std::string& id, const std::string& who, bool approved,
                      const std::string& reason = "확인함") {
    const Approval approval = Pending(id);
    return loop_->Decide(approval.id, who, approved, reason, approval.call_hash);
  }
  absl::Status OnceMore(const std::string& id, const std::string& who,
                        const std::string& reason = "대장에 없음") {
    const Approval approval = Pending(id);
    return loop_->OnceMore(approval.id, who, reason, approval.call_hash);
  }
  std::vector<std::string> EventTypes(const std::string& id) {
    std::vector<std::string> types;
    const auto journal = *store_->Journal(id, 0);
    for (const Event& event : journal) types.push_back(event.type);
    return types;
  }

  // What an auditor finds of the run's export.
  policies::Verification Verified(const std::string& id) {
    absl::StatusOr<policies::AuditExport> bundle = absl::UnavailableError("");
    for (int i = 0; i < 500 && absl::IsUnavailable(bundle.status()); ++i) {
      bundle = store_->ExportRun(id);
      absl::SleepFor(absl::Milliseconds(20));
    }
    CHECK(bundle.ok(), "%s", bundle.status().ToString().c_str());
    return policies::Verify(*bundle, store_->audit_verifier_key());
  }

  // Whatever the runs did: from their own records every decision is made again.
  void DecideAllAgain() {
    const auto page = store_->ListRuns({});
    ASSERT_TRUE(page.ok()) << page.status();
    for (const RunSummary& summary : page->runs) DecideAgain(summary.id);
  }

  RunStore& store() { return *store_; }
  RunLoop& loop() { return *loop_; }
  fakes::FakeTools& tools() { return *tools_; }
  fakes::ScriptedPlanner& planner() { return planner_; }
  policies::Authorizer& authorizer() { return *authorizer_; }

 private:
  void DecideAgain(const std::string& id) {
    agents::Run run;
    run.id = id;
    const auto journal = store_->Journal(id, 0);
    ASSERT_TRUE(journal.ok()) << journal.status();
    for (const Event& event : *journal) {
      const absl::Status status = Redecide(*authorizer_, run, event.type, event.body);
      EXPECT_TRUE(status.ok()) << event.index << " " << event.type << ": " << status;
      ASSERT_TRUE(Apply(event, run).ok());
    }
  }

  const RunLoopOptions options_;
  const policies::ApprovalSealer sealer_{std::string(policies::ApprovalSealer::kKeyBytes, 'k')};
  const fakes::TestDatabase database_ = fakes::MakeTestDatabase();
  std::unique_ptr<RunStore> store_ = fakes::OpenTestStore(database_);
  fakes::ScriptedPlanner planner_;
  fakes::FakeTools* tools_ = nullptr;  // the registry's
  std::unique_ptr<tools::ToolRegistry> registry_;
  std::unique_ptr<policies::Authorizer> authorizer_;
  std::unique_ptr<RunLoop> loop_;
};

}  // namespace agents
