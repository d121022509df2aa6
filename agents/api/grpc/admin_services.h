// maru.v1 ConnectorService, ToolService, ModelService, PolicyService and PrincipalService.
#pragma once

#include "agents/api/grpc/call.h"
#include "maru/v1/admin.grpc.pb.h"

namespace agents {

class ConnectorService : public maru::v1::ConnectorService::Service {
 public:
  explicit ConnectorService(const Api& api) : api_(api) {}
  grpc::Status ListConnectors(grpc::ServerContext*, const maru::v1::ListConnectorsRequest*,
                              maru::v1::ListConnectorsResponse*) override;
  grpc::Status CheckConnectors(grpc::ServerContext*, const maru::v1::CheckConnectorsRequest*,
                               maru::v1::ListConnectorsResponse*) override;

 private:
  const Api& api_;
};

class ToolService : public maru::v1::ToolService::Service {
 public:
  explicit ToolService(const Api& api) : api_(api) {}
  grpc::Status ListTools(grpc::ServerContext*, const maru::v1::ListToolsRequest*,
                         maru::v1::ListToolsResponse*) override;

 private:
  const Api& api_;
};

class ModelService : public maru::v1::ModelService::Service {
 public:
  ModelService(const Api& api, std::string info_json)
      : api_(api), info_json_(std::move(info_json)) {}
  grpc::Status GetModel(grpc::ServerContext*, const maru::v1::GetModelRequest*,
                        maru::v1::Model*) override;

 private:
  const Api& api_;
  const std::string info_json_;
};

class PolicyService : public maru::v1::PolicyService::Service {
 public:
  explicit PolicyService(const Api& api) : api_(api) {}
  grpc::Status ExplainPlan(grpc::ServerContext*, const maru::v1::ExplainPlanRequest*,
                           maru::v1::ExplainPlanResponse*) override;
  grpc::Status GetPolicy(grpc::ServerContext*, const maru::v1::GetPolicyRequest*,
                         maru::v1::Policy*) override;

 private:
  const Api& api_;
};

class PrincipalService : public maru::v1::PrincipalService::Service {
 public:
  explicit PrincipalService(const Api& api) : api_(api) {}
  grpc::Status WhoAmI(grpc::ServerContext*, const maru::v1::WhoAmIRequest*,
                      maru::v1::Principal*) override;
  grpc::Status ListPrincipals(grpc::ServerContext*, const maru::v1::ListPrincipalsRequest*,
                              maru::v1::ListPrincipalsResponse*) override;
  grpc::Status PutPrincipal(grpc::ServerContext*, const maru::v1::PutPrincipalRequest*,
                            maru::v1::Principal*) override;
  grpc::Status DisablePrincipal(grpc::ServerContext*, const maru::v1::DisablePrincipalRequest*,
                                maru::v1::Principal*) override;
  grpc::Status IssueCredential(grpc::ServerContext*, const maru::v1::IssueCredentialRequest*,
                               maru::v1::IssueCredentialResponse*) override;

 private:
  // Stores the record and says in the audit log who did it.
  absl::Status Put(const Caller& caller, const PrincipalRecord& record, const std::string& what);
  const Api& api_;
};

}  // namespace agents
