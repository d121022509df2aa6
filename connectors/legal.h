// The legal connector: statutes in force on a day, their delegated law, and decisions, over the DRF
// interface of the Ministry of Government Legislation (lawSearch.do, lawService.do) or an
// on-premise mirror that speaks it.
//
// Gives law.search, law.article, law.diff, law.delegation, law.citations.verify, law.impact and
// case.search. Reads only; nothing is cached, so an answer is as fresh as its origin says.
// Thread-safe. With an empty base_url: not configured, no tools.
#pragma once

#include <memory>
#include <string>

#include "connectors/documents.h"
#include "connectors/http.h"
#include "model_core/base/clock.h"
#include "tools/tool.h"

namespace connectors {

struct LegalOptions {
  std::string base_url;  // up to and without "/lawSearch.do": "https://www.law.go.kr/DRF"
  std::string oc_key;    // OC, the registered id; never logged, never part of an error or an origin
  std::string
      referer;  // sent as Referer: the service answers a missing one with a misleading error
};

// `http`, `clock` and `documents` outlive the connector. Without `documents` only sentences are
// verified, and law.impact is not given.
std::unique_ptr<tools::Connector> MakeLegalConnector(LegalOptions options, HttpClient& http,
                                                     base::Clock& clock,
                                                     DocumentTexts* documents = nullptr);

}  // namespace connectors
