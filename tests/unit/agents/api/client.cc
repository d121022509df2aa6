#include "tests/unit/agents/api/client.h"

#include "maru/v1/approvals.grpc.pb.h"
#include "model_core/base/random.h"
#include "model_core/base/strings.h"

namespace agents {
namespace {

std::unique_ptr<fakes::ApiPlatform> platform;
std::unique_ptr<GrpcServer> server;

class Shared : public testing::Environment {
 public:
  void SetUp() override {
    auto started = fakes::ApiPlatform::Start();
    ASSERT_TRUE(started.ok()) << started.status();
    platform = *std::move(started);
    GrpcOptions options;
    options.listen = "127.0.0.1:0";
    options.model_info_json = R"({"id":"scripted"})";
    auto listening = StartGrpcServer(platform->context(), options);
    ASSERT_TRUE(listening.ok()) << listening.status();
    server = *std::move(listening);
  }
  void TearDown() override {
    if (server != nullptr) server->Shutdown(absl::Now() + absl::Seconds(2));
    server.reset();
    platform.reset();
  }
};
[[maybe_unused]] const testing::Environment* const shared =
    testing::AddGlobalTestEnvironment(std::make_unique<Shared>().release());

}  // namespace

fakes::ApiPlatform& Platform() { return *platform; }
GrpcServer& Server() { return *server; }

std::shared_ptr<grpc::Channel> Channel() {
  static const auto channel = grpc::CreateChannel(base::StrCat("127.0.0.1:", Server().port()),
                                                  grpc::InsecureChannelCredentials());
  return channel;
}

std::unique_ptr<grpc::ClientContext> Context(const As& as) {
  auto context = std::make_unique<grpc::ClientContext>();
  if (!as.principal.empty()) {
    context->AddMetadata("authorization",
                         base::StrCat("Bearer ", fakes::CredentialOf(as.principal)));
  }
  if (!as.language.empty()) context->AddMetadata("accept-language", as.language);
  if (!as.a2a_version.empty()) context->AddMetadata("a2a-version", as.a2a_version);
  context->set_deadline(absl::ToChronoTime(absl::Now() + as.timeout));
  return context;
}

google::rpc::ErrorInfo ErrorInfoOf(const grpc::Status& status) {
  return DetailOf<google::rpc::ErrorInfo>(status);
}

lf::a2a::v1::SendMessageRequest MessageOf(const std::string& text) {
  lf::a2a::v1::SendMessageRequest request;
  request.mutable_message()->set_message_id(base::HexEncode(base::SystemRandom().Bytes(8)));
  request.mutable_message()->set_role(lf::a2a::v1::ROLE_USER);
  request.mutable_message()->add_parts()->set_text(text);
  return request;
}

lf::a2a::v1::Task Send(const As& as, const std::string& text) {
  lf::a2a::v1::SendMessageResponse response;
  const auto stub = lf::a2a::v1::A2AService::NewStub(Channel());
  const grpc::Status status = stub->SendMessage(Context(as).get(), MessageOf(text), &response);
  EXPECT_TRUE(status.ok()) << status.error_message();
  return response.task();
}

grpc::Status DecideFor(const std::string& approver, const std::string& task_id, bool approve,
                       const std::string& reason) {
  const auto stub = maru::v1::ApprovalService::NewStub(Channel());
  maru::v1::ListApprovalsRequest request;
  maru::v1::ListApprovalsResponse pending;
  request.set_state("pending");
  grpc::Status status = stub->ListApprovals(Context({approver}).get(), request, &pending);
  for (const maru::v1::Approval& approval : pending.approvals()) {
    if (!status.ok() || approval.run_id() != task_id) continue;
    maru::v1::DecideApprovalRequest decide;
    maru::v1::DecideApprovalResponse decided;
    decide.set_id(approval.id());
    decide.set_call_hash(approval.call_hash());
    decide.set_approve(approve);
    decide.set_reason(reason);
    status = stub->DecideApproval(Context({approver}).get(), decide, &decided);
  }
  return status;
}

}  // namespace agents
