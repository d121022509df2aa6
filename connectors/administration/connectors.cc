// The wiring of this folder: from options to connectors.
#include "connectors/administration.h"
#include "connectors/administration/document_texts.h"
#include "connectors/administration/document_tools.h"
#include "connectors/administration/mail_tools.h"
#include "connectors/administration/office_connector.h"
#include "connectors/administration/opendata.h"
#include "connectors/administration/sql_query.h"
#include "connectors/administration/tickets.h"
#include "connectors/tls.h"

namespace connectors {
namespace administration {
namespace {

using Connectors = std::vector<std::unique_ptr<tools::Connector>>;
using tools::CallContext;
using tools::ToolCall;

// A tool that is a member function of something that its connector's tools share.
template <typename T, typename Method>
FunctionTool::Body Bound(const std::shared_ptr<T>& object, Method method) {
  return [object, method](const ToolCall& call, const CallContext& context) {
    return ((*object).*method)(call, context);
  };
}
template <typename T>
OfficeConnector::Look LookOf(const std::shared_ptr<T>& object) {
  return [object](absl::Time deadline) { return object->Look(deadline); };
}
template <typename T>
FunctionTool::Settlement SettlementOf(const std::shared_ptr<T>& object) {
  return [object](const ToolCall& call, const CallContext& context) {
    return object->Settle(call, context);
  };
}

absl::Status AddSql(const OfficeSqlOptions& options, Connectors& out) {
  std::shared_ptr<SqlQuery> query;
  if (!options.dsn.empty()) {
    ASSIGN_OR_RETURN(DatasetMap map, DatasetMap::Load(options.datasets_path));
    query = std::make_shared<SqlQuery>(options.dsn, std::move(map), options.rows_max);
  }
  auto connector =
      std::make_unique<OfficeConnector>("administration.sql", query ? LookOf(query) : nullptr);
  if (query) connector->Add("sql.query", Bound(query, &SqlQuery::Call));
  out.push_back(std::move(connector));
  return absl::OkStatus();
}

void AddDocuments(const DocumentOptions& options, const AdministrationDeps& deps,
                  const std::shared_ptr<Register>& documents, Connectors& out) {
  OfficeConnector::Look look;
  if (documents) {
    look = [documents](absl::Time deadline) -> std::optional<tools::ToolError> {
      const absl::Status status = documents->Ping(deadline);
      if (status.ok()) return std::nullopt;
      return FromStatus(status, kDocumentSystem);
    };
  }
  auto connector = std::make_unique<OfficeConnector>(kDocumentSystem, std::move(look));
  if (documents) {
    const auto tools =
        std::make_shared<DocumentTools>(documents, options.sender, deps.catalogue, deps.clearance);
    connector->Add("doc.search", Bound(tools, &DocumentTools::Search));
    connector->Add("doc.extract", Bound(tools, &DocumentTools::Extract));
    connector->Add("doc.generate_hwpx", Bound(tools, &DocumentTools::Generate));
    connector->Add("doc.redact", Bound(tools, &DocumentTools::Redact));
  }
  out.push_back(std::move(connector));
}

absl::Status AddMail(const MailOptions& options, const std::shared_ptr<Register>& documents,
                     size_t attachment_bytes_max, Connectors& out) {
  std::shared_ptr<MailTools> mail;
  if (options.tls == MailOptions::Tls::kNone) {
    RETURN_IF_ERROR(CheckPlain(kMailSystem, options.imap_host));
    RETURN_IF_ERROR(CheckPlain(kMailSystem, options.smtp_host));
  }
  if (!options.imap_host.empty()) {
    AddressBook book;
    if (!options.smtp_host.empty()) {
      ASSIGN_OR_RETURN(book, AddressBook::Load(options.address_book_path));
    }
    mail = std::make_shared<MailTools>(options, std::move(book), documents, attachment_bytes_max);
  }
  auto connector = std::make_unique<OfficeConnector>(kMailSystem, mail ? LookOf(mail) : nullptr);
  if (mail) connector->Add("mail.search", Bound(mail, &MailTools::Search));
  if (mail && !options.smtp_host.empty())
    connector->Add("mail.send", Bound(mail, &MailTools::Send), SettlementOf(mail));
  out.push_back(std::move(connector));
  return absl::OkStatus();
}

absl::Status AddTickets(const TicketOptions& options, HttpClient& http, Connectors& out) {
  std::shared_ptr<Tickets> tickets;
  if (!options.base_url.empty()) {
    ASSIGN_OR_RETURN(QueueMap queues, QueueMap::Load(options.queues_path));
    tickets = std::make_shared<Tickets>(options, std::move(queues), http);
  }
  auto connector = std::make_unique<OfficeConnector>("administration.tickets",
                                                     tickets ? LookOf(tickets) : nullptr);
  if (tickets)
    connector->Add("ticket.create", Bound(tickets, &Tickets::Create), SettlementOf(tickets));
  out.push_back(std::move(connector));
  return absl::OkStatus();
}

absl::Status AddOpenData(const OpenDataOptions& options, HttpClient& http, Connectors& out) {
  std::shared_ptr<OpenData> data;
  if (!options.base_url.empty()) {
    ASSIGN_OR_RETURN(PlaceMap places, PlaceMap::Load(options.places_path));
    data = std::make_shared<OpenData>(options, std::move(places), http);
  }
  auto connector =
      std::make_unique<OfficeConnector>("administration.opendata", data ? LookOf(data) : nullptr);
  if (data) connector->Add("opendata.get", Bound(data, &OpenData::Get));
  out.push_back(std::move(connector));
  return absl::OkStatus();
}

absl::Status CheckConfigured(const DocumentOptions& options) {
  if (!options.dsn.empty()) return absl::OkStatus();
  return base::Error(absl::StatusCode::kInvalidArgument, "no document register is configured",
                     "문서 등록부가 설정되지 않았습니다");
}

// DocumentStore over the register.
class RegisterStore : public DocumentStore {
 public:
  explicit RegisterStore(std::string dsn) : documents_(std::move(dsn)) {}

  absl::StatusOr<LabelledDocument> GetDocument(const std::string& id,
                                               absl::Time deadline) override {
    ASSIGN_OR_RETURN(Document document, documents_.Get(id, deadline));
    return LabelledDocument{document.id(),
                            document.title,
                            document.media_type,
                            std::move(document.bytes),
                            document.label.has_value(),
                            document.effective_label(),
                            document.portions,
                            document.binding};
  }

  absl::Status PutLabel(const std::string& id, const LabelBinding& binding,
                        absl::Time deadline) override {
    const auto number = DocumentNumber(id);
    if (!number)
      return base::Error(absl::StatusCode::kNotFound, "there is no document " + id,
                         "문서 " + id + "이(가) 없습니다");
    return documents_.PutLabel(*number, binding, deadline);
  }

 private:
  Register documents_;
};

}  // namespace
}  // namespace administration

absl::StatusOr<std::vector<std::unique_ptr<tools::Connector>>> MakeAdministrationConnectors(
    AdministrationOptions options, AdministrationDeps deps) {
  using namespace administration;  // NOLINT: this function's own folder
  std::vector<std::unique_ptr<tools::Connector>> out;
  const auto documents =
      options.documents.dsn.empty() ? nullptr : std::make_shared<Register>(options.documents.dsn);
  RETURN_IF_ERROR(AddSql(options.sql, out));
  AddDocuments(options.documents, deps, documents, out);
  RETURN_IF_ERROR(AddMail(options.mail, documents, options.documents.bytes_max, out));
  RETURN_IF_ERROR(AddTickets(options.tickets, deps.http, out));
  RETURN_IF_ERROR(AddOpenData(options.opendata, deps.http, out));
  return out;
}

absl::StatusOr<std::unique_ptr<DocumentStore>> MakeDocumentStore(DocumentOptions options) {
  RETURN_IF_ERROR(administration::CheckConfigured(options));
  return std::make_unique<administration::RegisterStore>(std::move(options.dsn));
}

absl::StatusOr<std::unique_ptr<DocumentTexts>> MakeDocumentTexts(
    DocumentOptions options,
    std::function<policies::Clearance(const std::string& principal)> clearance) {
  RETURN_IF_ERROR(administration::CheckConfigured(options));
  return std::make_unique<administration::RegisterTexts>(std::move(options.dsn),
                                                         std::move(clearance));
}

}  // namespace connectors
