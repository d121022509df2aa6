#include "agents/api/grpc/unreadable.h"

#include "agents/api/grpc/errors.h"

namespace agents {
namespace {

using grpc::experimental::InterceptionHookPoints;
using grpc::experimental::Interceptor;
using grpc::experimental::InterceptorBatchMethods;

// Every status of a service carries details; one without comes from the library.
bool FromLibrary(const grpc::Status& status) {
  return status.error_code() == grpc::StatusCode::INTERNAL && status.error_details().empty();
}

class Explainer : public Interceptor {
 public:
  void Intercept(InterceptorBatchMethods* methods) override {
    if (methods->QueryInterceptionHookPoint(InterceptionHookPoints::PRE_SEND_STATUS) &&
        FromLibrary(methods->GetSendStatus())) {
      methods->ModifySendStatus(ToGrpc(
          base::WithReason(
              base::Error(absl::StatusCode::kInvalidArgument,
                          "the request cannot be read: it is no message of this method, or holds "
                          "text that is not UTF-8",
                          "요청을 읽을 수 없습니다. 이 메서드의 메시지가 아니거나 UTF-8이 아닌 "
                          "글이 있습니다"),
              "REQUEST_UNREADABLE"),
          base::Language::kEnglish));
    }
    methods->Proceed();
  }
};

class Factory : public grpc::experimental::ServerInterceptorFactoryInterface {
 public:
  Interceptor* CreateServerInterceptor(grpc::experimental::ServerRpcInfo*) override {
    return std::make_unique<Explainer>().release();  // the library owns and deletes it
  }
};

}  // namespace

std::unique_ptr<grpc::experimental::ServerInterceptorFactoryInterface> ExplainUnreadableRequests() {
  return std::make_unique<Factory>();
}

}  // namespace agents
