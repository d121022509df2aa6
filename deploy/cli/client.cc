#include "deploy/cli/client.h"

#include <google/protobuf/descriptor.h>
#include <google/protobuf/dynamic_message.h>
#include <grpcpp/grpcpp.h>

#include "deploy/cli/channel.h"
#include "deploy/cli/exchange.h"
#include "deploy/cli/message_json.h"
#include "lf/a2a/v1/a2a.pb.h"
#include "maru/v1/admin.pb.h"
#include "maru/v1/approvals.pb.h"
#include "maru/v1/audit.pb.h"
#include "maru/v1/plans.pb.h"
#include "maru/v1/runs.pb.h"
#include "model_core/base/check.h"
#include "model_core/base/strings.h"

namespace deploy::cli {
namespace {

using base::Json;
using google::protobuf::Message;
using google::protobuf::MethodDescriptor;

// The descriptors of every service; naming one message of each file links them all.
const MethodDescriptor& FindMethod(const std::string& method) {
  [[maybe_unused]] static const void* const kLinked[] = {
      maru::v1::GetRunRequest::descriptor(),    maru::v1::GetApprovalRequest::descriptor(),
      maru::v1::ExportRunRequest::descriptor(), maru::v1::MakePlanRequest::descriptor(),
      maru::v1::ListToolsRequest::descriptor(), lf::a2a::v1::SendMessageRequest::descriptor()};
  const auto* found = google::protobuf::DescriptorPool::generated_pool()->FindMethodByName(
      base::ReplaceAll(method, "/", "."));
  CHECK(found != nullptr);
  return *found;
}

std::unique_ptr<Message> NewMessage(const google::protobuf::Descriptor& type) {
  return std::unique_ptr<Message>(
      google::protobuf::MessageFactory::generated_factory()->GetPrototype(&type)->New());
}

class GrpcClient : public Client {
 public:
  GrpcClient(std::shared_ptr<grpc::Channel> channel, std::string server, std::string credential,
             base::Language language)
      : channel_(std::move(channel)),
        server_(std::move(server)),
        credential_(std::move(credential)),
        language_(language) {}

  absl::StatusOr<Json> Call(const std::string& method, const Json& request,
                            absl::Duration timeout) override {
    Json answer;
    bool answered = false;
    const absl::Status status = Exchanged(method, request, timeout,
                                          [&](const Json& json) {
                                            answer = json;
                                            answered = true;
                                            return true;
                                          },
                                          {});
    if (!status.ok()) return status;
    if (!answered)
      return base::Error(absl::StatusCode::kInternal, base::StrCat(method, ": no answer"),
                         base::StrCat(method, ": 응답이 없습니다"));
    return answer;
  }

  absl::Status Stream(const std::string& method, const Json& request,
                      const std::function<bool(const Json&)>& more,
                      const std::function<bool()>& cancelled) override {
    return Exchanged(method, request, absl::InfiniteDuration(), more, cancelled);
  }

 private:
  absl::Status Exchanged(const std::string& method, const Json& json, absl::Duration timeout,
                         const std::function<bool(const Json&)>& more,
                         const std::function<bool()>& cancelled) {
    const MethodDescriptor& descriptor = FindMethod(method);
    const auto request = NewMessage(*descriptor.input_type()),
               answer = NewMessage(*descriptor.output_type());
    RETURN_IF_ERROR(FromJson(json, *request));
    grpc::ClientContext context;
    if (timeout < absl::InfiniteDuration())
      context.set_deadline(absl::ToChronoTime(absl::Now() + timeout));
    context.AddMetadata("accept-language", std::string(base::LanguageCode(language_)));
    context.AddMetadata("a2a-version", "1.0");
    if (!credential_.empty())
      context.AddMetadata("authorization", base::StrCat("Bearer ", credential_));
    absl::Status malformed;
    bool stopped = false;  // by `more`, which is no error
    const grpc::Status status = Exchange(channel_, method, context, cancelled)
                                    .Run(*request, *answer, [&](const Message& message) {
                                      auto value = FromMessage(message);
                                      if (!value.ok()) malformed = value.status();
                                      stopped = value.ok() && !more(*value);
                                      return value.ok() && !stopped;
                                    });
    RETURN_IF_ERROR(malformed);
    return stopped ? absl::OkStatus() : FromGrpc(status, server_);
  }

  const std::shared_ptr<grpc::Channel> channel_;
  const std::string server_, credential_;
  const base::Language language_;
};

}  // namespace

absl::StatusOr<std::unique_ptr<Client>> MakeClient(const ConnectionOptions& options,
                                                   base::Language language) {
  ASSIGN_OR_RETURN(const std::string server, ResolveServer(options));
  ASSIGN_OR_RETURN(std::shared_ptr<grpc::Channel> channel, MakeChannel(options, server));
  ASSIGN_OR_RETURN(std::string credential, ResolveCredential(options));
  return std::make_unique<GrpcClient>(std::move(channel), server, std::move(credential), language);
}

}  // namespace deploy::cli
