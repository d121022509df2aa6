#include "deploy/cli/exchange.h"

#include <chrono>

namespace deploy::cli {
namespace {

using google::protobuf::Message;

constexpr std::chrono::milliseconds kPoll(100);  // between two looks whether the person gave up

}  // namespace

Exchange::Exchange(const std::shared_ptr<grpc::Channel>& channel, const std::string& method,
                   grpc::ClientContext& context, const std::function<bool()>& cancelled)
    : context_(context), cancelled_(cancelled), stub_(channel) {
  stream_ = stub_.PrepareCall(&context, "/" + method, &queue_);
}

grpc::Status Exchange::Run(const Message& request, Message& answer,
                           const std::function<bool(const Message&)>& more) {
  stream_->StartCall(this);
  if (Done()) {
    stream_->WriteLast(request, grpc::WriteOptions(), this);
    Done();
    for (;;) {
      stream_->Read(&answer, this);
      if (!Done()) break;  // the server has said all
      if (more(answer)) continue;
      context_.TryCancel();
      break;
    }
  }
  grpc::Status status;
  stream_->Finish(&status, this);
  Done();
  return status;
}

// Waits for what was begun last; false if it failed.
bool Exchange::Done() {
  void* tag = nullptr;
  bool good = false;
  while (queue_.AsyncNext(&tag, &good, std::chrono::system_clock::now() + kPoll) ==
         grpc::CompletionQueue::TIMEOUT) {
    if (cancelled_ && cancelled_()) context_.TryCancel();
  }
  return good;
}

}  // namespace deploy::cli
