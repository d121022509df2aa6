// What the tests of A2A say to the server, and read of its answers.
#pragma once

#include <gmock/gmock.h>

#include "tests/unit/agents/api/client.h"

namespace agents {

namespace a2a = lf::a2a::v1;

inline const As kKim{"kim.legal"};

inline const As kHan{"han.clerk"};

inline a2a::A2AService::Stub& Stub() {
  static const auto stub = a2a::A2AService::NewStub(Channel());
  return *stub;
}

inline grpc::Status TrySend(const As& as, const a2a::SendMessageRequest& request) {
  a2a::SendMessageResponse response;
  return Stub().SendMessage(Context(as).get(), request, &response);
}

inline a2a::Task Get(const As& as, const std::string& id) {
  a2a::GetTaskRequest request;
  request.set_id(id);
  a2a::Task task;
  const grpc::Status status = Stub().GetTask(Context(as).get(), request, &task);
  EXPECT_TRUE(status.ok()) << status.error_message();
  return task;
}

inline const a2a::Artifact* Find(const a2a::Task& task, std::string_view id) {
  for (const a2a::Artifact& artifact : task.artifacts()) {
    if (artifact.artifact_id() == id) return &artifact;
  }
  return nullptr;
}

inline void ExpectError(const grpc::Status& status, grpc::StatusCode code,
                        const std::string& reason) {
  EXPECT_EQ(status.error_code(), code) << status.error_message();
  EXPECT_FALSE(status.error_message().empty());
  EXPECT_EQ(ErrorInfoOf(status).reason(), reason);
  EXPECT_EQ(ErrorInfoOf(status).domain(), "a2a-protocol.org");
}

inline a2a::SendMessageRequest AtOnce(const std::string& text) {
  a2a::SendMessageRequest request = MessageOf(text);
  request.mutable_configuration()->set_return_immediately(true);
  return request;
}

}  // namespace agents
