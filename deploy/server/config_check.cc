#include "deploy/server/config_check.h"

#include <filesystem>

#include "deploy/server/tls_check.h"
#include "model_core/arithmetic.h"
#include "model_core/base/address.h"
#include "model_core/base/strings.h"
#include "model_core/base/text.h"
#include "policies/approval_seal.h"

namespace deploy {
namespace {

using base::StrCat;

constexpr std::string_view kListen = "server.listen", kPublicUrl = "server.public_url";
constexpr std::string_view kMetrics = "metrics.listen", kProvider = "model.provider";
constexpr std::string_view kCertificate = "server.tls.certificate", kKey = "server.tls.key";
constexpr std::string_view kClientCa = "server.tls.client_ca";

bool Given(const Config& config, std::string_view key) { return !config.Text(key).empty(); }

// "'VALUE'은" of a Korean sentence.
std::string Topic(const std::string& value) {
  return StrCat("'", value, "'", base::Particle(value, "은"));
}

// `key`, which is given, asks for `missing`, which is not.
absl::Status Needs(const Config& config, std::string_view key, std::string_view missing) {
  return config.Refusal(key, StrCat("'", config.Text(key), "' needs ", missing),
                        StrCat("'", config.Text(key), "'에는 ", missing, " 설정이 필요합니다"));
}

// Port 0, which the system would choose, is none that anybody could be told of.
absl::StatusOr<base::Address> AddressAt(const Config& config, std::string_view key) {
  const std::string& text = config.Text(key);
  auto address = base::ParseAddress(text);
  if (address.has_value() && address->port > 0) return *std::move(address);
  return config.Refusal(key,
                        StrCat("'", text, "' is not host:port with a port of 1–", base::kPortMax),
                        StrCat(Topic(text), " 주소:포트(1–", base::kPortMax, ") 형식이 아닙니다"));
}

absl::Status CheckListen(const Config& config) {
  ASSIGN_OR_RETURN(const base::Address address, AddressAt(config, kListen));
  const std::string& text = config.Text(kListen);
  if (!base::IsLoopback(address.host) && !Given(config, kCertificate)) {
    return config.Refusal(
        kListen,
        StrCat("'", text, "' is beyond this machine, which needs TLS: set ", kCertificate, " and ",
               kKey),
        StrCat(Topic(text), " 이 컴퓨터 밖에서 접속할 수 있는 주소라서 TLS가 필요합니다. ",
               kCertificate, ", ", kKey, " 키를 설정하십시오"));
  }
  if (!base::IsEveryAddress(address.host) || Given(config, kPublicUrl)) return absl::OkStatus();
  return config.Refusal(
      kListen,
      StrCat("'", text, "' is every address, none to connect to: set ", kPublicUrl,
             ", which the agent card tells"),
      StrCat(Topic(text), " 모든 주소를 뜻하므로 접속할 주소가 못 됩니다. 에이전트 카드에 적을 ",
             kPublicUrl, " 키를 설정하십시오"));
}

absl::Status CheckMetrics(const Config& config) {
  if (!Given(config, kMetrics)) return absl::OkStatus();
  ASSIGN_OR_RETURN(const base::Address address, AddressAt(config, kMetrics));
  if (base::IsLoopback(address.host)) return absl::OkStatus();
  const std::string& text = config.Text(kMetrics);
  return config.Refusal(kMetrics, StrCat("'", text, "': loopback only"),
                        StrCat(Topic(text), " 루프백 주소가 아닙니다. 루프백에서만 내보냅니다"));
}

absl::Status CheckPem(const Config& config, std::string_view key) {
  if (!Given(config, key)) return absl::OkStatus();
  ASSIGN_OR_RETURN(const std::string text, config.File(key));
  if (text.find("-----BEGIN") != std::string::npos) return absl::OkStatus();
  const std::string& path = config.Text(key);
  return config.Refusal(key, StrCat("'", path, "' is no PEM file"),
                        StrCat(Topic(path), " PEM 파일이 아닙니다"));
}

absl::Status CheckTls(const Config& config) {
  const bool certificate = Given(config, kCertificate), key = Given(config, kKey);
  if (certificate && !key) return Needs(config, kCertificate, kKey);
  if (key && !certificate) return Needs(config, kKey, kCertificate);
  if (Given(config, kClientCa) && !key) return Needs(config, kClientCa, kCertificate);
  for (const std::string_view file : {kCertificate, kKey, kClientCa}) {
    RETURN_IF_ERROR(CheckPem(config, file));
  }
  return CheckTlsFiles(config, kCertificate, kKey, kClientCa);
}

absl::Status CheckFolder(const Config& config, std::string_view key) {
  const std::string& path = config.Text(key);
  std::error_code error;
  if (std::filesystem::is_directory(path, error)) return absl::OkStatus();
  return config.Refusal(key, StrCat("'", path, "' is no folder here"),
                        StrCat("'", path, "' 폴더가 없습니다"));
}

// What is mounted elsewhere says nothing of the outbox.
absl::Status CheckOutbox(const Config& config) {
  constexpr std::string_view kMount = "connectors.medical.export_mount",
                             kOutbox = "connectors.medical.export_directory";
  if (!Given(config, kMount)) return absl::OkStatus();
  if (!Given(config, kOutbox)) return Needs(config, kMount, kOutbox);
  const std::string &mount = config.Text(kMount), &outbox = config.Text(kOutbox);
  const auto below = std::filesystem::path(outbox).lexically_normal().lexically_relative(
      std::filesystem::path(mount).lexically_normal());
  if (!below.empty() && *below.begin() != "..") return absl::OkStatus();
  return config.Refusal(
      kMount, StrCat("'", mount, "' is not '", outbox, "' (", kOutbox, "), or a folder above it"),
      StrCat(Topic(mount), " '", outbox, "'(", kOutbox, ")도 그 상위 폴더도 아닙니다"));
}

absl::Status CheckKernels(const Config& config) {
  constexpr std::string_view kKernels = "model.kernels";
  const absl::Status status = model_core::CheckKernels(config.Text(kKernels));
  if (status.ok()) return status;
  return config.Refusal(kKernels, base::Message(status, base::Language::kEnglish),
                        base::Message(status, base::Language::kKorean));
}

absl::Status CheckModel(const Config& config) {
  if (config.Text(kProvider) == "embedded") {
    RETURN_IF_ERROR(CheckKernels(config));
    return CheckFolder(config, "model.directory");
  }
  for (const std::string_view key : {"model.base_url", "model.model"}) {
    if (!Given(config, key)) return Needs(config, kProvider, key);
  }
  return absl::OkStatus();
}

// Keys named …base_url are HTTP; OPC UA has a scheme of its own.
absl::Status CheckUrls(const Config& config) {
  for (const auto& [key, url] : config.values()) {
    const bool opcua = key.ends_with("opcua_url");
    if (url.empty() || !(opcua || key.ends_with("base_url"))) continue;
    const size_t scheme = url.find("://");
    const std::string_view name = std::string_view(url).substr(0, scheme);
    const bool known = opcua ? name == "opc.tcp" : name == "http" || name == "https";
    if (known && url.size() > scheme + 3 && url[scheme + 3] != '/') continue;
    const std::string_view expected = opcua ? "opc.tcp://…" : "http://… / https://…";
    return config.Refusal(key, StrCat("'", url, "' is not ", expected),
                          StrCat(Topic(url), " 주소 형식(", expected, ")이 아닙니다"));
  }
  return absl::OkStatus();
}

// Besides secrets, the files that marud reads, at its start or later.
constexpr std::string_view kFiles[] = {"principals.file",
                                       "connectors.medical.dur_rules_file",
                                       "connectors.medical.export_recipients_file",
                                       "connectors.manufacturing.tag_map_file",
                                       "connectors.manufacturing.setpoints_file",
                                       "connectors.tryton.map_file",
                                       "connectors.defense.tak_areas_file",
                                       "connectors.defense.label_policy_file",
                                       "connectors.defense.label_key_file",
                                       "connectors.defense.label_certificate_file",
                                       "connectors.administration.sql_datasets_file",
                                       "connectors.administration.mail_ca_file",
                                       "connectors.administration.mail_address_book_file",
                                       "connectors.administration.tickets_queues_file",
                                       "connectors.administration.opendata_places_file"};

absl::Status CheckKeys(const Config& config) {
  constexpr std::string_view kApprovals = "audit.approvals_key_file";
  const absl::Status status = policies::CheckApprovalKey(config.Text(kApprovals));
  if (status.ok()) return status;
  return config.Refusal(kApprovals, base::Message(status, base::Language::kEnglish),
                        base::Message(status, base::Language::kKorean));
}

absl::Status CheckFiles(const Config& config) {
  for (const std::string_view key : kFiles) RETURN_IF_ERROR(config.File(key).status());
  for (const std::string_view key : SecretKeys()) {
    const bool unused = key == "model.api_key_file" && config.Text(kProvider) == "embedded";
    if (!unused) RETURN_IF_ERROR(config.Secret(key).status());
  }
  return Given(config, "policy.directory") ? CheckFolder(config, "policy.directory")
                                           : absl::OkStatus();
}

}  // namespace

absl::Status CheckConfig(const Config& config) {
  for (const auto check : {CheckTls, CheckListen, CheckMetrics, CheckModel, CheckUrls, CheckKeys,
                           CheckFiles, CheckOutbox}) {
    RETURN_IF_ERROR(check(config));
  }
  return absl::OkStatus();
}

}  // namespace deploy
