// The only wiring: top to bottom, what marud is made of.
#include "deploy/server/platform.h"

#include <algorithm>

#include "agents/grpc_server.h"
#include "agents/planner.h"
#include "agents/run_loop.h"
#include "connectors/http.h"
#include "connectors/postgres.h"
#include "deploy/server/connector_wiring.h"
#include "deploy/server/home_lock.h"
#include "deploy/server/http_log.h"
#include "deploy/server/metrics.h"
#include "deploy/server/planner_wiring.h"
#include "deploy/server/principals_file.h"
#include "deploy/server/store_speed.h"
#include "deploy/server/workers.h"
#include "model_core/base/log.h"
#include "model_core/base/strings.h"
#include "policies/approval_seal.h"

namespace deploy {
namespace {

using base::StrCat;

agents::RunLoopOptions RunOptions(const Config& config) {
  agents::RunLoopOptions options;
  options.lease = config.Duration("runs.lease");
  options.call_timeout = config.Duration("runs.call_timeout");
  options.late_after = options.call_timeout * config.Int("runs.late_timeouts");
  options.attempts_max = config.Int("runs.attempts_max");
  options.backoff = config.Duration("runs.backoff");
  options.parallel_steps_max = config.Int("runs.parallel_steps_max");
  options.plans_each_max = std::max(1, config.Int("runs.workers") - 1);
  return options;
}

agents::GrpcOptions ServerOptions(const Config& config) {
  agents::GrpcOptions options;
  options.listen = config.Text("server.listen");
  options.tls_certificate = config.Text("server.tls.certificate");
  options.tls_key = config.Text("server.tls.key");
  options.tls_client_ca = config.Text("server.tls.client_ca");
  options.public_url = config.Text("server.public_url");
  options.request_bytes_max = config.Int("server.request_bytes_max");
  options.model_info_json = base::DumpJson({{"provider", config.Text("model.provider")},
                                            {"directory", config.Text("model.directory")},
                                            {"base_url", config.Text("model.base_url")},
                                            {"model", config.Text("model.model")}});
  return options;
}

// What a principal may read; of one who is not known only what is open.
ClearanceOf ClearanceIn(agents::RunStore& store) {
  return [&store](const std::string& principal) {
    const auto record = store.GetPrincipal(principal);
    return record.ok() ? record->principal.clearance : policies::Clearance{};
  };
}

class RunningPlatform : public Platform {
 public:
  explicit RunningPlatform(const Config& config) : config_(config) {}

  absl::Status Start() {
    ASSIGN_OR_RETURN(lock_, HomeLock::Take(config_.home()));
    RETURN_IF_ERROR(StartStore());
    RETURN_IF_ERROR(BringInPolicies());
    http_ = LoggedHttp(connectors::MakeHttpClient({}));
    ASSIGN_OR_RETURN(planner_, MakePlanner(config_, *http_, catalogue_));
    ASSIGN_OR_RETURN(ConnectorSet set,
                     MakeConnectors(config_, ClearanceIn(*store_), *http_, clock_));
    documents_ = std::move(set.documents);
    texts_ = std::move(set.texts);
    registry_ = std::make_unique<tools::ToolRegistry>(catalogue_, std::move(set.connectors));
    RETURN_IF_ERROR(BringInPrincipals());
    health_ = std::make_unique<HealthWatch>(*registry_, clock_,
                                            config_.Duration("connectors.check_interval"));
    loop_ = agents::MakeRunLoop(*planner_, *authorizer_, *sealer_, *registry_, *store_, clock_,
                                RunOptions(config_));
    api_ = std::make_unique<agents::ApiContext>(
        agents::ApiContext{*loop_, *store_, *planner_, *authorizer_, *registry_, clock_});
    ASSIGN_OR_RETURN(server_, agents::StartGrpcServer(*api_, ServerOptions(config_)));
    if (const std::string& listen = config_.Text("metrics.listen"); !listen.empty()) {
      ASSIGN_OR_RETURN(metrics_, StartMetrics(listen, *store_, *registry_, *planner_, speed_));
    }
    workers_ = std::make_unique<Workers>(*loop_, *store_, clock_, config_.Int("runs.workers"));
    return store_->Record(
        "maru", "server.started",
        {{"policy_version", authorizer_->policy_version()}, {"catalogue", catalogue_.hash()}});
  }

  ~RunningPlatform() override {
    if (server_ == nullptr) return;
    if (workers_ != nullptr) workers_->Stop();  // at once: calls in flight may wait for their runs
    server_->Shutdown(clock_.Now() + config_.Duration("server.stop_timeout"));
    workers_.reset();
    health_.reset();
    metrics_.reset();
    (void)store_->Record("maru", "server.stopped", base::Json::object());
  }

  int port() const override { return server_->port(); }
  absl::Duration clock_behind() const override { return store_->ClockBehind(); }

 private:
  absl::Status StartStore() {
    ASSIGN_OR_RETURN(signer_, policies::LoadOrMakeSigner(config_.Text("audit.key_file"),
                                                         config_.Text("audit.origin")));
    ASSIGN_OR_RETURN(sealer_,
                     policies::LoadOrMakeApprovalSealer(config_.Text("audit.approvals_key_file")));
    connectors::PostgresOptions options;
    options.owner_dsn = config_.Text("store.owner_dsn");
    options.app_dsn = config_.Text("store.app_dsn");
    options.connections = config_.Int("store.connections");
    options.checkpoint_interval = config_.Duration("audit.checkpoint_interval");
    options.committed = [this](absl::Duration lasted) { speed_.Committed(lasted); };
    if (options.owner_dsn.empty() && options.app_dsn.empty()) {
      ASSIGN_OR_RETURN(cluster_,
                       connectors::StartPrivateCluster(StrCat(config_.home(), "/postgres")));
      options.owner_dsn = cluster_->owner_dsn();
      options.app_dsn = cluster_->app_dsn();
    }
    ASSIGN_OR_RETURN(
        store_, connectors::MakePostgresRunStore(options, clock_, base::SystemRandom(), *signer_));
    return absl::OkStatus();
  }

  absl::Status BringInPolicies() {
    ASSIGN_OR_RETURN(const policies::PolicyFiles files,
                     policies::ReadPolicyFiles(config_.Text("policy.directory")));
    ASSIGN_OR_RETURN(authorizer_, policies::MakeCedarAuthorizer(files));
    return store_->KeepPolicies(files);
  }

  absl::Status BringInPrincipals() {
    if (const std::string& file = config_.Text("principals.file"); !file.empty()) {
      RETURN_IF_ERROR(LoadPrincipals(file, catalogue_, *store_));
    }
    if (!config_.Flag("principals.issue_credentials")) return absl::OkStatus();
    return IssueCredentials(StrCat(config_.home(), "/credentials"), *store_, base::SystemRandom());
  }

  const Config config_;
  base::Clock& clock_ = base::SystemClock();
  const tools::Catalogue& catalogue_ = tools::Catalogue::BuiltIn();
  StoreSpeed speed_{config_.Duration("store.slow_after")};
  // In the order in which they are made; what is made later may use what stands before it.
  std::unique_ptr<HomeLock> lock_;
  std::unique_ptr<policies::CheckpointSigner> signer_;
  std::optional<policies::ApprovalSealer> sealer_;
  std::unique_ptr<connectors::PrivateCluster> cluster_;
  std::unique_ptr<agents::RunStore> store_;
  std::unique_ptr<policies::Authorizer> authorizer_;
  std::unique_ptr<connectors::HttpClient> http_;
  std::unique_ptr<agents::Planner> planner_;
  std::unique_ptr<connectors::DocumentStore> documents_;
  std::unique_ptr<connectors::DocumentTexts> texts_;
  std::unique_ptr<tools::ToolRegistry> registry_;
  std::unique_ptr<HealthWatch> health_;
  std::unique_ptr<agents::RunLoop> loop_;
  std::unique_ptr<agents::ApiContext> api_;
  std::unique_ptr<agents::GrpcServer> server_;
  std::unique_ptr<Metrics> metrics_;
  std::unique_ptr<Workers> workers_;
};

}  // namespace

absl::StatusOr<std::unique_ptr<Platform>> Platform::Start(const Config& config) {
  auto platform = std::make_unique<RunningPlatform>(config);
  RETURN_IF_ERROR(platform->Start());
  return platform;
}

}  // namespace deploy
