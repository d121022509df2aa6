// The wiring of this folder: from options to connectors.
#include "connectors/administration.h"
#include "connectors/administration/document_texts.h"
#include "connectors/administration/document_tools.h"
#include "connectors/administration/mail_label.h"
#include "connectors/administration/mail_search.h"
#include "connectors/administration/mail_sending.h"
#include "connectors/administration/opendata.h"
#include "connectors/administration/sql_query.h"
#include "connectors/administration/tickets.h"
#include "connectors/tls.h"
#include "connectors/tool_group.h"
#include "model_core/base/strings.h"
#include "model_core/base/text.h"

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
// Null: not configured.
template <typename T>
ToolGroup::Probe ProbeOf(const std::shared_ptr<T>& object) {
  if (object == nullptr) return nullptr;
  return [object](const CallContext& context) { return object->Look(context.deadline); };
}
template <typename T>
FunctionTool::Settlement SettlementOf(const std::shared_ptr<T>& object) {
  return [object](const ToolCall& call, const CallContext& context) {
    return object->Settle(call, context);
  };
}

std::unique_ptr<ToolGroup> Office(std::string name, ToolGroup::Probe probe) {
  return std::make_unique<ToolGroup>(std::move(name), "administration", std::move(probe));
}

absl::Status AddSql(const OfficeSqlOptions& options, Connectors& out) {
  std::shared_ptr<SqlQuery> query;
  if (!options.dsn.empty()) {
    ASSIGN_OR_RETURN(DatasetMap map, DatasetMap::Load(options.datasets_path));
    query = std::make_shared<SqlQuery>(options.dsn, std::move(map), options.rows_max);
  }
  auto connector = Office("administration.sql", ProbeOf(query));
  if (query) connector->Add("sql.query", Bound(query, &SqlQuery::Call));
  out.push_back(std::move(connector));
  return absl::OkStatus();
}

void AddDocuments(const DocumentOptions& options, const AdministrationDeps& deps,
                  const std::shared_ptr<Register>& documents, Connectors& out) {
  ToolGroup::Probe probe;
  if (documents) {
    probe = [documents](const CallContext& context) -> std::optional<tools::ToolError> {
      const absl::Status status = documents->Ping(context.deadline);
      if (status.ok()) return std::nullopt;
      return FromStatus(status, kDocumentSystem);
    };
  }
  auto connector = Office(kDocumentSystem, std::move(probe));
  if (documents) {
    const auto tools =
        std::make_shared<DocumentTools>(documents, options.sender, deps.catalogue, deps.clearance);
    connector->Add("doc.search", Bound(tools, &DocumentTools::Search));
    connector->Add("doc.extract", Bound(tools, &DocumentTools::Extract))
        .NamesRecords(NamesDocument(documents, "document"));
    connector->Add("doc.generate_hwpx", Bound(tools, &DocumentTools::Generate));
    connector->Add("doc.redact", Bound(tools, &DocumentTools::Redact))
        .NamesRecords(NamesDocument(documents, "document"));
  }
  out.push_back(std::move(connector));
}

absl::Status AddMail(const MailOptions& options, const std::shared_ptr<Register>& documents,
                     size_t attachment_bytes_max, Connectors& out) {
  if (options.tls == MailOptions::Tls::kNone) {
    RETURN_IF_ERROR(CheckPlain(kMailSystem, options.imap_host));
    RETURN_IF_ERROR(CheckPlain(kMailSystem, options.smtp_host));
  }
  std::shared_ptr<MailSearch> search;
  std::shared_ptr<MailSending> sending;
  if (!options.imap_host.empty())
    search = std::make_shared<MailSearch>(options, documents, attachment_bytes_max);
  if (search && !options.smtp_host.empty()) {
    ASSIGN_OR_RETURN(AddressBook book, AddressBook::Load(options.address_book_path));
    sending = std::make_shared<MailSending>(options, std::move(book), documents);
  }
  auto connector = Office(kMailSystem, ProbeOf(search));
  if (search) connector->Add("mail.search", Bound(search, &MailSearch::Search));
  if (sending) {
    connector->Add("mail.send", Bound(sending, &MailSending::Send), SettlementOf(sending))
        .NamesRecords(NamesDocument(documents, "attachment"));
  }
  out.push_back(std::move(connector));
  return absl::OkStatus();
}

absl::Status AddTickets(const TicketOptions& options, HttpClient& http, Connectors& out) {
  std::shared_ptr<Tickets> tickets;
  if (!options.base_url.empty()) {
    ASSIGN_OR_RETURN(QueueMap queues, QueueMap::Load(options.queues_path));
    tickets = std::make_shared<Tickets>(options, std::move(queues), http);
  }
  auto connector = Office("administration.tickets", ProbeOf(tickets));
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
  auto connector = Office("administration.opendata", ProbeOf(data));
  if (data) connector->Add("opendata.get", Bound(data, &OpenData::Get));
  out.push_back(std::move(connector));
  return absl::OkStatus();
}

absl::Status CheckConfigured(const DocumentOptions& options) {
  if (!options.dsn.empty()) return absl::OkStatus();
  return base::Error(absl::StatusCode::kInvalidArgument, "no document register is configured",
                     "문서 등록부가 설정되지 않았습니다");
}

LabelledDocument Labelled(Document document) {
  return {document.id(),
          document.title,
          document.media_type,
          std::move(document.bytes),
          document.label.has_value(),
          document.effective_label(),
          document.portions,
          document.binding};
}

// DocumentStore over the register.
class RegisterStore : public DocumentStore {
 public:
  explicit RegisterStore(std::string dsn) : documents_(std::move(dsn)) {}

  absl::StatusOr<LabelledDocument> GetDocument(const std::string& id,
                                               absl::Time deadline) override {
    ASSIGN_OR_RETURN(Document document, documents_.Get(id, deadline));
    return Labelled(std::move(document));
  }

  absl::StatusOr<LabelledDocument> Describe(const std::string& id, absl::Time deadline) override {
    ASSIGN_OR_RETURN(Document document, documents_.Describe(id, deadline));
    return Labelled(std::move(document));
  }

  absl::Status PutLabel(const std::string& id, const LabelBinding& binding,
                        absl::Time deadline) override {
    const auto number = DocumentNumber(id);
    if (!number)
      return base::Error(absl::StatusCode::kNotFound, "there is no document " + id,
                         base::StrCat("문서 ", base::WithParticle(id, "이"), " 없습니다"));
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
