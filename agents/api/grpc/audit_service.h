// maru.v1 AuditService: evidence. Payloads above the reader's clearance are left out, and marked
// so: their place in the log stays proved, what they say does not.
#pragma once

#include "agents/api/grpc/watch.h"
#include "maru/v1/audit.grpc.pb.h"

namespace agents {

class AuditService : public maru::v1::AuditService::Service {
 public:
  AuditService(const Api& api, Watches& watches) : api_(api), watches_(watches) {}
  grpc::Status ExportRun(grpc::ServerContext*, const maru::v1::ExportRunRequest*,
                         maru::v1::ExportRunResponse*) override;
  grpc::Status TailRecords(grpc::ServerContext*, const maru::v1::TailRecordsRequest*,
                           grpc::ServerWriter<maru::v1::AuditRecord>*) override;
  grpc::Status GetCheckpoint(grpc::ServerContext*, const maru::v1::GetCheckpointRequest*,
                             maru::v1::GetCheckpointResponse*) override;

 private:
  const Api& api_;
  Watches& watches_;
};

}  // namespace agents
