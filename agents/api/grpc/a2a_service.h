// A2A 1.0 (lf.a2a.v1): a run is a task. Tasks are their requester's alone; to anyone else they do
// not exist.
#pragma once

#include "agents/api/grpc/watch.h"
#include "lf/a2a/v1/a2a.grpc.pb.h"

namespace agents {

class A2aService : public lf::a2a::v1::A2AService::Service {
 public:
  struct Options {
    std::string address;  // host:port in the agent card
    bool mutual_tls = false;
  };
  A2aService(const Api& api, Watches& watches, const Options& options)
      : api_(api), watches_(watches), options_(options) {}

  grpc::Status SendMessage(grpc::ServerContext*, const lf::a2a::v1::SendMessageRequest*,
                           lf::a2a::v1::SendMessageResponse*) override;
  grpc::Status SendStreamingMessage(grpc::ServerContext*, const lf::a2a::v1::SendMessageRequest*,
                                    grpc::ServerWriter<lf::a2a::v1::StreamResponse>*) override;
  grpc::Status GetTask(grpc::ServerContext*, const lf::a2a::v1::GetTaskRequest*,
                       lf::a2a::v1::Task*) override;
  grpc::Status ListTasks(grpc::ServerContext*, const lf::a2a::v1::ListTasksRequest*,
                         lf::a2a::v1::ListTasksResponse*) override;
  grpc::Status CancelTask(grpc::ServerContext*, const lf::a2a::v1::CancelTaskRequest*,
                          lf::a2a::v1::Task*) override;
  grpc::Status SubscribeToTask(grpc::ServerContext*, const lf::a2a::v1::SubscribeToTaskRequest*,
                               grpc::ServerWriter<lf::a2a::v1::StreamResponse>*) override;
  grpc::Status GetExtendedAgentCard(grpc::ServerContext*,
                                    const lf::a2a::v1::GetExtendedAgentCardRequest*,
                                    lf::a2a::v1::AgentCard*) override;

  // Not offered, and the card says so.
  grpc::Status CreateTaskPushNotificationConfig(grpc::ServerContext*,
                                                const lf::a2a::v1::TaskPushNotificationConfig*,
                                                lf::a2a::v1::TaskPushNotificationConfig*) override;
  grpc::Status GetTaskPushNotificationConfig(
      grpc::ServerContext*, const lf::a2a::v1::GetTaskPushNotificationConfigRequest*,
      lf::a2a::v1::TaskPushNotificationConfig*) override;
  grpc::Status ListTaskPushNotificationConfigs(
      grpc::ServerContext*, const lf::a2a::v1::ListTaskPushNotificationConfigsRequest*,
      lf::a2a::v1::ListTaskPushNotificationConfigsResponse*) override;
  grpc::Status DeleteTaskPushNotificationConfig(
      grpc::ServerContext*, const lf::a2a::v1::DeleteTaskPushNotificationConfigRequest*,
      google::protobuf::Empty*) override;

 private:
  template <typename Body>
  grpc::Status ServeTask(grpc::ServerContext* context, const google::protobuf::Message& request,
                         Body body);

  const Api& api_;
  Watches& watches_;
  const Options options_;
};

}  // namespace agents
