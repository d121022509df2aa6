// The administration connectors: office data in SQL, the document register, mail, tickets and open
// public data.
//
//   administration.sql        sql.query                                    (PostgreSQL, read only)
//   administration.documents  doc.search doc.extract doc.generate_hwpx doc.redact
//   administration.mail       mail.search mail.send                        (IMAP, SMTP)
//   administration.tickets    ticket.create                                (Redmine REST)
//   administration.opendata   opendata.get                                 (data.go.kr REST)
//
// A connector whose options are empty is there and says `not configured`. Thread-safe.
#pragma once

#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "connectors/documents.h"
#include "connectors/http.h"
#include "model_core/base/clock.h"
#include "tools/catalogue.h"

namespace connectors {

struct OfficeSqlOptions {
  std::string dsn;            // PostgreSQL, a role that may only read; empty: not configured
  std::string datasets_path;  // JSON: which tables and columns hold the data sets
                              // (administration/README.md)
  int rows_max = 200;         // of one answer; more is too_many_rows
};

struct DocumentOptions {
  std::string
      dsn;  // PostgreSQL of the document register, which it makes itself; empty: not configured
  std::string sender;  // 발신명의: who signs a letter ("가온공공서비스공사장")
  size_t bytes_max = 32 << 20;  // of one document
};

struct MailOptions {
  enum class Tls { kNone, kStartTls, kImplicit };
  std::string imap_host;  // empty: not configured
  int imap_port = 993;
  std::string smtp_host;  // empty: mail.send is not given
  int smtp_port = 587;
  Tls tls = Tls::kStartTls;    // of both; kNone is for loopback
  std::string ca_file;         // PEM; empty: the system's
  std::string user, password;  // of both; empty user: no login at the SMTP server
  std::string from;            // the address mail is sent from
  std::string sent_folder = "Sent";
  std::string address_book_path;  // JSON: persons and units, and what each may receive (README)
};

struct TicketOptions {
  std::string base_url;     // Redmine; empty: not configured
  std::string api_key;      // never logged, never part of an error or an origin
  std::string queues_path;  // JSON: project, tracker and the field of the key (README)
};

struct OpenDataOptions {
  std::string base_url;     // "https://apis.data.go.kr"; empty: not configured
  std::string service_key;  // never logged, never part of an error or an origin
  std::string places_path;  // JSON: grid, station of each place (README)
};

struct AdministrationOptions {
  OfficeSqlOptions sql;
  DocumentOptions documents;
  MailOptions mail;
  TicketOptions tickets;
  OpenDataOptions opendata;
};

struct AdministrationDeps {
  HttpClient& http;
  base::Clock& clock;
  const tools::Catalogue& catalogue;
  // What a principal may read, so that a search leaves out what is above it. Empty: nothing is left
  // out.
  std::function<policies::Clearance(const std::string& principal)> clearance;
};

// As base::ReadFile for the files that the options name; InvalidArgument: one holds something else.
absl::StatusOr<std::vector<std::unique_ptr<tools::Connector>>> MakeAdministrationConnectors(
    AdministrationOptions options, AdministrationDeps deps);

// The document register, for those who bind labels to documents. InvalidArgument: no dsn.
absl::StatusOr<std::unique_ptr<DocumentStore>> MakeDocumentStore(DocumentOptions options);
// The same, for those who look for something in documents; `clearance` as in AdministrationDeps.
absl::StatusOr<std::unique_ptr<DocumentTexts>> MakeDocumentTexts(
    DocumentOptions options,
    std::function<policies::Clearance(const std::string& principal)> clearance);

}  // namespace connectors
