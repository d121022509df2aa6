// maru.v1 RunService, ApprovalService and PlanService over the faces; no logic of their own.
#pragma once

#include "agents/api/grpc/watch.h"
#include "maru/v1/approvals.grpc.pb.h"
#include "maru/v1/plans.grpc.pb.h"
#include "maru/v1/runs.grpc.pb.h"

namespace agents {

class RunService : public maru::v1::RunService::Service {
 public:
  RunService(const Api& api, Watches& watches) : api_(api), watches_(watches) {}
  grpc::Status GetRun(grpc::ServerContext*, const maru::v1::GetRunRequest*,
                      maru::v1::Run*) override;
  grpc::Status ListRuns(grpc::ServerContext*, const maru::v1::ListRunsRequest*,
                        maru::v1::ListRunsResponse*) override;
  grpc::Status WatchRun(grpc::ServerContext*, const maru::v1::WatchRunRequest*,
                        grpc::ServerWriter<maru::v1::RunEvent>*) override;
  grpc::Status CancelRun(grpc::ServerContext*, const maru::v1::CancelRunRequest*,
                         maru::v1::CancelRunResponse*) override;
  grpc::Status ReplyToRun(grpc::ServerContext*, const maru::v1::ReplyToRunRequest*,
                          maru::v1::ReplyToRunResponse*) override;

 private:
  const Api& api_;
  Watches& watches_;
};

class ApprovalService : public maru::v1::ApprovalService::Service {
 public:
  explicit ApprovalService(const Api& api) : api_(api) {}
  grpc::Status ListApprovals(grpc::ServerContext*, const maru::v1::ListApprovalsRequest*,
                             maru::v1::ListApprovalsResponse*) override;
  grpc::Status GetApproval(grpc::ServerContext*, const maru::v1::GetApprovalRequest*,
                           maru::v1::Approval*) override;
  grpc::Status DecideApproval(grpc::ServerContext*, const maru::v1::DecideApprovalRequest*,
                              maru::v1::DecideApprovalResponse*) override;

 private:
  // Fills `out`; false if the caller may not see this approval.
  absl::StatusOr<bool> Fill(const Caller& caller, const Approval& approval,
                            maru::v1::Approval& out);
  const Api& api_;
};

class PlanService : public maru::v1::PlanService::Service {
 public:
  explicit PlanService(const Api& api) : api_(api) {}
  grpc::Status MakePlan(grpc::ServerContext*, const maru::v1::MakePlanRequest*,
                        maru::v1::MakePlanResponse*) override;
  grpc::Status CheckPlan(grpc::ServerContext*, const maru::v1::CheckPlanRequest*,
                         maru::v1::CheckPlanResponse*) override;

 private:
  const Api& api_;
};

// Policy's decision on a plan in the catalogue's form, for `principal`.
absl::StatusOr<policies::PlanDecision> DecisionOn(const Api& api, const std::string& plan_json,
                                                  const policies::Principal& principal,
                                                  const std::string& purpose);

}  // namespace agents
