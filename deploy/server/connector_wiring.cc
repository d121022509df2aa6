#include "deploy/server/connector_wiring.h"

#include "connectors/administration.h"
#include "connectors/defense.h"
#include "connectors/legal.h"
#include "connectors/manufacturing.h"
#include "connectors/medical.h"
#include "model_core/base/strings.h"

namespace deploy {
namespace {

using Connectors = std::vector<std::unique_ptr<tools::Connector>>;

void Add(Connectors more, Connectors& all) {
  for (auto& connector : more) all.push_back(std::move(connector));
}

absl::StatusOr<connectors::TrytonOptions> Tryton(const Config& config) {
  connectors::TrytonOptions options;
  options.url = config.Text("connectors.tryton.base_url");
  options.database = config.Text("connectors.tryton.database");
  options.user = config.Text("connectors.tryton.user");
  options.mapping_path = config.Text("connectors.tryton.map_file");
  ASSIGN_OR_RETURN(options.password, config.Secret("connectors.tryton.password_file"));
  return options;
}

absl::Status AddLegal(const Config& config, connectors::HttpClient& http, base::Clock& clock,
                      connectors::DocumentTexts* documents, Connectors& all) {
  connectors::LegalOptions options;
  options.base_url = config.Text("connectors.legal.base_url");
  options.referer = config.Text("connectors.legal.referer");
  ASSIGN_OR_RETURN(options.oc_key, config.Secret("connectors.legal.oc_key_file"));
  all.push_back(connectors::MakeLegalConnector(options, http, clock, documents));
  return absl::OkStatus();
}

absl::Status AddMedical(const Config& config, connectors::HttpClient& http, base::Clock& clock,
                        Connectors& all) {
  connectors::MedicalOptions options;
  options.fhir.base_url = config.Text("connectors.medical.fhir_base_url");
  options.dur_rules_file = config.Text("connectors.medical.dur_rules_file");
  options.exports = {config.Text("connectors.medical.export_directory"),
                     config.Text("connectors.medical.export_recipients_file"),
                     config.Int("connectors.medical.export_k_min"),
                     config.Text("connectors.medical.export_mount")};
  ASSIGN_OR_RETURN(options.fhir.bearer_token, config.Secret("connectors.medical.fhir_token_file"));
  connectors::ImagingOptions imaging;
  imaging.base_url = config.Text("connectors.medical.dicomweb_base_url");
  imaging.user = config.Text("connectors.medical.dicomweb_user");
  ASSIGN_OR_RETURN(imaging.password, config.Secret("connectors.medical.dicomweb_password_file"));
  imaging.fhir = options.fhir;
  all.push_back(connectors::MakeMedicalConnector(options, http, clock));
  all.push_back(connectors::MakeImagingConnector(imaging, http, clock));
  return absl::OkStatus();
}

absl::Status AddManufacturing(const Config& config, connectors::HttpClient& http,
                              base::Clock& clock, Connectors& all) {
  const auto text = [&](std::string_view key) {
    return config.Text(std::string("connectors.manufacturing.").append(key));
  };
  connectors::ManufacturingOptions options;
  options.opcua.url = text("opcua_url");
  options.opcua.security = text("opcua_security");
  options.opcua.user = text("opcua_user");
  options.opcua.pki_directory = text("opcua_pki_directory");
  ASSIGN_OR_RETURN(options.opcua.password,
                   config.Secret("connectors.manufacturing.opcua_password_file"));
  options.sparkplug.host = text("sparkplug_host");
  options.sparkplug.port = config.Int("connectors.manufacturing.sparkplug_port");
  options.sparkplug.group = text("sparkplug_group");
  options.sparkplug.user = text("sparkplug_user");
  options.sparkplug.tls = {text("sparkplug_ca_file"), text("sparkplug_cert_file"),
                           text("sparkplug_key_file")};
  ASSIGN_OR_RETURN(options.sparkplug.password,
                   config.Secret("connectors.manufacturing.sparkplug_password_file"));
  options.modbus.host = text("modbus_host");
  options.modbus.port = config.Int("connectors.manufacturing.modbus_port");
  options.tag_map_path = text("tag_map_file");
  options.set_points_path = text("setpoints_file");
  options.plant_dsn = text("plant_dsn");
  ASSIGN_OR_RETURN(options.tryton, Tryton(config));
  ASSIGN_OR_RETURN(Connectors made,
                   connectors::MakeManufacturingConnectors(options, {http, clock}));
  Add(std::move(made), all);
  return absl::OkStatus();
}

absl::Status AddDefense(const Config& config, connectors::HttpClient& http, base::Clock& clock,
                        connectors::DocumentStore* documents, Connectors& all) {
  const auto text = [&](std::string_view key) {
    return config.Text(std::string("connectors.defense.").append(key));
  };
  connectors::DefenseOptions options;
  ASSIGN_OR_RETURN(options.tryton, Tryton(config));
  options.readiness_dsn = text("readiness_dsn");
  const connectors::TlsFiles tls{text("tak_ca_file"), text("tak_cert_file"), text("tak_key_file")};
  options.tak = {text("tak_host"), config.Int("connectors.defense.tak_port"), tls,
                 text("tak_areas_file")};
  options.labels = {text("label_policy_file"), text("label_key_file"),
                    text("label_certificate_file")};
  ASSIGN_OR_RETURN(Connectors made,
                   connectors::MakeDefenseConnectors(options, {http, clock, documents}));
  Add(std::move(made), all);
  return absl::OkStatus();
}

absl::StatusOr<connectors::MailOptions> Mail(const Config& config) {
  using Tls = connectors::MailOptions::Tls;
  const auto text = [&](std::string_view key) {
    return config.Text(std::string("connectors.administration.").append(key));
  };
  connectors::MailOptions mail;
  mail.imap_host = text("imap_host");
  mail.imap_port = config.Int("connectors.administration.imap_port");
  mail.smtp_host = text("smtp_host");
  mail.smtp_port = config.Int("connectors.administration.smtp_port");
  mail.tls = text("mail_tls") == "none"       ? Tls::kNone
             : text("mail_tls") == "implicit" ? Tls::kImplicit
                                              : Tls::kStartTls;
  mail.ca_file = text("mail_ca_file");
  mail.user = text("mail_user");
  mail.from = text("mail_from");
  mail.sent_folder = text("mail_sent_folder");
  mail.address_book_path = text("mail_address_book_file");
  ASSIGN_OR_RETURN(mail.password, config.Secret("connectors.administration.mail_password_file"));
  return mail;
}

absl::StatusOr<connectors::AdministrationOptions> Administration(const Config& config) {
  const auto text = [&](std::string_view key) {
    return config.Text(std::string("connectors.administration.").append(key));
  };
  connectors::AdministrationOptions options;
  options.sql.dsn = text("sql_dsn");
  options.sql.datasets_path = text("sql_datasets_file");
  options.documents.dsn = text("documents_dsn");
  options.documents.sender = text("documents_sender");
  ASSIGN_OR_RETURN(options.mail, Mail(config));
  options.tickets.base_url = text("tickets_base_url");
  options.tickets.queues_path = text("tickets_queues_file");
  ASSIGN_OR_RETURN(options.tickets.api_key,
                   config.Secret("connectors.administration.tickets_api_key_file"));
  options.opendata.base_url = text("opendata_base_url");
  options.opendata.places_path = text("opendata_places_file");
  ASSIGN_OR_RETURN(options.opendata.service_key,
                   config.Secret("connectors.administration.opendata_service_key_file"));
  return options;
}

absl::Status AddAdministration(const connectors::AdministrationOptions& options,
                               const ClearanceOf& clearance, connectors::HttpClient& http,
                               base::Clock& clock, Connectors& all) {
  ASSIGN_OR_RETURN(Connectors made,
                   connectors::MakeAdministrationConnectors(
                       options, {http, clock, tools::Catalogue::BuiltIn(), clearance}));
  Add(std::move(made), all);
  return absl::OkStatus();
}

// A map file in the wrong form is told with its path: the key that names it says where to look.
absl::Status NamingKey(const Config& config, const absl::Status& status) {
  const std::string english = base::Message(status, base::Language::kEnglish);
  for (const auto& [key, value] : config.values()) {
    if (!key.ends_with("_file") || value.empty() || english.find(value) == std::string::npos)
      continue;
    const std::string korean = base::Message(status, base::Language::kKorean);
    return config.Refusal(key, english,
                          korean == english
                              ? base::StrCat("파일 내용의 형식이 맞지 않습니다 (", english, ")")
                              : korean);
  }
  return status;
}

absl::StatusOr<ConnectorSet> Make(const Config& config, const ClearanceOf& clearance,
                                  connectors::HttpClient& http, base::Clock& clock) {
  ConnectorSet set;
  ASSIGN_OR_RETURN(const connectors::AdministrationOptions administration, Administration(config));
  if (!administration.documents.dsn.empty()) {
    ASSIGN_OR_RETURN(set.documents, connectors::MakeDocumentStore(administration.documents));
    ASSIGN_OR_RETURN(set.texts, connectors::MakeDocumentTexts(administration.documents, clearance));
  }
  RETURN_IF_ERROR(AddLegal(config, http, clock, set.texts.get(), set.connectors));
  RETURN_IF_ERROR(AddMedical(config, http, clock, set.connectors));
  RETURN_IF_ERROR(AddManufacturing(config, http, clock, set.connectors));
  RETURN_IF_ERROR(AddDefense(config, http, clock, set.documents.get(), set.connectors));
  RETURN_IF_ERROR(AddAdministration(administration, clearance, http, clock, set.connectors));
  return set;
}

}  // namespace

absl::StatusOr<ConnectorSet> MakeConnectors(const Config& config, const ClearanceOf& clearance,
                                            connectors::HttpClient& http, base::Clock& clock) {
  auto set = Make(config, clearance, http, clock);
  if (!set.ok()) return NamingKey(config, set.status());
  return set;
}

}  // namespace deploy
