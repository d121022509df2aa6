#include "tests/fakes/api_platform.h"

#include <unistd.h>

#include <filesystem>
#include <fstream>
#include <sstream>

#include "connectors/tool_group.h"
#include "model_core/base/sha256.h"
#include "model_core/base/strings.h"

namespace fakes {
namespace {

using base::Json;
using base::StrCat;

constexpr policies::Label kPublic{policies::N2sf::kO, policies::Mil::kNone,
                                  policies::Privacy::kNone, policies::Integrity::kTrusted};
constexpr policies::Label kSensitive{policies::N2sf::kS, policies::Mil::kNone,
                                     policies::Privacy::kNone, policies::Integrity::kTrusted};

tools::ToolOutcome Article(const tools::ToolCall& call) {
  const std::string law = base::StringOr(call.arguments(), "law", "");
  if (law == "느린 법") absl::SleepFor(absl::Seconds(1));
  const Json value = {{"law_id", "001"},
                      {"law_name", law},
                      {"jo", base::StringOr(call.arguments(), "jo", "")},
                      {"title", "시험 조문"},
                      {"text", "시험용 조문 내용이다."},
                      {"effective_from", "2025-01-01"},
                      {"version", "1"}};
  return tools::ToolResult{
      value, kPublic, {connectors::MakeOrigin("law", "001", "1", absl::Now(), law)}};
}

Json PlanOf(const char* tool, Json arguments) {
  return {{"verdict", "plan"},
          {"steps",
           Json::array({{{"id", "s1"}, {"tool", tool}, {"arguments", std::move(arguments)}}})}};
}

agents::PrincipalRecord Officer(std::string id, std::string role) {
  agents::PrincipalRecord record;
  record.principal.id = std::move(id);
  record.principal.title = role;
  record.principal.unit = "office";
  record.principal.roles = {std::move(role)};
  return record;
}

absl::StatusOr<std::vector<agents::PrincipalRecord>> People() {
  std::ifstream file(MARU_SOURCE_DIR "/deploy/sample/principals.json");
  std::ostringstream text;
  text << file.rdbuf();
  ASSIGN_OR_RETURN(const Json json, base::ParseJson(text.str(), "principals.json"));
  std::vector<agents::PrincipalRecord> people = {Officer("no.audit", "auditor"),
                                                 Officer("cho.admin", "administrator"),
                                                 Officer("ko.security", "security_officer")};
  for (const Json& item : json["principals"]) {
    ASSIGN_OR_RETURN(people.emplace_back(), agents::ParsePrincipalRecord(item));
  }
  return people;
}

}  // namespace

std::string CredentialOf(const std::string& principal) { return StrCat(principal, "-credential"); }

absl::StatusOr<std::unique_ptr<ApiPlatform>> ApiPlatform::Start() {
  std::unique_ptr<ApiPlatform> platform(new ApiPlatform);
  RETURN_IF_ERROR(platform->Open());
  RETURN_IF_ERROR(platform->AddPeople());
  platform->Teach();
  platform->registry_->Refresh(absl::Now() + absl::Seconds(5));
  platform->worker_ = std::thread([&platform = *platform] { platform.Work(); });
  return platform;
}

ApiPlatform::~ApiPlatform() {
  stopping_ = true;
  if (worker_.joinable()) worker_.join();
  runs_.reset();
  store_.reset();
  cluster_.reset();
  std::error_code ignored;
  if (!directory_.empty()) std::filesystem::remove_all(directory_, ignored);
}

absl::Status ApiPlatform::Open() {
  std::string path = (std::filesystem::temp_directory_path() / "maru-api-XXXXXX").string();
  if (mkdtemp(path.data()) == nullptr) return absl::UnavailableError("no directory for the test");
  directory_ = path;
  std::filesystem::permissions(
      directory_, std::filesystem::perms(0755));  // the database server is another user
  ASSIGN_OR_RETURN(cluster_, connectors::StartPrivateCluster(directory_ + "/postgres"));
  ASSIGN_OR_RETURN(signer_, policies::LoadOrMakeSigner(directory_ + "/audit.pem", "maru.test/log"));
  connectors::PostgresOptions options{cluster_->owner_dsn(), cluster_->app_dsn()};
  options.checkpoint_interval = absl::Milliseconds(100);
  ASSIGN_OR_RETURN(
      store_, connectors::MakePostgresRunStore(options, clock_, base::SystemRandom(), *signer_));
  ASSIGN_OR_RETURN(const policies::PolicyFiles files, policies::ReadPolicyFiles(""));
  ASSIGN_OR_RETURN(authorizer_, policies::MakeCedarAuthorizer(files));
  RETURN_IF_ERROR(store_->KeepPolicies(files));
  std::vector<std::unique_ptr<tools::Connector>> connectors;
  connectors.push_back(MakeLegal());
  connectors.push_back(MakeAdministration());
  registry_ =
      std::make_unique<tools::ToolRegistry>(tools::Catalogue::BuiltIn(), std::move(connectors));
  runs_ = agents::MakeRunLoop(planner_, *authorizer_, sealer_, *registry_, *store_, clock_, {});
  return absl::OkStatus();
}

absl::Status ApiPlatform::AddPeople() {
  ASSIGN_OR_RETURN(const std::vector<agents::PrincipalRecord> people, People());
  for (const agents::PrincipalRecord& person : people) {
    RETURN_IF_ERROR(store_->PutPrincipal(person));
    RETURN_IF_ERROR(store_->SetCredential(person.principal.id,
                                          base::Sha256Hex(CredentialOf(person.principal.id))));
  }
  return absl::OkStatus();
}

void ApiPlatform::Teach() {
  planner_.Teach(kArticleRequest,
                 PlanOf("law.article", {{"law", "개인정보 보호법"}, {"jo", "26"}}));
  planner_.Teach(kSlowRequest, PlanOf("law.article", {{"law", "느린 법"}, {"jo", "1"}}));
  planner_.Teach(kTicketRequest,
                 PlanOf("ticket.create", {{"title", "출장비 서식 갱신"}, {"queue", "it"}}));
  planner_.Teach(kParkedRequest,
                 PlanOf("ticket.create", {{"title", "전등 교체"}, {"queue", "facility"}}));
  planner_.Teach(kIncompleteRequest, {{"verdict", "ask"}, {"missing", {"law.article.law"}}});
  planner_.Teach(StrCat(kIncompleteRequest, "\n", kMissingLaw),
                 PlanOf("law.article", {{"law", "의료법"}, {"jo", "38"}}));
}

std::unique_ptr<tools::Connector> ApiPlatform::MakeLegal() {
  auto legal = std::make_unique<connectors::ToolGroup>(
      "legal.test", "legal", [](const tools::CallContext&) { return std::nullopt; });
  legal->Add("law.article",
             [](const tools::ToolCall& call, const tools::CallContext&) { return Article(call); });
  return legal;
}

std::unique_ptr<tools::Connector> ApiPlatform::MakeAdministration() {
  auto administration = std::make_unique<connectors::ToolGroup>(
      "administration.test", "administration",
      [](const tools::CallContext&) { return std::nullopt; });
  administration->Add("ticket.create", [this](const tools::ToolCall&, const tools::CallContext&) {
    const std::string id = StrCat("T-", ++tickets_);
    return tools::ToolResult{{{"ticket_id", id}},
                             kSensitive,
                             {connectors::MakeOrigin("ticket", id, "1", absl::Now(), id)}};
  });
  return administration;
}

void ApiPlatform::Work() {
  while (!stopping_) {
    const auto advanced = runs_->Advance("test-worker", [this] { return stopping_.load(); });
    if (advanced.ok() && *advanced) continue;
    store_->WaitForWork(absl::Now() + absl::Milliseconds(200)).IgnoreError();
  }
}

}  // namespace fakes
