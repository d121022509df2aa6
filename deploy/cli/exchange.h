// One call of one method, from the first byte to the status. Only client.cc includes it.
#pragma once

#include <google/protobuf/message.h>
#include <grpcpp/generic/generic_stub.h>
#include <grpcpp/grpcpp.h>
#include <grpcpp/impl/codegen/proto_utils.h>

#include <functional>
#include <memory>
#include <string>

namespace deploy::cli {

class Exchange {
 public:
  // `method`: "maru.v1.RunService/GetRun". `cancelled` may be empty; it and `context` outlive the
  // exchange.
  Exchange(const std::shared_ptr<grpc::Channel>& channel, const std::string& method,
           grpc::ClientContext& context, const std::function<bool()>& cancelled);

  // Sends `request`, reads each answer into `answer` and gives it to `more` until that says no or
  // the server has said all. Once.
  grpc::Status Run(const google::protobuf::Message& request, google::protobuf::Message& answer,
                   const std::function<bool(const google::protobuf::Message&)>& more);

 private:
  bool Done();

  grpc::ClientContext& context_;
  const std::function<bool()>& cancelled_;
  grpc::CompletionQueue queue_;
  grpc::TemplatedGenericStub<google::protobuf::Message, google::protobuf::Message> stub_;
  std::unique_ptr<
      grpc::ClientAsyncReaderWriter<google::protobuf::Message, google::protobuf::Message>>
      stream_;
};

}  // namespace deploy::cli
