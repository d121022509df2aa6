// ApiPlatform: everything behind the API, for tests of the API: a PostgreSQL of its own, the people
// of the sample organisation, Cedar, a worker, two connectors that answer by themselves and a
// planner that knows its plans by heart.
//
// People: deploy/sample/principals.json, and no.audit (auditor), cho.admin (administrator),
// ko.security (security_officer). Everyone's credential is "<id>-credential".
#pragma once

#include <atomic>
#include <memory>
#include <string>
#include <thread>

#include "agents/grpc_server.h"
#include "connectors/postgres.h"
#include "tests/fakes/scripted_planner.h"

namespace fakes {

// Requests that the planner knows.
inline constexpr char kArticleRequest[] = "개인정보 보호법 제26조 보여줘";  // law.article
inline constexpr char kIncompleteRequest[] = "제38조 보여줘";  // asks for law.article.law
inline constexpr char kMissingLaw[] = "의료법";                // completes it
inline constexpr char kTicketRequest[] =
    "정보화 담당에 '출장비 서식 갱신' 요청을 등록해줘";  // ticket.create: dept_head approves
inline constexpr char kParkedRequest[] =
    "시설 담당에 '전등 교체' 요청을 등록해줘";                  // the same, for facility
inline constexpr char kSlowRequest[] = "느린 법 제1조 보여줘";  // law.article, which takes a second

class ApiPlatform {
 public:
  static absl::StatusOr<std::unique_ptr<ApiPlatform>> Start();
  ~ApiPlatform();

  agents::ApiContext context() {
    return {*runs_, *store_, planner_, *authorizer_, *registry_, clock_};
  }
  agents::RunStore& store() { return *store_; }
  agents::RunLoop& runs() { return *runs_; }
  int tickets() const { return tickets_; }  // that ticket.create made

 private:
  ApiPlatform() = default;
  absl::Status Open();
  absl::Status AddPeople();
  void Teach();
  std::unique_ptr<tools::Connector> MakeLegal();
  std::unique_ptr<tools::Connector> MakeAdministration();
  void Work();

  base::Clock& clock_ = base::SystemClock();
  std::string directory_;
  std::atomic<int> tickets_ = 0;
  std::atomic<bool> stopping_ = false;
  ScriptedPlanner planner_;
  std::unique_ptr<connectors::PrivateCluster> cluster_;
  std::unique_ptr<policies::CheckpointSigner> signer_;
  std::unique_ptr<agents::RunStore> store_;
  std::unique_ptr<policies::Authorizer> authorizer_;
  const policies::ApprovalSealer sealer_{std::string(policies::ApprovalSealer::kKeyBytes, 'k')};
  std::unique_ptr<tools::ToolRegistry> registry_;
  std::unique_ptr<agents::RunLoop> runs_;
  std::thread worker_;
};

std::string CredentialOf(const std::string& principal);

}  // namespace fakes
