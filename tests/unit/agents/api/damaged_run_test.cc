// A run whose journal cannot be read: whoever may see the run is told so, anybody else hears what
// is said of a run that is not there.
#include <functional>

#include "maru/v1/approvals.grpc.pb.h"
#include "maru/v1/audit.grpc.pb.h"
#include "maru/v1/runs.grpc.pb.h"
#include "tests/unit/agents/api/a2a_client.h"

namespace agents {
namespace {

namespace v1 = maru::v1;
using grpc::StatusCode;

constexpr char kMissing[] = "no-such-run";

template <typename Service>
typename Service::Stub& StubOf() {
  static const auto stub = Service::NewStub(Channel());
  return *stub;
}

// Something that is asked of the run of that id.
using Asking = std::function<grpc::Status(const As&, const std::string&)>;

template <typename Service, typename Request, typename Answer>
Asking Call(grpc::Status (Service::Stub::*method)(grpc::ClientContext*, const Request&, Answer*),
            void (*name)(Request&, const std::string&)) {
  return [=](const As& as, const std::string& id) {
    Request request;
    name(request, id);
    Answer answer;
    return (StubOf<Service>().*method)(Context(as).get(), request, &answer);
  };
}

template <typename Request>
void SetId(Request& request, const std::string& id) {
  request.set_id(id);
}

// A stream, which is to end without having shown anything.
template <typename Service, typename Request, typename Update>
Asking Stream(std::unique_ptr<grpc::ClientReader<Update>> (Service::Stub::*method)(
    grpc::ClientContext*, const Request&)) {
  return [=](const As& as, const std::string& id) {
    Request request;
    request.set_id(id);
    const auto context = Context(as);
    const auto reader = (StubOf<Service>().*method)(context.get(), request);
    Update update;
    EXPECT_FALSE(reader->Read(&update)) << update.ShortDebugString();
    return reader->Finish();
  };
}

grpc::Status Message(const As& as, const std::string& id) {
  a2a::SendMessageRequest request = MessageOf("예");
  request.mutable_message()->set_task_id(id);
  return TrySend(as, request);
}

const std::vector<std::pair<std::string, Asking>>& OfWhoeverMaySee() {
  static const std::vector<std::pair<std::string, Asking>> all = {
      {"get", Call<v1::RunService>(&v1::RunService::Stub::GetRun, SetId<v1::GetRunRequest>)},
      {"watch", Stream<v1::RunService>(&v1::RunService::Stub::WatchRun)},
      {"export",
       Call<v1::AuditService>(
           &v1::AuditService::Stub::ExportRun,
           +[](v1::ExportRunRequest& request, const std::string& id) { request.set_run_id(id); })}};
  return all;
}

const std::vector<std::pair<std::string, Asking>>& OfTheRequester() {
  static const std::vector<std::pair<std::string, Asking>> all = {
      {"cancel",
       Call<v1::RunService>(&v1::RunService::Stub::CancelRun, SetId<v1::CancelRunRequest>)},
      {"reply", Call<v1::RunService>(
                    &v1::RunService::Stub::ReplyToRun,
                    +[](v1::ReplyToRunRequest& request, const std::string& id) {
                      request.set_id(id);
                      request.set_text("예");
                    })},
      {"task", Call<a2a::A2AService>(&a2a::A2AService::Stub::GetTask, SetId<a2a::GetTaskRequest>)},
      {"cancel task",
       Call<a2a::A2AService>(&a2a::A2AService::Stub::CancelTask, SetId<a2a::CancelTaskRequest>)},
      {"subscribe", Stream<a2a::A2AService>(&a2a::A2AService::Stub::SubscribeToTask)},
      {"message", Message}};
  return all;
}

// Of han.clerk, for the approval of seo.head; the last of its events is none that Maru knows.
std::string DamagedRun() {
  const std::string id = Send(kHan, fakes::kTicketRequest).id();
  const size_t count = Platform().store().Journal(id, 0)->size();
  const Event unknown{0, "", "maru", "test.unknown", base::Json::object()};
  EXPECT_TRUE(Platform().store().Append(id, nullptr, count, {unknown}).ok());
  return id;
}

std::string Without(std::string text, const std::string& id) {
  for (size_t at = text.find(id); at != std::string::npos; at = text.find(id))
    text.replace(at, id.size(), "…");
  return text;
}

void ExpectAsIfMissing(const std::string& what, const Asking& ask, const std::string& damaged) {
  const grpc::Status hidden = ask(kKim, damaged), missing = ask(kKim, kMissing);
  EXPECT_EQ(hidden.error_code(), StatusCode::NOT_FOUND) << what << hidden.error_message();
  EXPECT_EQ(hidden.error_code(), missing.error_code()) << what;
  EXPECT_EQ(Without(hidden.error_message(), damaged), Without(missing.error_message(), kMissing))
      << what;
  EXPECT_EQ(ErrorInfoOf(hidden).reason(), ErrorInfoOf(missing).reason()) << what;
}

TEST(DamagedRun, IsMissingForWhoeverMayNotSeeIt) {
  const std::string damaged = DamagedRun();
  for (const auto& [what, ask] : OfWhoeverMaySee()) ExpectAsIfMissing(what, ask, damaged);
  for (const auto& [what, ask] : OfTheRequester()) ExpectAsIfMissing(what, ask, damaged);
}

TEST(DamagedRun, IsToldToWhoeverMaySeeIt) {
  const std::string damaged = DamagedRun();
  for (const As& as : {kHan, As{"seo.head"}, As{"no.audit"}}) {
    for (const auto& [what, ask] : OfWhoeverMaySee())
      EXPECT_EQ(ask(as, damaged).error_code(), StatusCode::DATA_LOSS) << as.principal << what;
  }
  for (const auto& [what, ask] : OfTheRequester())
    EXPECT_EQ(ask(kHan, damaged).error_code(), StatusCode::DATA_LOSS) << what;
}

// Its first event cannot be read: the journal does not say whose it is.
TEST(DamagedRun, OfNobodyIsToldToAuditorsOnly) {
  const auto damaged = Platform().store().CreateRun({});
  ASSERT_TRUE(damaged.ok()) << damaged.status();
  for (const auto& [what, ask] : OfWhoeverMaySee()) {
    ExpectAsIfMissing(what, ask, *damaged);
    const grpc::Status told = ask({"no.audit"}, *damaged);
    EXPECT_FALSE(told.ok()) << what;
    EXPECT_NE(told.error_code(), StatusCode::NOT_FOUND) << what;
  }
}

TEST(DamagedRun, ItsApprovalIsOfTheSame) {
  const std::string damaged = DamagedRun();
  const auto all = Platform().store().ListApprovals("pending");
  ASSERT_TRUE(all.ok()) << all.status();
  std::string approval;
  for (const Approval& pending : *all) {
    if (pending.run_id == damaged) approval = pending.id;
  }
  const Asking get = Call<v1::ApprovalService>(&v1::ApprovalService::Stub::GetApproval,
                                               SetId<v1::GetApprovalRequest>);
  const Asking decide = Call<v1::ApprovalService>(
      &v1::ApprovalService::Stub::DecideApproval,
      +[](v1::DecideApprovalRequest& request, const std::string& id) {
        request.set_id(id);
        request.set_approve(true);
      });
  for (const Asking& ask : {get, decide}) {
    ExpectAsIfMissing("approval", ask, approval);
    EXPECT_EQ(ask({"seo.head"}, approval).error_code(), StatusCode::DATA_LOSS);
  }
}

}  // namespace
}  // namespace agents
