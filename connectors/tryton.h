// TrytonClient: a Tryton ERP over its JSON-RPC. The stand-in for a works order system (manufacturing) and a supply
// system (defense): both connectors go through here.
//
// Thread-safe; calls block until the answer, the deadline or cancellation. A session that the server has dropped is
// opened anew once. Errors carry the reason that the tools report (base::Reason): unreachable, auth, timeout, …
// Protocol: trytond 6.0 and later, POST {url}/{database}/ with {"method","params"}.
#pragma once

#include <memory>
#include <string>
#include <variant>
#include <vector>

#include "connectors/http.h"

namespace connectors {

struct TrytonOptions {
  std::string url;           // "http://127.0.0.1:8000"; empty: not configured
  std::string database;
  std::string user;
  std::string password;
  std::string mapping_path;  // which models and fields hold what; empty: the standard modules' (tryton/mapping.json)

  bool configured() const { return !url.empty(); }
};

class TrytonClient {
 public:
  virtual ~TrytonClient() = default;

  using Reply = std::variant<base::Json, tools::ToolError>;
  // Calls `model.<model>.<method>`. `context` is Tryton's own (stock_date_end, locations, …). `effect`: the call
  // may change something, so a lost answer is `in_doubt` and never repeated.
  virtual Reply Call(std::string_view model, std::string_view method, base::Json parameters, base::Json context,
                     bool effect, const tools::CallContext& call) = 0;

  // The mapping's entry at a JSON pointer ("/requisition/model"); CHECKs that it is there.
  virtual const base::Json& Mapping(const std::string& pointer) const = 0;
};

// InvalidArgument: the mapping cannot be read, or lacks an entry.
absl::StatusOr<std::unique_ptr<TrytonClient>> MakeTrytonClient(HttpClient& http, TrytonOptions options);

}  // namespace connectors
