#include "agents/api/grpc/health_service.h"

#include <optional>
#include <utility>

#include "model_core/base/strings.h"
#include "model_core/base/text.h"

namespace agents {
namespace {

using grpc::health::v1::HealthCheckRequest;
using grpc::health::v1::HealthCheckResponse;

constexpr absl::Duration kPause = absl::Milliseconds(500);

bool FromThisMachine(const grpc::ServerContext& context) {
  const std::string peer = context.peer();  // "ipv4:127.0.0.1:41234", "ipv6:%5B::1%5D:41234"
  return peer.starts_with("ipv4:127.") || peer.starts_with("ipv6:%5B::1%5D:") ||
         peer.starts_with("ipv6:[::1]:");
}

// Who asks, for the count of those who wait.
absl::StatusOr<std::string> CheckMayAsk(const Api& api, const grpc::ServerContext& context) {
  if (FromThisMachine(context)) return std::string("health probe");
  ASSIGN_OR_RETURN(const Caller caller, Authenticate(api.store, context));
  return caller.id();
}

}  // namespace

grpc::Status HealthService::Check(grpc::ServerContext* context, const HealthCheckRequest* request,
                                  HealthCheckResponse* response) {
  const base::Language language = AcceptedLanguage(*context).value_or(base::Language::kKorean);
  if (const auto asker = CheckMayAsk(api_, *context); !asker.ok())
    return ToGrpc(asker.status(), language);
  if (!request->service().empty() && !services_.contains(request->service())) {
    return ToGrpc(
        base::Error(absl::StatusCode::kNotFound,
                    base::StrCat("service '", request->service(), "' is not served here"),
                    base::StrCat("서비스 '", request->service(), "'",
                                 base::Particle(request->service(), "은"), " 제공하지 않습니다")),
        language);
  }
  response->set_status(Status());
  return grpc::Status::OK;
}

HealthCheckResponse::ServingStatus HealthService::Status() {
  return !watches_.stopping() && store_.Answers() ? HealthCheckResponse::SERVING
                                                  : HealthCheckResponse::NOT_SERVING;
}

grpc::Status HealthService::Watch(grpc::ServerContext* context, const HealthCheckRequest* request,
                                  grpc::ServerWriter<HealthCheckResponse>* writer) {
  const base::Language language = AcceptedLanguage(*context).value_or(base::Language::kKorean);
  const auto asker = CheckMayAsk(api_, *context);
  if (!asker.ok()) return ToGrpc(asker.status(), language);
  const auto slot = watches_.Take(*asker);
  if (!slot.ok()) return ToGrpc(slot.status(), language);
  const bool known = request->service().empty() || services_.contains(request->service());
  const absl::Time until = DeadlineOf(*context, api_.clock, Watches::kLifetimeMax);
  HealthCheckResponse response;
  for (std::optional<HealthCheckResponse::ServingStatus> told;;) {
    const bool last = watches_.stopping();  // before the status: what is told last is NOT_SERVING
    response.set_status(known ? Status() : HealthCheckResponse::SERVICE_UNKNOWN);
    if (std::exchange(told, response.status()) != response.status()) writer->Write(response);
    if (last || context->IsCancelled() || api_.clock.Now() >= until) break;
    absl::SleepFor(kPause);
  }
  return ToGrpc(MayGoOn(watches_, *context), language);
}

}  // namespace agents
