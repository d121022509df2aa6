// The defense connectors: supply and maintenance, readiness, awareness and document labels. No
// weapons functions.
//
// clang-format off
//   defense.tryton     supply.stock supply.shortfall supply.requisition.draft
//                      supply.requisition.submit maint.orders
//   defense.readiness  readiness.status       (SQL)
//   defense.tak        sa.tracks              (Cursor on Target)
//   defense.labels     label.assign release.check
//                                             (STANAG 4774/4778; needs a document store)
// clang-format on
//
// Results are labelled as marked in the record, at least S; a military grade implies C. A connector
// whose options are empty is there and says `not configured`. Thread-safe.
#pragma once

#include <memory>
#include <string>
#include <vector>

#include "connectors/documents.h"
#include "connectors/http.h"
#include "connectors/tls.h"
#include "connectors/tryton.h"
#include "model_core/base/clock.h"

namespace connectors {

struct TakOptions {
  std::string host;  // TAK server; empty: not configured
  int port = 8087;
  TlsFiles tls;            // needed beyond loopback
  std::string areas_path;  // JSON: named areas as boxes of latitude and longitude
};

struct LabelOptions {
  std::string
      policy_path;       // JSON: grades, recipients and what each may have; empty: not configured
  std::string key_path;  // PEM private key (EC P-384 or RSA) that signs bindings
  std::string certificate_path;  // PEM; bindings signed by its key are valid
};

struct DefenseOptions {
  TrytonOptions tryton;
  std::string readiness_dsn;  // PostgreSQL (key=value form), a role that may only read; empty: not
                              // configured
  TakOptions tak;
  LabelOptions labels;
};

struct DefenseDeps {
  HttpClient& http;
  base::Clock& clock;
  DocumentStore* documents = nullptr;  // null: defense.labels is not configured
};

// As base::ReadFile for the files that the options name; InvalidArgument: one holds something else,
// or a TAK server on another machine without TLS.
absl::StatusOr<std::vector<std::unique_ptr<tools::Connector>>> MakeDefenseConnectors(
    DefenseOptions options, DefenseDeps deps);

}  // namespace connectors
