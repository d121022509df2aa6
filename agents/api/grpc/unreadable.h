// A request whose bytes are no message of its type (broken wire format, or a text that is not
// UTF-8) never reaches a service: gRPC answers INTERNAL, without a word. This gives the client the
// words, and the code of its mistake.
#pragma once

#include <grpcpp/support/server_interceptor.h>

#include <memory>

namespace agents {

std::unique_ptr<grpc::experimental::ServerInterceptorFactoryInterface> ExplainUnreadableRequests();

}  // namespace agents
