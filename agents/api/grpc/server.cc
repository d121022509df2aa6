// StartGrpcServer: reads top to bottom: services, limits, the port.
#include <grpcpp/resource_quota.h>

#include <set>

#include "agents/api/grpc/a2a_service.h"
#include "agents/api/grpc/admin_services.h"
#include "agents/api/grpc/audit_service.h"
#include "agents/api/grpc/health_service.h"
#include "agents/api/grpc/library_log.h"
#include "agents/api/grpc/listen.h"
#include "agents/api/grpc/reflection.h"
#include "agents/api/grpc/run_services.h"
#include "agents/api/grpc/unreadable.h"
#include "agents/grpc_server.h"
#include "model_core/base/log.h"
#include "model_core/base/strings.h"

namespace agents {
namespace {

constexpr int kThreadsMax = Watches::kMax + 32;  // whoever waits leaves room for those who ask
constexpr int kStreamsMax = 64;                  // concurrent calls of one connection
constexpr int kMinPingIntervalMs = 10'000;

class Server : public GrpcServer {
 public:
  Server(const ApiContext& context, const GrpcOptions& options)
      : api_{{context}, options.request_bytes_max},
        runs_(api_, watches_),
        approvals_(api_),
        plans_(api_),
        connectors_(api_),
        tools_(api_),
        models_(api_, options.model_info_json),
        policy_(api_),
        principals_(api_),
        audit_(api_, watches_) {}

  ~Server() override { Shutdown(absl::Now()); }

  absl::Status Start(const GrpcOptions& options) {
    TakeLibraryMessages();
    ASSIGN_OR_RETURN(const Listen listen, ParseListen(options.listen));
    ASSIGN_OR_RETURN(const std::shared_ptr<grpc::ServerCredentials> credentials,
                     CredentialsFor(listen, options));
    grpc::ServerBuilder builder;
    AddServices(options, builder);
    SetLimits(options, builder);
    builder.AddListeningPort(options.listen, credentials, &port_);
    server_ = builder.BuildAndStart();
    if (server_ == nullptr || port_ == 0) return WhyNotBound(listen);
    base::LogInfo("grpc.started", {{"listen", base::StrCat(listen.host, ":", port_)},
                                   {"tls", !options.tls_certificate.empty()},
                                   {"client_certificates", !options.tls_client_ca.empty()}});
    return absl::OkStatus();
  }

  int port() const override { return port_; }

  void Shutdown(absl::Time deadline) override {
    watches_.Stop();
    if (server_ == nullptr) return;
    server_->Shutdown(absl::ToChronoTime(deadline));
    server_->Wait();
    server_.reset();
    base::LogInfo("grpc.stopped", {{"port", port_}});
  }

 private:
  void AddServices(const GrpcOptions& options, grpc::ServerBuilder& builder) {
    const std::string address = options.public_url.empty() ? options.listen : options.public_url;
    a2a_ = std::make_unique<A2aService>(
        api_, watches_, A2aService::Options{address, !options.tls_client_ca.empty()});
    std::vector<std::string> names = {lf::a2a::v1::A2AService::service_full_name(),
                                      maru::v1::RunService::service_full_name(),
                                      maru::v1::ApprovalService::service_full_name(),
                                      maru::v1::PlanService::service_full_name(),
                                      maru::v1::ConnectorService::service_full_name(),
                                      maru::v1::ToolService::service_full_name(),
                                      maru::v1::ModelService::service_full_name(),
                                      maru::v1::PolicyService::service_full_name(),
                                      maru::v1::PrincipalService::service_full_name(),
                                      maru::v1::AuditService::service_full_name()};
    health_ = std::make_unique<HealthService>(api_, watches_,
                                              std::set<std::string>(names.begin(), names.end()));
    names.push_back(grpc::health::v1::Health::service_full_name());
    reflection_ = MakeReflection(api_, watches_, std::move(names));
    for (grpc::Service* service : std::initializer_list<grpc::Service*>{
             a2a_.get(), &runs_, &approvals_, &plans_, &connectors_, &tools_, &models_, &policy_,
             &principals_, &audit_, health_.get()}) {
      builder.RegisterService(service);
    }
    for (const auto& service : reflection_) builder.RegisterService(service.get());
  }

  static void SetLimits(const GrpcOptions& options, grpc::ServerBuilder& builder) {
    grpc::ResourceQuota quota("maru");
    quota.SetMaxThreads(kThreadsMax);
    builder.SetResourceQuota(quota);
    builder.SetMaxReceiveMessageSize(
        2 * options.request_bytes_max);  // up to here our own words say the limit
    builder.AddChannelArgument(GRPC_ARG_ALLOW_REUSEPORT,
                               0);  // two servers on one port would share calls
    builder.AddChannelArgument(GRPC_ARG_MAX_CONCURRENT_STREAMS, kStreamsMax);
    builder.AddChannelArgument(GRPC_ARG_HTTP2_MIN_RECV_PING_INTERVAL_WITHOUT_DATA_MS,
                               kMinPingIntervalMs);
    std::vector<std::unique_ptr<grpc::experimental::ServerInterceptorFactoryInterface>>
        interceptors;
    interceptors.push_back(ExplainUnreadableRequests());
    builder.experimental().SetInterceptorCreators(std::move(interceptors));
  }

  const Api api_;
  Watches watches_;
  RunService runs_;
  ApprovalService approvals_;
  PlanService plans_;
  ConnectorService connectors_;
  ToolService tools_;
  ModelService models_;
  PolicyService policy_;
  PrincipalService principals_;
  AuditService audit_;
  std::unique_ptr<A2aService> a2a_;
  std::unique_ptr<HealthService> health_;
  std::vector<std::unique_ptr<grpc::Service>> reflection_;
  std::unique_ptr<grpc::Server> server_;  // last: it goes before the services do
  int port_ = 0;
};

}  // namespace

absl::StatusOr<std::unique_ptr<GrpcServer>> StartGrpcServer(const ApiContext& context,
                                                            const GrpcOptions& options) {
  auto server = std::make_unique<Server>(context, options);
  RETURN_IF_ERROR(server->Start(options));
  return server;
}

}  // namespace agents
