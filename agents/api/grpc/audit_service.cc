#include "agents/api/grpc/audit_service.h"

#include "agents/api/grpc/visibility.h"
#include "model_core/base/strings.h"
#include "model_core/base/text.h"

namespace agents {
namespace {

constexpr int kPage = 200;
constexpr absl::Duration kCheckpointWaitMax = absl::Seconds(5);
constexpr absl::Duration kPause = absl::Milliseconds(200);

// Whether the payload of a record (an event's body, for records of a run) may be read.
bool Readable(const policies::Clearance& reader, const base::Json& payload) {
  const base::Json& body =
      payload.is_object() && payload.contains("body") ? payload["body"] : payload;
  return ReadableBody(reader, body) == body;
}

void Withhold(policies::AuditExport::Entry& entry) {
  entry.withheld = true;
  entry.record.payload = nullptr;
  entry.record.salt.clear();
}

// The newest record gets under a signed checkpoint within a second; a caller need not know that.
absl::StatusOr<policies::AuditExport> ExportWhenSigned(const Api& api, const Watches& watches,
                                                       const grpc::ServerContext& context,
                                                       const std::string& run_id) {
  const absl::Time until = DeadlineOf(context, api.clock, kCheckpointWaitMax);
  for (;;) {
    auto bundle = api.store.ExportRun(run_id);
    if (!absl::IsUnavailable(bundle.status()) || api.clock.Now() >= until) return bundle;
    RETURN_IF_ERROR(MayGoOn(watches, context));
    absl::SleepFor(kPause);
  }
}

absl::Status CheckAuditor(const Caller& caller) {
  if (MaySeeEverything(caller)) return absl::OkStatus();
  return base::Error(
      absl::StatusCode::kPermissionDenied,
      base::StrCat(caller.id(),
                   " may not read the audit log: that is for auditors and security officers"),
      base::StrCat(base::WithParticle(caller.id(), "은"),
                   " 감사 기록을 볼 수 없습니다. 감사관(auditor)과 보안담당관(security_officer)만 "
                   "볼 수 있습니다"));
}

maru::v1::AuditRecord RecordFor(const policies::Clearance& reader,
                                const RunStore::SequencedRecord& sequenced) {
  const policies::AuditRecord& record = sequenced.record;
  maru::v1::AuditRecord out;
  out.set_index(sequenced.index);
  out.set_time(record.time);
  out.set_actor(record.actor);
  out.set_type(record.type);
  out.set_run_id(record.run_id);
  out.set_payload_json(Readable(reader, record.payload) ? base::DumpJson(record.payload) : "null");
  return out;
}

}  // namespace

grpc::Status AuditService::ExportRun(grpc::ServerContext* context,
                                     const maru::v1::ExportRunRequest* request,
                                     maru::v1::ExportRunResponse* response) {
  return Serve(api_, context, *request, [&](const Caller& caller) -> absl::Status {
    RETURN_IF_ERROR(LoadRun(api_, caller, request->run_id()).status());
    ASSIGN_OR_RETURN(policies::AuditExport bundle,
                     ExportWhenSigned(api_, watches_, *context, request->run_id()));
    for (policies::AuditExport::Entry& entry : bundle.entries) {
      if (!Readable(caller.record.principal.clearance, entry.record.payload)) Withhold(entry);
    }
    if (!MaySeeEverything(caller)) bundle.policies.clear();  // rules are told by their reasons
    response->set_export_json(base::DumpJson(policies::ToJson(bundle)));
    return absl::OkStatus();
  });
}

grpc::Status AuditService::TailRecords(grpc::ServerContext* context,
                                       const maru::v1::TailRecordsRequest* request,
                                       grpc::ServerWriter<maru::v1::AuditRecord>* writer) {
  return Serve(api_, context, *request, [&](const Caller& caller) -> absl::Status {
    RETURN_IF_ERROR(CheckAuditor(caller));
    ASSIGN_OR_RETURN(const Watches::Slot slot, watches_.Take(caller.id()));
    const absl::Time until = DeadlineOf(*context, api_.clock, Watches::kLifetimeMax);
    for (uint64_t next = request->from_index(); api_.clock.Now() < until;) {
      RETURN_IF_ERROR(MayGoOn(watches_, *context));
      ASSIGN_OR_RETURN(const auto records, api_.store.AuditRecords(next, kPage));
      for (const RunStore::SequencedRecord& record : records) {
        if (!writer->Write(RecordFor(caller.record.principal.clearance, record)))
          return absl::CancelledError("the reader went away");
        next = record.index + 1;
      }
      if (!records.empty()) continue;
      if (!request->follow()) return absl::OkStatus();
      absl::SleepFor(kPause);
    }
    return absl::OkStatus();
  });
}

grpc::Status AuditService::GetCheckpoint(grpc::ServerContext* context,
                                         const maru::v1::GetCheckpointRequest* request,
                                         maru::v1::GetCheckpointResponse* response) {
  return Serve(api_, context, *request, [&](const Caller&) -> absl::Status {
    ASSIGN_OR_RETURN(*response->mutable_note(), api_.store.LatestCheckpoint());
    response->set_verifier_key(api_.store.audit_verifier_key());
    return absl::OkStatus();
  });
}

}  // namespace agents
