#include "deploy/server/start_check.h"

#include <filesystem>

#include "deploy/server/config_check.h"
#include "deploy/server/connector_wiring.h"
#include "deploy/server/dsn_check.h"
#include "deploy/server/home_lock.h"
#include "deploy/server/planner_wiring.h"
#include "deploy/server/principals_file.h"
#include "policies/audit_log.h"
#include "policies/authorizer.h"

namespace deploy {
namespace {

// `status` as a refusal of what `key` holds.
absl::Status Refused(const Config& config, std::string_view key, const absl::Status& status) {
  if (status.ok()) return status;
  return config.Refusal(key, base::Message(status, base::Language::kEnglish),
                        base::Message(status, base::Language::kKorean));
}

absl::Status CheckPolicies(const Config& config) {
  constexpr std::string_view kKey = "policy.directory";
  const auto files = policies::ReadPolicyFiles(config.Text(kKey));
  if (!files.ok()) return Refused(config, kKey, files.status());
  return Refused(config, kKey, policies::MakeCedarAuthorizer(*files).status());
}

// One that is not there yet is made at the first start.
absl::Status CheckLogKey(const Config& config) {
  constexpr std::string_view kKey = "audit.key_file";
  std::error_code error;
  if (!std::filesystem::exists(config.Text(kKey), error)) return absl::OkStatus();
  return Refused(
      config, kKey,
      policies::LoadOrMakeSigner(config.Text(kKey), config.Text("audit.origin")).status());
}

absl::Status CheckPeople(const Config& config) {
  constexpr std::string_view kKey = "principals.file";
  if (config.Text(kKey).empty()) return absl::OkStatus();
  return Refused(config, kKey,
                 ReadPrincipals(config.Text(kKey), tools::Catalogue::BuiltIn()).status());
}

absl::Status CheckConnectors(const Config& config, connectors::HttpClient& http) {
  const auto nobody = [](const std::string&) { return policies::Clearance{}; };
  return MakeConnectors(config, nobody, http, base::SystemClock()).status();
}

}  // namespace

absl::Status CheckStart(const Config& config) {
  RETURN_IF_ERROR(CheckConfig(config));
  RETURN_IF_ERROR(CheckDsns(config));
  RETURN_IF_ERROR(CheckPolicies(config));
  RETURN_IF_ERROR(CheckLogKey(config));
  RETURN_IF_ERROR(CheckPeople(config));
  const std::unique_ptr<connectors::HttpClient> http = connectors::MakeHttpClient({});
  RETURN_IF_ERROR(CheckConnectors(config, *http));
  // A marud at work holds the memory that its next start will have: the model is not tried beside
  // it.
  if (HomeLock::Taken(config.home())) return absl::OkStatus();
  return MakePlanner(config, *http, tools::Catalogue::BuiltIn()).status();
}

}  // namespace deploy
