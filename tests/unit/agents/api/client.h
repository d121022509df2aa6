// A client of the API under test, and the one server that all tests of a program share.
#pragma once

#include <grpcpp/grpcpp.h>
#include <gtest/gtest.h>

#include <memory>
#include <string>

#include "google/rpc/error_details.pb.h"
#include "google/rpc/status.pb.h"
#include "lf/a2a/v1/a2a.grpc.pb.h"
#include "tests/fakes/api_platform.h"

namespace agents {

// The platform and a server on a free port; started at first use, stopped after the last test.
fakes::ApiPlatform& Platform();
GrpcServer& Server();
std::shared_ptr<grpc::Channel> Channel();

struct As {
  std::string principal;            // empty: no credential
  std::string language = "en";      // empty: none asked for
  std::string a2a_version = "1.0";  // empty: none sent
  absl::Duration timeout = absl::Seconds(20);
};
std::unique_ptr<grpc::ClientContext> Context(const As& as);

// google.rpc.ErrorInfo of a failed call; empty if there is none.
google::rpc::ErrorInfo ErrorInfoOf(const grpc::Status& status);
// The first of its kind; empty if there is none.
template <typename Detail>
Detail DetailOf(const grpc::Status& status) {
  google::rpc::Status details;
  Detail detail;
  if (!details.ParseFromString(status.error_details())) return detail;
  for (const auto& any : details.details()) {
    if (any.Is<Detail>()) {
      any.UnpackTo(&detail);
      break;
    }
  }
  return detail;
}

// A message of `text` under a fresh id.
lf::a2a::v1::SendMessageRequest MessageOf(const std::string& text);
// Sends `text` and waits until the task rests.
lf::a2a::v1::Task Send(const As& as, const std::string& text);

// Approves or rejects whatever the task waits for, as `approver`.
grpc::Status DecideFor(const std::string& approver, const std::string& task_id, bool approve,
                       const std::string& reason);

}  // namespace agents
